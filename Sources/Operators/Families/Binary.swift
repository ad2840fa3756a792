public import Networks
public import Tensors

/// A function of two elements with broadcasting, given by its value and its derivatives in double.
///
/// Shapes are aligned at the innermost axis, and an extent of 1 is spread over any other, as in
/// NumPy, but for the shape of one image: the batch is no axis.
public protocol BinaryOperator: Operator {
  /// `f(a, b)`.
  func value(_ a: Double, _ b: Double) -> Double
  /// The derivatives by `a` and by `b`; at a kink those that PyTorch takes.
  func slopes(_ a: Double, _ b: Double) -> (a: Double, b: Double)
  /// The second derivatives: twice by `a`, by both, and twice by `b`.
  func bends(_ a: Double, _ b: Double) -> (aa: Double, ab: Double, bb: Double)

  /// Takes a derivative at each pair of elements of tensors of one layout, in loops that are compiled for
  /// this type.
  func map(_ a: Tensor, _ b: Tensor, _ derivative: BinaryDerivative, into y: Tensor)
}

/// A derivative of a function of two numbers.
public enum BinaryDerivative: Hashable, Sendable {
  /// The value itself.
  case value
  /// The first derivatives.
  case a, b
  /// The second derivatives.
  case aa, ab, bb
}

extension BinaryOperator {
  /// None of those that are counted by their kind.
  public var kind: OperatorKind { .other }

  /// The common shape.
  public func outputShape(_ inputs: [Shape]) throws(ShapeProblem) -> Shape {
    let (a, b) = try Arity.two(inputs)
    return try Broadcasting.shape([a, b])
  }

  /// A factor for each element of either input, which both inputs tell.
  public var derivative: Derivative {
    Derivative(reads: .inputs, zero: value(0, 0) == 0 ? .ifAllInputsAre : .never)
  }

  /// That of the inputs, where they have as many channels.
  public func layouts(given: [Layout], inputs: [Shape], output: Shape) -> OperatorLayouts {
    Broadcasting.layouts(given: given, inputs: inputs, output: output)
  }

  /// Cheap beside what reads it.
  public var isRecomputed: Bool { true }

  /// Joins the function with memory.
  public func bound(in context: BindingContext) -> any BoundOperator {
    BoundBinary(self, context: context)
  }

  /// One loop for each derivative and precision.
  @inlinable
  public func map(_ a: Tensor, _ b: Tensor, _ derivative: BinaryDerivative, into y: Tensor) {
    switch derivative {
    case .value: pairs(a, b, into: y) { value($0, $1) }
    case .a: pairs(a, b, into: y) { slopes($0, $1).a }
    case .b: pairs(a, b, into: y) { slopes($0, $1).b }
    case .aa: pairs(a, b, into: y) { bends($0, $1).aa }
    case .ab: pairs(a, b, into: y) { bends($0, $1).ab }
    case .bb: pairs(a, b, into: y) { bends($0, $1).bb }
    }
  }

  @inlinable @inline(__always)
  func pairs(_ a: Tensor, _ b: Tensor, into y: Tensor, _ function: (Double, Double) -> Double) {
    switch y.precision {
    case .float:
      a.mapPairs(with: b, into: y, Float.self) { Float(function(Double($0), Double($1))) }
    case .double: a.mapPairs(with: b, into: y, Double.self, function)
    }
  }
}

extension Tensor {
  /// Overwrites another tensor with a function of the elements of two of the same layout.
  @inlinable @inline(__always)
  func mapPairs<Element: TensorElement>(
    with b: Tensor, into y: Tensor, _ type: Element.Type, _ function: (Element, Element) -> Element
  ) {
    readElements(type) { a in
      b.readElements(type) { b in
        y.withElements(type) { y in
          precondition(a.count == y.count && b.count == y.count, "elements of other tensors")
          for i in 0..<y.count { y[i] = function(a[i], b[i]) }
        }
      }
    }
  }
}

/// A function of two elements with memory.
private final class BoundBinary: BoundCurvedOperator {
  private let function: any BinaryOperator
  private let pool: TensorPool
  private let spread: Broadcasting

  init(_ function: any BinaryOperator, context: BindingContext) {
    self.function = function
    pool = context.pool
    spread = Broadcasting(context.storedInputs, to: context.storedOutput)
  }

