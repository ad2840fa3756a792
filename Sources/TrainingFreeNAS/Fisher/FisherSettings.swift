public import Networks

/// How `diag(p) - p p^T` enters the Fisher information.
public enum FisherFactor: String, Hashable, Sendable, CaseIterable {
  /// The Fisher information: `J^T (diag(p) - p p^T) J`.
  case exact
  /// What the released code computes: `J^T L^T L J`, with `L L^T = diag(p) - p p^T` in half-precision
  /// constants. It depends on the order of the classes and is no Fisher information.
  case released
  /// `J^T J`, as if every logit had unit variance.
  case logits
}

/// Which parameter tensors a selection counts.
public enum WeightTensors: String, Hashable, Sendable, CaseIterable {
  /// Every parameter tensor, batch normalisation and biases included, as the released code does.
  case tensors
  /// The weights of convolutions and linear layers, as the paper says.
  case layers
}

/// Which numbers of a tensor are selected.
public enum WeightPosition: Hashable, Sendable {
  /// Index `trunc(fraction (count - 1))` of every tensor, for one weight for each tensor.
  case fraction(Double)
  /// One index for each tensor, drawn uniformly, the same for networks with equal tensor shapes.
  case random
}

/// The axes of VKDNW: everything that changes its value but weights, inputs and precision.
public struct FisherSettings: Hashable, Sendable {
  /// How the covariance of the labels enters.
  public var factor: FisherFactor
  /// Where batch normalisation takes its statistics from: `fresh`, `calibrated` or `identity`.
  public var normalization: NormalizationMode
  /// The share of the uniform distribution that is mixed into the predicted one, 0 to 1.
  public var smoothing: Double
  /// Which tensors count.
  public var tensors: WeightTensors
  /// At most this many tensors, the first in registration order.
  public var dimension: Int
  /// Weights of each tensor: evenly spaced, or one at `position`.
  public var weightsPerTensor: Int
  /// Where the single weight of a tensor lies.
  public var position: WeightPosition

  /// Creates settings.
  public init(
    factor: FisherFactor, normalization: NormalizationMode, smoothing: Double,
    tensors: WeightTensors, dimension: Int = 128, weightsPerTensor: Int = 1,
    position: WeightPosition = .fraction(0)
  ) {
    precondition(
      normalization != .batch, "statistics with a derivative through them join the samples")
    precondition(
      (0...1).contains(smoothing) && dimension > 0 && weightsPerTensor > 0,
      "smoothing \(smoothing), dimension \(dimension), \(weightsPerTensor) weights for each tensor")
    self.factor = factor
    self.normalization = normalization
    self.smoothing = smoothing
    self.tensors = tensors
    self.dimension = dimension
    self.weightsPerTensor = weightsPerTensor
    self.position = position
  }
}
