public import Networks

/// How `diag(p) - p p^T` enters the Fisher information.
public enum FisherFactor: String, Hashable, Sendable, CaseIterable {
  /// The Fisher information: `J^T (diag(p) - p p^T) J`.
  case exact
  /// What the released code computes: `J^T L^T L J`, with `L L^T = diag(p) - p p^T`. It depends on the
  /// order of the classes and is no Fisher information. Where rounded smoothing makes the probabilities
  /// sum to more than 1 before the last class, as with 1,000 classes, a root is that of a negative
  /// number and nothing is finite.
  case released
  /// `J^T J`, as if every logit had unit variance.
  case logits

  /// The precision of smoothing constants where none is asked for.
  var impliedRounding: SmoothingRounding { self == .released ? .half : .exact }
}

/// The precision of the two constants of smoothing.
public enum SmoothingRounding: String, Hashable, Sendable, CaseIterable {
  /// Half precision, as in the released code, so that probabilities do not quite sum to 1.
  case half
  /// None.
  case exact
}

/// The quantiles of the eigenvalues whose entropy VKDNW is.
public enum SpectrumQuantiles: String, Hashable, Sendable, CaseIterable {
  /// Nine, at 0.1 to 0.9: equation 11 of the paper.
  case deciles
  /// Eleven, at 0 to 1, as the released code has them on the MobileNetV2 space: the largest eigenvalue
  /// is among them, and so large that hardly any entropy is left.
  case eleven

  /// Where they lie, from 0 to 1.
  public var fractions: [Double] {
    // k / 10 is the exact fraction; the product 0.1 k is what numpy's and PyTorch's callers write.
    (self == .deciles ? 1...9 : 0...10).map { Double($0) / 10 }
  }
}

/// Which parameter tensors a selection counts.
public enum WeightTensors: String, Hashable, Sendable, CaseIterable {
  /// Every parameter tensor, batch normalisation and biases included, as the released code does.
  case tensors
  /// The weights of convolutions and linear layers, as the paper says.
  case layers
  /// Some of all, drawn without replacement, as the released code does on the MobileNetV2 space.
  ///
  /// `random.Random(N).sample(range(N), dimension)` in Python, with `N` the number of tensors: the draw
  /// depends on nothing else. All of them where they are no more than the dimension.
  case sampled
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
  /// Where batch normalisation takes its statistics from.
  public var normalization: NormalizationMode
  /// The share of the uniform distribution that is mixed into the predicted one, 0 to 1.
  public var smoothing: Double
  /// The precision of the smoothing constants; `nil` is that of the factor, half for `released` and
  /// exact otherwise.
  public var smoothingRounding: SmoothingRounding?
  /// Which tensors count.
  public var tensors: WeightTensors
  /// At most this many tensors, the first in registration order or those that are drawn.
  public var dimension: Int
  /// Weights of each tensor: evenly spaced, or one at `position`.
  public var weightsPerTensor: Int
  /// Where the single weight of a tensor lies.
  public var position: WeightPosition
  /// The quantiles whose entropy is taken.
  public var quantiles: SpectrumQuantiles
  /// How many directions are pulled back for each image; `nil` is the standard for the number of classes.
  public var pullbacks: Pullbacks?

  /// Creates settings.
  public init(
    factor: FisherFactor, normalization: NormalizationMode, smoothing: Double,
    smoothingRounding: SmoothingRounding? = nil, tensors: WeightTensors, dimension: Int = 128,
    weightsPerTensor: Int = 1, position: WeightPosition = .fraction(0),
    quantiles: SpectrumQuantiles = .deciles, pullbacks: Pullbacks? = .all
  ) {
    precondition(
      (0...1).contains(smoothing) && dimension > 0 && weightsPerTensor > 0,
      "smoothing \(smoothing), dimension \(dimension), \(weightsPerTensor) weights for each tensor")
    self.factor = factor
    self.normalization = normalization
    self.smoothing = smoothing
    self.smoothingRounding = smoothingRounding
    self.tensors = tensors
    self.dimension = dimension
    self.weightsPerTensor = weightsPerTensor
    self.position = position
    self.quantiles = quantiles
    self.pullbacks = pullbacks
  }

  /// The precision of the smoothing constants.
  var rounding: SmoothingRounding { smoothingRounding ?? factor.impliedRounding }
}