  /// A value in the shape of the output; what is not the value itself is to be given back.
  private func expanded(_ x: Tensor, _ place: Int) -> Tensor {
    guard !spread.isEqual(place) else { return x }
    let y = pool.take(spread.output.batch(x.shape.batch), block: spread.output.block)
    y.copy(x, spread.expansion(of: place))
    return y
  }

  private func giveBack(_ x: Tensor, _ place: Int) {
    if !spread.isEqual(place) { pool.give(x) }
  }

  /// A derivative at values of the inputs.
  private func map(_ values: [Tensor], _ derivative: BinaryDerivative, into y: Tensor) {
    let (a, b) = (expanded(values[0], 0), expanded(values[1], 1))
    function.map(a, b, derivative, into: y)
    // What is no number where there is no channel must not stay there.
    y.clearPadding()
    giveBack(b, 1)
    giveBack(a, 0)
  }

  func apply(_ inputs: [Tensor], into output: Tensor) { map(inputs, .value, into: output) }

  /// `f_a a' + f_b b'`.
  func pushforward(_ tangents: [Tensor?], at point: OperatorPoint, into output: Tensor)
    throws(BackendError)
  {
    let values = [try point.input(0), try point.input(1)]
    let slopes = pool.take(
      spread.output.batch(values[0].shape.batch), block: spread.output.block)
    var isFirst = true
    for place in 0..<2 {
      guard let tangent = tangents[place] else { continue }
      map(values, place == 0 ? .a : .b, into: slopes)
      output.set(
        productOf: tangent, and: slopes, box(place), adding: !isFirst)
      isFirst = false
    }
    pool.give(slopes)
    if isFirst { output.clear() }
  }

  /// The places of an input, of the slopes, and of the output.
  private func box(_ place: Int) -> StridedBox {
    let expansion = spread.expansion(of: place)
    return expansion.operands([0, 1, 1])
  }

  /// `f_a dy`, summed over the axes along which `a` was spread.
  func pullback(
    _ cotangent: Tensor, at point: OperatorPoint, toInput place: Int, into input: Tensor
  ) throws(BackendError) {
    let values = [try point.input(0), try point.input(1)]
    let slopes = pool.take(
      spread.output.batch(values[0].shape.batch), block: spread.output.block)
    map(values, place == 0 ? .a : .b, into: slopes)
    sum(cotangent, times: slopes, place, into: input, adding: false)
    pool.give(slopes)
  }

  private func sum(
    _ u: Tensor, times v: Tensor, _ place: Int, into input: Tensor, adding adds: Bool
  ) {
    if spread.isEqual(place) {
      input.set(productOf: u, and: v, adding: adds)
    } else {
      let boxes = spread.sum(over: place)
      input.set(sumOf: u, times: v, kept: boxes.kept, summed: boxes.summed, adding: adds)
    }
  }

  /// `(f_aa a' + f_ab b') dy`, summed likewise.
  func addPullbackChange(
    of cotangent: Tensor, at point: OperatorPoint, along change: OperatorChange,
    toInput place: Int, to input: Tensor
  ) throws(BackendError) {
    let values = [try point.input(0), try point.input(1)]
    let bends = pool.take(like: cotangent)
    for other in 0..<2 {
      guard let tangent = change.inputs[other] else { continue }
      map(values, place != other ? .ab : place == 0 ? .aa : .bb, into: bends)
      bends.set(productOf: tangent, and: bends, box(other))
      sum(cotangent, times: bends, place, into: input, adding: true)
    }
    pool.give(bends)
  }

  /// `f_aa a'^2 + 2 f_ab a' b' + f_bb b'^2`.
  func addCurvature(of first: [Tensor], at point: OperatorPoint, to output: Tensor)
    throws(BackendError)
  {
    let values = [try point.input(0), try point.input(1)]
    let bends = pool.take(like: output)
    for place in 0..<2 {
      for other in 0..<2 {
        map(values, place != other ? .ab : place == 0 ? .aa : .bb, into: bends)
        bends.set(productOf: first[other], and: bends, box(other))
        output.set(productOf: first[place], and: bends, box(place), adding: true)
      }
    }
    pool.give(bends)
  }
}
