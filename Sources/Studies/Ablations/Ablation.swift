/// A choice that rankings depend on, and that is varied while all else stays the same.
public enum Ablation: String, Hashable, Sendable, CaseIterable {
  /// Which of the five ranks the product of equation 15 takes.
  case components
  /// Images of the minibatch.
  case batch
  /// Noise or images, at several batches.
  case input
  /// How many tensors have a weight in the Fisher information.
  case dimension
  /// Where the single weight of a tensor lies.
  case position
  /// How many weights a tensor has in the Fisher information.
  case weightsPerLayer = "weights-per-layer"
  /// How far a score is the layer count again.
  case orthogonality
  /// Where batch normalisation takes its statistics from.
  case batchNorm = "batch-norm"
  /// How the covariance of the labels enters.
  case factor
  /// The share of the uniform distribution in the predicted one.
  case smoothing

  /// What is varied, in a few words.
  public var title: String {
    switch self {
    case .components: "components of the rank product"
    case .batch: "images of the minibatch"
    case .input: "noise or images"
    case .dimension: "tensors in the Fisher information"
    case .position: "position of the weight in its tensor"
    case .weightsPerLayer: "weights of each tensor"
    case .orthogonality: "Kendall tau-b against the number of layers"
    case .batchNorm: "statistics of batch normalisation"
    case .factor: "factor of the label covariance"
    case .smoothing: "smoothing of the predicted distribution"
    }
  }

  /// The tables of Tybl and Neumann, CVPR 2025, that show the same, `nil` where none does.
  public var publishedTable: String? {
    switch self {
    case .components: "Tables III and IX"
    case .batch, .input: "Table V"
    case .dimension: "Table VII"
    case .position, .weightsPerLayer: "Table VIII"
    case .orthogonality: "Table IV"
    case .batchNorm, .factor, .smoothing: nil
    }
  }
}
