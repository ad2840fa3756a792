internal import Networks

/// A named bundle of everything that a VKDNW score depends on besides network and seed.
///
/// `released` and `paper` are fixed for ever; `default` and `fast` may improve with a new version, which
/// every record names.
public enum Recipe: String, Hashable, Sendable, CaseIterable {
  /// The setting that ranks real accuracies best for its price.
  case `default`
  /// What the authors' released code computes.
  case released
  /// What the paper's text describes.
  case paper
  /// Few and small images, with which the recommended ranking is as good in an eighth of the time.
  case fast

  /// The axes of VKDNW.
  public var fisher: FisherSettings {
    switch self {
    case .default, .fast:
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
    case .fast: 4
    }
  }

  /// Rows and columns of an image.
  ///
  /// - Parameter usual: those that the space has.
  /// - Returns: the same, or with `fast` a quarter, but eight at least; large images stay a multiple of 32,
  ///   so that whatever halves or divides them still does.
  public func resolution(usual: Int) -> Int {
    guard self == .fast, usual > 8 else { return usual }
    let quarter = max((usual + 3) / 4, 8)
    return min(quarter < 32 ? quarter : (quarter + 31) / 32 * 32, usual)
  }

  /// Independent initialisations whose scores are averaged.
  public var initializations: Int { 1 }
}
