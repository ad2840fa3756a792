public import Networks
public import Tensors

/// A function of each element alone, given by its value and two derivatives.
///
/// That is all that a conforming type writes, besides its name and how it is exported.
public protocol PointwiseOperator: Operator {
  /// `f(x)`.
  func value<Element: TensorElement>(_ x: Element) -> Element
  /// `f'(x)`; at a kink the derivative that PyTorch takes.
  func slope<Element: TensorElement>(_ x: Element) -> Element
  /// `f''(x)`, 0 at a kink.
  func bend<Element: TensorElement>(_ x: Element) -> Element
}

extension PointwiseOperator {
  /// An activation.
  public var kind: OperatorKind { .activation }

  /// The shape of the input.
  public func outputShape(_ inputs: [Shape]) throws(ShapeProblem) -> Shape {
    try Arity.one(inputs)
  }

  /// A factor for each element that the input tells.
  public var derivative: Derivative {
    Derivative(reads: .inputs, zero: value(0.0) == 0 ? .ifAllInputsAre : .never)
  }

  /// Any.
  public func layouts(given: [Layout], inputs: [Shape], output: Shape) -> OperatorLayouts {
    .same(given: given, inputs: inputs, output: output)
  }

  /// Cheap beside what reads it.
  public var isRecomputed: Bool { true }

  /// Joins the function with memory for slopes.
  public func bound(in context: BindingContext) -> any BoundOperator {
    BoundPointwise(self, pool: context.pool)
  }
}

/// A function of each element with memory.
final class BoundPointwise<Function: PointwiseOperator>: BoundOperator {
  private let function: Function
  private let pool: TensorPool
  private let keepsZero: Bool

  init(_ function: Function, pool: TensorPool) {
    self.function = function
    self.pool = pool
    keepsZero = function.value(0.0) == 0
  }

  func apply(_ inputs: [Tensor], into output: Tensor) {
    switch output.precision {
    case .float: map(inputs[0], into: output, Float.self) { [function] in function.value($0) }
    case .double: map(inputs[0], into: output, Double.self) { [function] in function.value($0) }
    }
    if !keepsZero { output.clearPadding() }
  }

  func pushforward(_ tangents: [Tensor?], at point: OperatorPoint, into output: Tensor)
    throws(BackendError)
  {
    guard let tangent = tangents[0] else { return output.clear() }
    try multiply(tangent, at: point.input(), into: output)
  }

  func pullback(
    _ cotangent: Tensor, at point: OperatorPoint, toInput place: Int, into input: Tensor
  ) throws(BackendError) {
    try multiply(cotangent, at: point.input(), into: input)
  }

  /// `f'' x' dy`.
  func addPullbackChange(
    of cotangent: Tensor, at point: OperatorPoint, along change: OperatorChange,
    toInput place: Int, to input: Tensor
  ) throws(BackendError) {
    guard let tangent = change.inputs[0] else { return }
    let x = try point.input()
    switch input.precision {
    case .float: addBend(cotangent, x, tangent, to: input, Float.self)
    case .double: addBend(cotangent, x, tangent, to: input, Double.self)
    }
  }

  /// The slopes are taken once, whatever the number of directions.
  private func multiply(_ u: Tensor, at x: Tensor, into y: Tensor) {
    let slopes = pool.take(like: x)
    switch y.precision {
    case .float:
      map(x, into: slopes, Float.self) { [function] in function.slope($0) }
      product(u, slopes, into: y, Float.self)
    case .double:
      map(x, into: slopes, Double.self) { [function] in function.slope($0) }
      product(u, slopes, into: y, Double.self)
    }
    pool.give(slopes)
  }

  @inline(__always)
  private func map<Element: TensorElement>(
    _ x: Tensor, into y: Tensor, _ type: Element.Type, _ body: (Element) -> Element
  ) {
    x.readElements(type) { x in
      y.withElements(type) { y in
        for i in x.indices { y[i] = body(x[i]) }
      }
    }
  }

  private func product<Element: TensorElement>(
    _ u: Tensor, _ slopes: Tensor, into y: Tensor, _ type: Element.Type
  ) {
    u.readElements(type) { u in
      slopes.readElements(type) { slopes in
        y.withElements(type) { y in
          let count = slopes.count
          var start = 0
          while start < u.count {
            for i in 0..<count { y[start &+ i] = u[start &+ i] * slopes[i] }
            start += count
          }
        }
      }
    }
  }

  private func addBend<Element: TensorElement>(
    _ u: Tensor, _ x: Tensor, _ t: Tensor, to y: Tensor, _ type: Element.Type
  ) {
    u.readElements(type) { u in
      x.readElements(type) { x in
        t.readElements(type) { t in
          y.withElements(type) { y in
            for i in x.indices { y[i] += function.bend(x[i]) * t[i] * u[i] }
          }
        }
      }
    }
  }
}
