public import Networks
public import Tensors

/// Batch normalisation with scale and shift, `y = gamma (x - mean) / sqrt(variance + eps) + beta`.
public struct BatchNormalization: Operator, ListedOperator {
  /// Channels of the input.
  public var channels: Int
  /// What is added to the variance.
  public var epsilon: Double

  /// Creates a batch normalisation; the default epsilon is PyTorch's.
  public init(channels: Int, epsilon: Double = 1e-5) {
    self.channels = channels
    self.epsilon = epsilon
  }

  /// `batch-normalization`.
  public var name: String { "batch-normalization" }
  /// A normalisation.
  public var kind: OperatorKind { .normalization }
  package static var examples: [OperatorExample] {
    [
      OperatorExample(BatchNormalization(channels: 5), [5, 6, 7]),
      OperatorExample(BatchNormalization(channels: 32), [32, 3, 4]),
      OperatorExample(BatchNormalization(channels: 5, epsilon: 0.5), [5, 6, 7]),
      OperatorExample(BatchNormalization(channels: 4), [4, 9]),
      OperatorExample(BatchNormalization(channels: 6, epsilon: 0.25), [6]),
    ]
  }

  /// The scale gamma and the shift beta, one number for each channel.
  public func parameters(named name: String) -> [ParameterSpec] {
    [
      ParameterSpec(name: "\(name).weight", shape: [channels], role: .scale),
      ParameterSpec(name: "\(name).bias", shape: [channels], role: .shift),
    ]
  }

  /// The running mean and variance.
  public func buffers(named name: String) -> [BufferSpec] {
    [
      BufferSpec(name: "\(name).running_mean", shape: [channels], value: 0),
      BufferSpec(name: "\(name).running_var", shape: [channels], value: 1),
    ]
  }

  /// The shape of the input.
  public func outputShape(_ inputs: [Shape]) throws(ShapeProblem) -> Shape {
    let shape = try Arity.one(inputs)
    guard shape.rank > 0, shape.channels == channels else {
      throw ShapeProblem("normalises \(channels) channels, got \(shape)")
    }
    return shape
  }

  /// A constant for each channel, while the statistics are fixed.
  public var derivative: Derivative {
    Derivative(reads: [], zero: .never, shortcut: .channelScale, couplesMinibatch: true)
  }

  /// Any.
  public func layouts(given: [Layout], inputs: [Shape], output: Shape) -> OperatorLayouts {
    .same(given: given, inputs: inputs, output: output)
  }

  /// Cheap to compute.
  public var isRecomputed: Bool { true }

  /// A scale meets its channel, normalised; a shift meets ones.
  public func weightRule(
    _ weight: WeightAddress, inputs: [Shape], output: Shape
  ) -> WeightRule? {
    WeightRule(
      region: .channel(weight.index), capture: weight.parameter == 0 ? .channel(weight.index) : nil)
  }

  /// `batch-normalization`; the running statistics are those of a network that was never run.
  public func exported(inputs: [Shape], output: Shape) -> ExportedOperation {
    ExportedOperation(
      ["channels": .integer(channels), "epsilon": .number(epsilon)],
      pyTorch: .module(
        inputs[0].isMaps ? "nn.BatchNorm2d" : "nn.BatchNorm1d",
        ["\(channels)", "eps=\(epsilon)"], counters: ["num_batches_tracked"]),
      onnx: .node("BatchNormalization", [ONNXCode.Attribute("epsilon", .number(Float(epsilon)))]))
  }

  /// Joins the normalisation with its scale and shift; the statistics come later.
  public func bound(in context: BindingContext) -> any BoundOperator {
    BoundBatchNormalization(channels: channels, epsilon: epsilon, context: context)
  }
}

