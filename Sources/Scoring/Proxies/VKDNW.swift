public import Formats
internal import Networks
public import Tensors

/// The variance of knowledge of deep network weights: how evenly a network's weights can be estimated.
///
/// The entropy of the nine deciles of the eigenvalues of the Fisher information of selected weights
/// (`FisherInformation`, `FisherSpectrum`), or of eleven quantiles (`SpectrumQuantiles`). Tybl and
/// Neumann, *Training-free Neural Architecture Search through Variance of Knowledge of Deep Network
/// Weights*, CVPR 2025.
///
/// Where the Fisher information is not finite, the released code goes on with a spectrum of zeros, whose
/// entropy is 0; here the score is undefined, and a search ranks it below all numbers.
public struct VKDNW: FisherProxy {
  /// Creates the proxy.
  public init() {}

  /// `vkdnw`.
  public var name: String { "vkdnw" }
  /// What it measures.
  public var summary: String { "entropy of the deciles of the Fisher information's eigenvalues" }

  /// The entropy, undefined if the Fisher information overflows.
  public func score(of candidate: Candidate) throws(BackendError) -> Score {
    .entropy(of: try candidate.fisherSpectrum(at: .noise))
  }
}

/// A proxy that reads the spectrum of the Fisher information: what all of them have in common.
///
/// Tybl and Neumann, *Training-free Neural Architecture Search through Variance of Knowledge of Deep
/// Network Weights*, CVPR 2025.
public protocol FisherProxy: Proxy {}

extension FisherProxy {
  /// Weights that are easier, or more evenly easy, to estimate.
  public var higherIsBetter: Bool { true }
  /// Weights and a minibatch; no labels.
  public var needs: ProxyNeeds { [.weights, .inputs] }
  /// One forward pass, and backward passes of activations only; proxies of one setting share them.
  public var cost: String { "1 forward, min(classes - 1, features, pullbacks) activation backward" }
  /// The factor has rank `classes - 1`; where there are fewer features than that, they are pulled back,
  /// which this does not count, nor that fewer may be asked for.
  public func passes(batch: Int, classes: Int) -> Double { Double(classes) }
  /// The paper.
  public var citation: String { "Tybl and Neumann, CVPR 2025" }

  /// All axes, minibatch, initialisations and precision.
  public func settings(_ settings: ScoringSettings) -> [String: SettingValue] {
    settings.fisher.settings.merging(settings.minibatchSettings) { $1 }
  }
}

extension Candidate {
  /// The spectrum of the Fisher information under the settings of the run, `nil` where it overflows.
  package func fisherSpectrum(at minibatch: MinibatchRole) throws(BackendError) -> FisherSpectrum? {
    let request = FisherRequest(settings.fisher, batch: batch)
    return try value(of: FisherSpectra([request], at: minibatch))[request] ?? nil
  }
}

extension Score {
  /// The entropy of a spectrum, undefined where there is none.
  static func entropy(of spectrum: FisherSpectrum?) -> Score {
    read(spectrum, as: "entropy", \.entropy)
  }

  /// A number that is read off a spectrum, undefined where there is none.
  static func read(
    _ spectrum: FisherSpectrum?, as name: String, _ number: (FisherSpectrum) -> Double
  ) -> Score {
    guard let spectrum else { return .undefined("the Fisher information is not finite") }
    return Score(number(spectrum), otherwise: "the \(name) is not finite")
  }
}
