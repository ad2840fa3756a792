public import Tensors

/// Where a batch normalisation takes its mean and variance from.
public enum NormalizationMode: String, Hashable, Sendable, CaseIterable {
  /// Running mean 0 and variance 1, as in a network that was never run: hardly a normalisation.
  case fresh
  /// The statistics of the scored minibatch, then frozen: no derivative goes through them.
  case calibrated
  /// The statistics of the minibatch, with the derivative through them: samples interact.
  case batch
  /// No normalisation at all: the output is the input.
  case identity
}

/// Batch normalisation with scale and shift, `y = gamma (x - mean) / sqrt(variance + eps) + beta`.
public struct BatchNormalization: Primitive {
  /// Channels of the input.
  public var channels: Int
  /// What is added to the variance.
  public var epsilon: Double

  /// Creates a batch normalisation; the default epsilon is PyTorch's.
  public init(channels: Int, epsilon: Double = 1e-5) {
    self.channels = channels
    self.epsilon = epsilon
  }

  /// The scale gamma and the shift beta, one number for each channel.
  public func parameters(named name: String) -> [ParameterSpec] {
    [
      ParameterSpec(name: "\(name).weight", shape: [channels], role: .normalizationScale),
      ParameterSpec(name: "\(name).bias", shape: [channels], role: .normalizationShift),
    ]
  }

  /// The shape of the input.
  public func outputShape(_ inputs: [TensorShape]) -> Result<TensorShape, ShapeProblem> {
    guard inputs[0].channels == channels else {
      return .failure(ShapeProblem("normalises \(channels) channels, got \(inputs[0])"))
    }
    return .success(inputs[0])
  }

  /// A constant for each channel, while the statistics are frozen.
  public var derivative: DerivativeForm { .channelScale }
  /// Cheap to compute.
  public var isRecomputed: Bool { true }

  /// `batch-normalization`; the running statistics are those of a network that was never run.
  public var exported: ExportedOperation {
    ExportedOperation(
      "batch-normalization",
      ["channels": .integer(channels), "epsilon": .number(epsilon)],
      pyTorch: .module(
        "nn.BatchNorm2d", ["\(channels)", "eps=\(epsilon)"],
        buffers: [
          .channels("running_mean", count: channels, value: 0),
          .channels("running_var", count: channels, value: 1),
          .counter("num_batches_tracked", value: 0),
        ]))
  }

  /// Joins the normalisation with its scale and shift; the statistics come later.
  public func bound(in context: BindingContext) -> any BoundPrimitive {
    BoundBatchNormalization(channels: channels, epsilon: epsilon, context: context)
  }
}

/// A batch normalisation with numbers and frozen statistics.
package final class BoundBatchNormalization: BoundPrimitive {
  let channels: Int
  let epsilon: Double
  let gamma: [Float]
  let beta: [Float]
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
    let padded = (channels + context.outputBlock - 1) / context.outputBlock * context.outputBlock
    scaleTensor = context.arena.tensor(
      TensorShape(channels: padded), precision: context.engine.precision)
    shiftTensor = context.arena.tensor(
      TensorShape(channels: padded), precision: context.engine.precision)
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
}