/// A batch normalisation with numbers and frozen statistics.
final class BoundBatchNormalization: BoundMinibatchNormalization, BoundParametrised {
  let channels: Int
  let epsilon: Double
  let gamma: [Float]
  let beta: [Float]
  /// The running mean and variance that belong to the numbers.
  let given: [[Float]]
  private let scaleTensor: Tensor
  private let shiftTensor: Tensor
  /// Subtracted from each channel.
  package private(set) var mean: [Double]
  /// The biased variance of each channel, without epsilon.
  package private(set) var variance: [Double]
  /// `1 / sqrt(variance + eps)` of each channel.
  package private(set) var reciprocalDeviation: [Double]
  /// `gamma / sqrt(variance + eps)`: the derivative.
  package private(set) var scale: [Double]

  init(channels: Int, epsilon: Double, context: BindingContext) {
    self.channels = channels
    self.epsilon = epsilon
    gamma = context.parameters[0]
    beta = context.parameters[1]
    given = context.buffers
    scaleTensor = context.blockedVector([Double](repeating: 1, count: channels))
    shiftTensor = context.blockedVector([Double](repeating: 0, count: channels))
    mean = [Double](repeating: 0, count: channels)
    variance = mean
    reciprocalDeviation = mean
    scale = mean
    freeze(mean: mean, variance: [Double](repeating: 1, count: channels))
  }

  /// Fixes the statistics.
  package func freeze(mean: [Double], variance: [Double]) {
    precondition(mean.count == channels && variance.count == channels, "\(channels) channels")
    self.mean = mean
    self.variance = variance
    reciprocalDeviation = variance.map { 1 / ($0 + epsilon).squareRoot() }
    write(
      scale: zip(gamma, reciprocalDeviation).map { Double($0) * $1 },
      shift: { Double(self.beta[$0]) - mean[$0] * self.scale[$0] })
  }

  /// Makes the normalisation the identity: scale 1 and shift 0 whatever gamma and beta are.
  package func pass() {
    mean = [Double](repeating: 0, count: channels)
    variance = [Double](repeating: 1, count: channels)
    reciprocalDeviation = variance
    write(scale: reciprocalDeviation, shift: { _ in 0 })
  }

  private func write(scale: [Double], shift: (Int) -> Double) {
    self.scale = scale
    var padded = [Double](repeating: 0, count: scaleTensor.shape.channels)
    padded.replaceSubrange(0..<channels, with: scale)
    scaleTensor.write(padded)
    for c in 0..<channels { padded[c] = shift(c) }
    shiftTensor.write(padded)
  }

  package func apply(_ inputs: [Tensor], into output: Tensor) {
    inputs[0].affine(scale: scaleTensor, shift: shiftTensor, into: output)
  }
  package func pushforward(_ tangent: Tensor, into output: Tensor) {
    scaled(tangent, into: output)
  }
  package func pullback(_ cotangent: Tensor, into input: Tensor) {
    scaled(cotangent, into: input)
  }

  private func scaled(_ x: Tensor, into y: Tensor) { x.scale(by: scaleTensor, into: y) }

  // MARK: Parameters, with fixed statistics

  func addPushforward(
    ofParameters change: [ParameterTangent?], at point: OperatorPoint, to output: Tensor
  ) throws(BackendError) {
    let (terms, offset) = pushforward(
      nil, parameters: change, at: try point.input(), sums: nil, count: 1)
    output.set(sumOf: [AffineTerm(output)] + terms, offset: offset)
  }

  func parameterCotangent(_ cotangent: Tensor, at point: OperatorPoint) throws(BackendError)
    -> ParameterCotangent
  {
    .numbers(parameterCotangent(sums(cotangent, at: try point.input()), .fresh))
  }

  func capture(_ capture: WeightCapture, of inputs: [Tensor], into plane: Tensor) {
    inputs[0].capture(capture, into: plane)
  }

  func weightScale(_ weight: WeightAddress) -> (factor: Double, shift: Double) {
    weight.parameter == 0
      ? (reciprocalDeviation[weight.index], mean[weight.index]) : (1, 0)
  }
}
