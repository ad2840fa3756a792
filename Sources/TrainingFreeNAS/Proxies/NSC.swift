internal import Networks
public import Tensors

/// Neural spectral capacity: what random weights of the network's sizes could tell apart.
///
/// The sum over weight matrices of the large-size limit of `ln det(I + W^T W)` for entries of Glorot's
/// variance (`SpectralCapacity.psi`): no weights, no images, no pass. A convolution of g groups has g
/// matrices `(out / g) x (in / g * kernel area)`, a linear layer one; normalisations and biases have
/// none. Zhu, Zhao and Lu, *Neural Spectral Capacity*, arXiv 2609.23087, 2026.
public struct NSC: Proxy {
  /// Whether layers that the output does not depend on, or that nothing of the input reaches, count.
  public var countsDeadLayers: Bool

  /// Creates the proxy; dead layers count, as they do for the numbers of parameters and operations.
  public init(countsDeadLayers: Bool = true) { self.countsDeadLayers = countsDeadLayers }

  /// `nsc`, and `nsc-live` without dead layers.
  public var name: String { countsDeadLayers ? "nsc" : "nsc-live" }
  /// What it measures.
  public var summary: String {
    "log-determinants of random weights, from their sizes"
      + (countsDeadLayers ? "" : ", dead layers left out")
  }
  /// More capacity is better.
  public var higherIsBetter: Bool { true }
  /// The graph is enough.
  public var needs: ProxyNeeds { [] }
  /// No pass.
  public var cost: String { "none" }
  /// None.
  public func passes(batch: Int, classes: Int) -> Double { 0 }
  /// The paper.
  public var citation: String { "Zhu et al., 2026 (arXiv 2609.23087)" }

  /// None but those of the search space.
  public func settings(_ settings: ScoringSettings) -> [String: SettingValue] { [:] }

  /// The sum over matrices.
  public func score(of candidate: Candidate) throws(BackendError) -> Score {
    let network = candidate.network
    let isLive = network.isLive
    return .value(
      network.weightMatrices.reduce(0) { sum, matrices in
        guard countsDeadLayers || isLive[matrices.node] else { return sum }
        return sum + Double(matrices.count)
          * SpectralCapacity.psi(rows: matrices.rows, columns: matrices.columns)
      })
  }
}
