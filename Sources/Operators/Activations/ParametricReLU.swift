public import Networks
public import Tensors

/// A ReLU with a learned slope for negative numbers, one for all of them or one for each channel.
///
/// K. He et al., *Delving Deep into Rectifiers*, ICCV 2015.
public struct ParametricReLU: Operator, ListedOperator {
  /// Channels with slopes of their own, 1 for a slope that serves all.
  public var channels: Int

  /// Creates a parametric ReLU.
  public init(channels: Int = 1) { self.channels = channels }

  /// `parametric-relu`.
  public var name: String { "parametric-relu" }
  /// An activation.
  public var kind: OperatorKind { .activation }
  package static var examples: [OperatorExample] {
    [
      OperatorExample(ParametricReLU(channels: 18), [18, 3, 4]),
      OperatorExample(ParametricReLU(), [18, 3, 4]),
      OperatorExample(ParametricReLU(channels: 5), [5, 7]),
      OperatorExample(ParametricReLU(channels: 9), [9]),
    ]
  }

  /// The slopes, which begin as 0.25.
  public func parameters(named name: String) -> [ParameterSpec] {
    [ParameterSpec(name: "\(name).weight", shape: [channels], role: .constant(0.25))]
  }

  /// The shape of the input.
  public func outputShape(_ inputs: [Shape]) throws(ShapeProblem) -> Shape {
    let shape = try Arity.one(inputs)
    guard channels == 1 || shape.rank > 0 && shape.channels == channels else {
      throw ShapeProblem("has slopes for \(channels) channels, got \(shape)")
    }
    return shape
  }

  /// A factor for each element that the input tells.
  public var derivative: Derivative { Derivative(reads: .inputs, zero: .ifAllInputsAre) }

  /// Any, but for one slope, which meets all elements in their order.
  public func layouts(given: [Layout], inputs: [Shape], output: Shape) -> OperatorLayouts {
    channels == 1 ? .plain(1) : .same(given: given, inputs: inputs, output: output)
  }

  /// Cheap to compute.
  public var isRecomputed: Bool { true }

  /// A slope meets what is negative.
  public func weightRule(
    _ weight: WeightAddress, inputs: [Shape], output: Shape
  ) -> WeightRule? {
    WeightRule(
      region: channels == 1 ? .feature(0, among: 1) : .channel(weight.index),
      capture: .own(weight.index))
  }

  /// Its attributes, its code in PyTorch and its nodes in ONNX.
  public func exported(inputs: [Shape], output: Shape) -> ExportedOperation {
    let extents = [channels] + [Int](repeating: 1, count: max(output.rank - 1, 0))
    return ExportedOperation(
      ["channels": .integer(channels)], pyTorch: .module("nn.PReLU", ["\(channels)"]),
      onnx: ONNXCode { names in
        var code = ONNXFormula(names)
        let slopes = code.reshape(names.parameters[0], to: extents)
        return code.finished(code.node("PRelu", [names.inputs[0], slopes]))
      })
  }

  /// Joins the function with its slopes.
  public func bound(in context: BindingContext) -> any BoundOperator {
    BoundParametricReLU(channels, context)
  }
}

private final class BoundParametricReLU: BoundParametrised {
  private let context: BindingContext
  /// The slopes as values that are spread over an image.
  private let slopes: Tensor
  private let spread: Broadcasting
  private var pool: TensorPool { context.pool }

  init(_ channels: Int, _ context: BindingContext) {
    self.context = context
    let image = context.storedInputs[0]
    let shape = Shape(
      channels == 1
        ? [] : [channels] + [Int](repeating: 1, count: image.shape.rank - 1))
    let stored = StoredShape(shape: shape, block: channels == 1 ? 1 : image.block)
    slopes = context.arena.tensor(
      stored.batch(1), precision: context.precision, block: stored.block)
    slopes.write(context.parameters[0])
    spread = Broadcasting([stored], to: image)
  }

  /// The slope at every element.
  private func slopes(_ x: Tensor) -> Tensor {
    let y = pool.take(like: x)
    y.copy(slopes, spread.expansion(of: 0))
    switch x.precision {
    case .float: x.mapPairs(with: y, into: y, Float.self) { $0 > 0 ? 1 : $1 }
    case .double: x.mapPairs(with: y, into: y, Double.self) { $0 > 0 ? 1 : $1 }
    }
    return y
  }

  /// What is negative.
  private func negative(_ x: Tensor) -> Tensor {
    let y = pool.take(like: x)
    switch x.precision {
    case .float: x.mapElements(into: y, Float.self) { $0 > 0 ? 0 : $0 }
    case .double: x.mapElements(into: y, Double.self) { $0 > 0 ? 0 : $0 }
    }
    return y
  }

  private func multiply(_ u: Tensor, at x: Tensor, into y: Tensor) {
    let factors = slopes(x)
    y.set(productOf: u, and: factors)
    pool.give(factors)
  }

  func apply(_ inputs: [Tensor], into output: Tensor) {
    multiply(inputs[0], at: inputs[0], into: output)
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

  /// Nothing: between two kinks the slopes do not change.
  func addPullbackChange(
    of cotangent: Tensor, at point: OperatorPoint, along change: OperatorChange,
    toInput place: Int, to input: Tensor
  ) {}

  // MARK: Parameters

  func addPushforward(
    ofParameters change: [ParameterTangent?], at point: OperatorPoint, to output: Tensor
  ) throws(BackendError) {
    guard let change = change[0]?.values(context.parameters[0]) else { return }
    let negative = negative(try point.input())
    let factors = pool.take(like: slopes)
    factors.write(change)
    output.set(
      productOf: factors, and: negative, spread.expansion(of: 0).operands([0, 1, 1]), adding: true)
    pool.give(factors)
    pool.give(negative)
  }

  func parameterCotangent(_ cotangent: Tensor, at point: OperatorPoint) throws(BackendError)
    -> ParameterCotangent
  {
    let negative = negative(try point.input())
    let sums = pool.take(slopes.shape.with(batch: cotangent.shape.batch), block: slopes.block)
    let boxes = spread.sum(over: 0)
    sums.set(sumOf: cotangent, times: negative, kept: boxes.kept, summed: boxes.summed)
    let values = sums.values()
    pool.give(sums)
    pool.give(negative)
    let count = context.parameters[0].count
    var total = [Double](repeating: 0, count: count)
    for (place, value) in values.enumerated() { total[place % count] += value }
    return .numbers([total])
  }

  func capture(_ capture: WeightCapture, of inputs: [Tensor], into plane: Tensor) {
    guard case .own(let index) = capture else { return }
    let negative = negative(inputs[0])
    let box =
      context.parameters[0].count == 1
      ? negative.box(ofFeature: 0, among: 1) : negative.box(ofChannel: index)
    negative.copy(box, into: plane)
    pool.give(negative)
  }
}
