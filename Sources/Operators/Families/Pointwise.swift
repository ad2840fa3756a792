public import Networks
public import Tensors

/// A function of each element alone, given by its value and two derivatives in double.
///
/// That is all that a conforming type writes, besides its name and how it is exported. In float the results
/// are rounded once.
public protocol PointwiseOperator: Operator {
  /// `f(x)`.
  func value(_ x: Double) -> Double
  /// `f'(x)`; at a kink the derivative that PyTorch takes.
  func slope(_ x: Double) -> Double
  /// `f''(x)`, 0 at a kink.
  func bend(_ x: Double) -> Double

  /// The vectorised kernel of this function in float, where there is one.
  var vectorFunction: VectorFunction? { get }

  /// Takes a derivative of the function at each element, in loops that are compiled for this type.
  ///
  /// - Parameters:
  ///   - x: the elements.
  ///   - order: 0 for the value, 1 for the first derivative, 2 for the second.
  ///   - y: a tensor of the same layout, which is overwritten.
  func map(_ x: Tensor, derivative order: Int, into y: Tensor)
}

extension PointwiseOperator {
  /// An activation.
  public var kind: OperatorKind { .activation }
  /// None.
  public var vectorFunction: VectorFunction? { nil }

  /// The shape of the input.
  public func outputShape(_ inputs: [Shape]) throws(ShapeProblem) -> Shape {
    try Arity.one(inputs)
  }

  /// A factor for each element that the input tells.
  public var derivative: Derivative {
    Derivative(reads: .inputs, zero: value(0) == 0 ? .ifAllInputsAre : .never)
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

  /// One loop for each derivative and precision.
  @inlinable
  public func map(_ x: Tensor, derivative order: Int, into y: Tensor) {
    switch (x.precision, order) {
    case (.float, 0): x.mapElements(into: y, Float.self) { Float(value(Double($0))) }
    case (.float, 1): x.mapElements(into: y, Float.self) { Float(slope(Double($0))) }
    case (.float, _): x.mapElements(into: y, Float.self) { Float(bend(Double($0))) }
    case (.double, 0): x.mapElements(into: y, Double.self) { value($0) }
    case (.double, 1): x.mapElements(into: y, Double.self) { slope($0) }
    case (.double, _): x.mapElements(into: y, Double.self) { bend($0) }
    }
  }
}

extension Tensor {
  /// Overwrites another tensor of this layout with a function of each stored element.
  @inlinable @inline(__always)
  func mapElements<Element: TensorElement>(
    into y: Tensor, _ type: Element.Type, _ function: (Element) -> Element
  ) {
    readElements(type) { x in
      y.withElements(type) { y in
        precondition(x.count == y.count, "\(x.count) elements into \(y.count)")
        for i in 0..<x.count { y[i] = function(x[i]) }
      }
    }
  }
}

/// A function of each element with memory.
private final class BoundPointwise: BoundCurvedOperator {
  private let function: any PointwiseOperator
  private let vectorFunction: VectorFunction?
  private let pool: TensorPool
  /// Whether each derivative is 0, or, for those that are multiplied, finite where there is no channel.
  private let keepsPadding: [Bool]

  init(_ function: any PointwiseOperator, pool: TensorPool) {
    self.function = function
    self.pool = pool
    vectorFunction = function.vectorFunction
    keepsPadding = [
      function.value(0) == 0, function.slope(0).isFinite, function.bend(0).isFinite,
    ]
  }

  private func map(_ x: Tensor, derivative order: Int, into y: Tensor) {
    if x.precision == .float, let vectorFunction {
      x.map(vectorFunction, derivative: order, into: y)
    } else {
      function.map(x, derivative: order, into: y)
    }
    if !keepsPadding[order] { y.clearPadding() }
  }

  func apply(_ inputs: [Tensor], into output: Tensor) {
    map(inputs[0], derivative: 0, into: output)
  }

  func pushforward(_ tangents: [Tensor?], at point: OperatorPoint, into output: Tensor)
    throws(BackendError)
  {
    guard let tangent = tangents[0] else { return output.clear() }
    multiply(tangent, at: try point.input(), into: output)
  }

  func pullback(
    _ cotangent: Tensor, at point: OperatorPoint, toInput place: Int, into input: Tensor
  ) throws(BackendError) {
    multiply(cotangent, at: try point.input(), into: input)
  }

  /// The slopes are taken once, whatever the number of directions.
  private func multiply(_ u: Tensor, at x: Tensor, into y: Tensor) {
    let slopes = pool.take(like: x)
    map(x, derivative: 1, into: slopes)
    y.set(productOf: u, and: slopes)
    pool.give(slopes)
  }

  /// `f'' x' dy`.
  func addPullbackChange(
    of cotangent: Tensor, at point: OperatorPoint, along change: OperatorChange,
    toInput place: Int, to input: Tensor
  ) throws(BackendError) {
    guard let tangent = change.inputs[0] else { return }
    let bends = pool.take(like: cotangent)
    map(try point.input(), derivative: 2, into: bends)
    bends.set(productOf: bends, and: tangent)
    input.set(productOf: bends, and: cotangent, adding: true)
    pool.give(bends)
  }

  /// `f'' x'^2`.
  func addCurvature(of first: [Tensor], at point: OperatorPoint, to output: Tensor)
    throws(BackendError)
  {
    try addPullbackChange(
      of: first[0], at: point, along: OperatorChange(inputs: [first[0]]), toInput: 0, to: output)
  }
}
