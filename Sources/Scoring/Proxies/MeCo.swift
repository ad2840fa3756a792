internal import Derivatives
public import Formats
internal import Networks
internal import Ranking
public import Tensors

/// How far the channels of each convolution's feature map are from depending on each other.
///
/// The sum over convolutions of the smallest eigenvalue of Pearson's correlation of the channels of
/// their outputs, over the places of a single image of noise. A convolution with a channel that is
/// constant, or with as many channels as places or more, has the eigenvalue 0. Jiang et al., *MeCo:
/// Zero-Shot NAS with One Data and Single Forward Pass via Minimum Eigenvalue of Correlation*, NeurIPS
/// 2023.
public struct MeCo: Proxy {
  /// Creates the proxy.
  public init() {}

  /// `meco`.
  public var name: String { "meco" }
  /// What it measures.
  public var summary: String { "smallest eigenvalues of channel correlations, one image" }
  /// More independent is better.
  public var higherIsBetter: Bool { true }
  /// Weights and an image of noise.
  public var needs: ProxyNeeds { [.weights, .inputs] }
  /// One image.
  public var cost: String { "1 forward of one image" }
  /// One image.
  public func passes(batch: Int, classes: Int) -> Double { 1 / Double(batch) }
  /// The paper.
  public var citation: String { "Jiang et al., NeurIPS 2023" }

  /// Initialisations and precision; the image is the first of the minibatch, whatever its size.
  public func settings(_ settings: ScoringSettings) -> [String: SettingValue] {
    settings.minibatchSettings.filter { $0.key != "batch" }
  }

  /// The sum, undefined if a feature map overflows.
  public func score(of candidate: Candidate) throws(BackendError) -> Score {
    let network = candidate.network
    let worker = candidate.compute.workers[0]
    worker.arena.reset()
    let linearization = try Linearization(
      network, parameters: candidate.parameters,
      images: Array(candidate.inputs.prefix(network.inputShape.count)),
      normalization: .batch, engine: worker.engine, arena: worker.arena)
    let convolutions = network.nodes.indices.filter {
      network.nodes[$0].op?.kind == .convolution
    }
    var sum = 0.0
    let covariances = try ChannelCovariance.measure(convolutions, of: linearization)
    for (position, covariance) in zip(convolutions, covariances) {
      let node = network.nodes[position]
      guard covariance.matrix.values.allSatisfy(\.isFinite) else {
        return .undefined("the features of \(node.name) are not finite")
      }
      // Centred rows span one dimension less than there are places.
      guard node.shape.channels < node.shape.area, let correlation = covariance.correlation else {
        continue
      }
      sum += max(try correlation.symmetricEigenvalues().first ?? 0, 0)
    }
    return .value(sum)
  }
}
