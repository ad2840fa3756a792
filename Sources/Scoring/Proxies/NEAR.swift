public import Formats
internal import Networks
public import Tensors

/// The effective rank of all features.
///
/// The sum over outputs of `exp(- sum p ln p)`, p the singular values of the output over their sum: the
/// output is cut to a square matrix of as many places as channels (`EffectiveRanks`), neither centred nor
/// squared. The weights are PyTorch's. Husistein, Reiher and Eckhoff, *NEAR: A Training-Free
/// Pre-Estimator of Machine Learning Model Performance*, ICLR 2025.
public struct NEAR: Proxy {
  /// Which outputs count.
  public enum Rule: String, Hashable, Sendable, CaseIterable {
    /// Those of convolutions, normalisations, activation functions and linear layers, as in the published
    /// code.
    case modules
    /// What activation functions read and what they give, as in the paper.
    case activations
  }

  /// Which outputs count.
  public var rule: Rule

  /// Creates the proxy by the rule of the published code.
  public init(rule: Rule = .modules) { self.rule = rule }

  /// `near`, and `near-paper` by the rule of the paper.
  public var name: String { rule == .modules ? "near" : "near-paper" }
  /// What it measures.
  public var summary: String {
    switch rule {
    case .modules: "effective ranks of the outputs of all layers"
    case .activations: "effective ranks of what activations read and give"
    }
  }
  /// Larger ranks are better.
  public var higherIsBetter: Bool { true }
  /// Weights and noise.
  public var needs: ProxyNeeds { [.weights, .inputs, .severalImages] }
  /// One pass.
  public var cost: String { "1 forward" }
  /// The sum of its passes.
  public func passes(batch: Int, classes: Int) -> Double { 1 }
  /// The paper.
  public var citation: String { "Husistein et al., ICLR 2025" }

  /// Minibatch, initialisations and precision.
  public func settings(_ settings: ScoringSettings) -> [String: SettingValue] {
    settings.minibatchSettings
  }

  /// The sum, undefined if a feature overflows.
  public func score(of candidate: Candidate) throws(BackendError) -> Score {
    let network = candidate.network
    // Both rules count what activation functions give, which is measured once for both.
    let given = network.features([.activation])
    let others =
      switch rule {
      case .modules: network.features([.convolution, .normalization, .linear])
      case .activations: given.map { network.nodes[$0].inputs[0] }
      }
    var sum = 0.0
    for nodes in [given, others] {
      let measured = Set(nodes).sorted()
      let ranks = try candidate.value(
        of: EffectiveRanks(of: measured, candidate, at: CandidatePoint(.uniformFanIn, .noise)))
      var byNode: [Int: Double] = [:]
      for (node, rank) in zip(measured, ranks) {
        guard let rank else {
          return .undefined("the features of \(network.nodes[node].name) are not finite")
        }
        byNode[node] = rank
      }
      // Several functions may read one node, and each reading counts.
      sum += nodes.reduce(0) { $0 + (byNode[$1] ?? 0) }
    }
    return .value(sum)
  }
}
