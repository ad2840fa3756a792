internal import Derivatives
public import Formats
internal import Networks
public import Tensors

/// The synaptic flow through all weights.
///
/// With the absolute values of all parameters, no batch normalisation, one image of ones and R the sum
/// of the logits: `sum over weights of |w dR/dw|`. It is always computed in double: values of 1e59 are
/// usual and overflow in float. Tanaka et al., *Pruning neural networks without any data by iteratively
/// conserving synaptic flow*, NeurIPS 2020.
public struct SynFlow: Proxy {
  /// Creates the proxy.
  public init() {}

  /// `synflow`.
  public var name: String { "synflow" }
  /// What it measures.
  public var summary: String { "flow of ones through the absolute weights" }
  /// More flow is better.
  public var higherIsBetter: Bool { true }
  /// Weights; the image is fixed.
  public var needs: ProxyNeeds { [.weights] }
  /// One image, in double.
  public var cost: String { "1 forward, 1 backward of one image, in double" }
  /// One image.
  public func passes(batch: Int, classes: Int) -> Double { 3 / Double(batch) }
  /// The paper.
  public var citation: String { "Tanaka et al., NeurIPS 2020" }

  /// Initialisations; neither minibatch nor precision of the run matter.
  public func settings(_ settings: ScoringSettings) -> [String: SettingValue] {
    ["inits": .integer(settings.initializations)]
  }

  /// The flow, undefined if it overflows.
  public func score(of candidate: Candidate) throws(BackendError) -> Score {
    let layers = try Self.layers(of: candidate)
    return Score(layers.reduce(0, +), otherwise: "the synaptic flow overflows")
  }

  /// The flow through each convolution and linear layer.
  package static func layers(of candidate: Candidate) throws(BackendError) -> [Double] {
    let network = candidate.network
    let positive = Parameters(
      candidate.parameters.values.map { $0.map(abs) }, for: network)
    let worker = candidate.compute.workers[0]
    worker.arena.reset()
    let linearization = try Linearization(
      network, parameters: positive,
      images: [Float](repeating: 1, count: network.inputShape.count),
      normalization: .identity, engine: worker.engineInDouble(), arena: worker.arena)
    let ones = Matrix(
      rows: 1, columns: network.classes,
      values: [Double](repeating: 1, count: network.classes))
    return Saliency.layers(
      of: network, parameters: positive,
      gradient: try linearization.pullback(ones).parameters)
  }
}
