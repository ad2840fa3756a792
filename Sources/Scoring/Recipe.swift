internal import Networks

/// A named bundle of everything that a VKDNW score depends on besides network and seed.
///
/// `released` and `paper` are fixed for ever; `default` may improve with a new version, which every
/// record names.
public enum Recipe: String, Hashable, Sendable, CaseIterable {
  /// The setting that ranks real accuracies best for its price.
  case `default`
  /// What the authors' released code computes.
  case released
  /// What the paper's text describes.
  case paper

  /// The axes of VKDNW.
  public var fisher: FisherSettings {
    switch self {
    case .default:
      FisherSettings(
        factor: .exact, normalization: .calibrated, smoothing: 0, tensors: .tensors,
        pullbacks: nil)
    case .released:
      FisherSettings(
        factor: .released, normalization: .fresh, smoothing: 0.05, tensors: .tensors)
    case .paper:
      FisherSettings(factor: .exact, normalization: .fresh, smoothing: 0, tensors: .layers)
    }
  }

  /// Images of the minibatch.
  public var batch: Int {
    switch self {
    case .default: 16
    case .released, .paper: 64
    }
  }

  /// Independent initialisations whose scores are averaged.
  public var initializations: Int { 1 }
}
