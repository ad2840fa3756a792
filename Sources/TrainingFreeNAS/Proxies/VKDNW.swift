internal import Networks
public import Tensors

/// The variance of knowledge of deep network weights: how evenly a network's weights can be estimated.
///
/// The entropy of the nine deciles of the eigenvalues of the Fisher information of selected weights
/// (`FisherInformation`, `FisherSpectrum`). Tybl and Neumann,
/// *Training-free Neural Architecture Search through Variance of Knowledge of Deep Network Weights*,
/// CVPR 2025.
public struct VKDNW: Proxy {
  /// Creates the proxy.
  public init() {}

  /// `vkdnw`.
  public var name: String { "vkdnw" }
  /// What it measures.
  public var summary: String { "entropy of the deciles of the Fisher information's eigenvalues" }
  /// More even is better.
  public var higherIsBetter: Bool { true }
  /// Weights and a minibatch; no labels.
  public var needs: ProxyNeeds { [.weights, .inputs] }
  /// One forward pass, and backward passes of activations only.
  public var cost: String { "1 forward, min(classes - 1, features) activation backward" }
  /// The factor has rank `classes - 1`; where there are fewer features than that, they are pulled back,
  /// which this does not count.
  public func passes(batch: Int, classes: Int) -> Double { Double(classes) }
  /// The paper.
  public var citation: String { "Tybl and Neumann, CVPR 2025" }

  /// All axes, minibatch, initialisations and precision.
  public func settings(_ settings: ScoringSettings) -> [String: SettingValue] {
    settings.fisher.settings.merging([
      "batch": .integer(settings.batch), "inits": .integer(settings.initializations),
      "precision": .text(settings.precision.rawValue),
    ]) { $1 }
  }

  /// The entropy, undefined if the Fisher information overflows.
  public func score(of candidate: Candidate) throws(BackendError) -> Score {
    guard let spectrum = try candidate.fisherSpectrum(at: .noise) else {
      return .undefined(VKDNW.overflow)
    }
    return Score(spectrum.entropy, otherwise: "the entropy is not finite")
  }

  static let overflow = "the Fisher information is not finite"
}

extension Candidate {
  /// The spectrum of the Fisher information under the settings of the run, `nil` where it overflows.
  func fisherSpectrum(at minibatch: MinibatchRole) throws(BackendError) -> FisherSpectrum? {
    let request = FisherRequest(settings.fisher, batch: batch)
    return try value(of: FisherSpectra([request], at: minibatch))[request] ?? nil
  }
}
