public import Formats
internal import Networks
public import Tensors

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// The capacity alone of `InTrain`: `gamma = sum over layers of ln PR`, without gradients.
public struct InTrainCapacity: Proxy {
  /// Which outputs count.
  public var layers: InTrain.Layers

  /// Creates the proxy over the layers with weights, which every network has.
  public init(layers: InTrain.Layers = .weights) { self.layers = layers }

  /// `intrain-capacity`.
  public var name: String { "intrain-capacity" }
  /// The name, with the layers where they are others.
  public var key: String { layers == .weights ? name : "\(name) \(layers.rawValue)" }
  /// What it measures.
  public var summary: String { "directions that the features of layers fill" }
  /// More directions are better.
  public var higherIsBetter: Bool { true }
  /// Weights and noise.
  public var needs: ProxyNeeds { [.weights, .inputs, .severalImages] }
  /// One pass.
  public var cost: String { "1 forward" }
  /// The sum of its passes.
  public func passes(batch: Int, classes: Int) -> Double { 1 }
  /// The paper of `intrain`.
  public var citation: String { InTrain().citation }

  /// Those of `intrain`.
  public func settings(_ settings: ScoringSettings) -> [String: SettingValue] {
    InTrain(layers: layers).settings(settings)
  }

  /// The sum, undefined if a feature overflows or no layer counts.
  ///
  /// A layer whose output is constant fills no direction and counts as one. As it is defined it would
  /// count as all directions: only the constant on the diagonal is left of its covariance.
  public func score(of candidate: Candidate) throws(BackendError) -> Score {
    let network = candidate.network
    let nodes = network.features(layers.kinds)
    guard !nodes.isEmpty else { return .undefined("the network has no such layer") }
    // The images themselves tell what is small.
    let traces = try candidate.value(
      of: CovarianceTraces(of: [0] + nodes, candidate, at: CandidatePoint(.noise)))
    let precision = candidate.compute.precision
    var sum = 0.0
    for (node, value) in zip(nodes, traces.dropFirst()) {
      guard value.isFinite else {
        return .undefined("the features of \(network.nodes[node].name) are not finite")
      }
      let isConstant =
        value.trace <= 1e-12 * traces[0].trace || precision.isRounding(value.relativeDeviation)
      if !isConstant {
        sum += Self.logarithm(value, channels: network.nodes[node].shape.channels)
      }
    }
    return .value(sum)
  }

  /// `ln PR` of one layer.
  package static func logarithm(_ traces: CovarianceTraces.Traces, channels: Int) -> Double {
    let c = Double(channels)
    let epsilon = InTrain.epsilon
    let numerator = traces.trace + c * epsilon
    return log(
      numerator * numerator
        / (traces.squaredTrace + 2 * epsilon * traces.trace + c * epsilon * epsilon))
  }
}
