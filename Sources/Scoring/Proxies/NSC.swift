public import Formats
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
  ///
  /// It is taken over sizes with their counts, so that networks with equal matrices have equal scores to the
  /// last digit wherever the matrices stand.
  public func score(of candidate: Candidate) throws(BackendError) -> Score {
    let network = candidate.network
    let isLive = network.isLive
    var counts: [[Int]: Int] = [:]
    for matrices in network.weightMatrices where countsDeadLayers || isLive[matrices.node] {
      counts[[matrices.rows, matrices.columns], default: 0] += matrices.count
    }
    return .value(
      counts.sorted { ($0.key[0], $0.key[1]) < ($1.key[0], $1.key[1]) }.reduce(0) { sum, entry in
        let (size, count) = entry
        return sum + Double(count) * SpectralCapacity.psi(rows: size[0], columns: size[1])
      })
  }
}
