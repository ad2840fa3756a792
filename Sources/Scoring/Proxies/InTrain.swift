public import Formats
internal import Networks
public import Tensors

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// How many directions the features of all layers fill, and how evenly gradients are spread in tensors.
///
/// With C the covariance of the channels of a layer's output, over all places and images of noise, and
/// `e = 1e-10`,
///
///     PR    = (tr C + c e)^2 / (tr C^2 + 2 e tr C + c e^2)       between 1 and c channels
///     gamma = sum over the L layers of ln PR
///     h     = min(1, deviation(g) / (max |g| + e))               for each parameter tensor
///     score = gamma (1 + sum h) / ln(L + 1)
///
/// with g the gradient of the cross-entropy for random labels through batch statistics, and the deviation
/// that of its elements about their mean, over their number less one. Zhou et al., *InTrain*, CVPR 2026,
/// arXiv 2606.18676.
public struct InTrain: Proxy {
  /// What is added to variances and gradients.
  package static let epsilon = 1e-10

  /// The layers whose outputs count; the publication does not say which.
  public enum Layers: String, Hashable, Sendable, CaseIterable {
    /// Convolutions and linear layers.
    case weights
    /// Activation functions.
    case activations
    /// Convolutions, normalisations, activation functions and linear layers.
    case all

    var kinds: Set<FeatureKind> {
      switch self {
      case .weights: [.convolution, .linear]
      case .activations: [.activation]
      case .all: [.convolution, .normalization, .activation, .linear]
      }
    }
  }

  /// Which outputs count.
  public var layers: Layers

  /// Creates the proxy over the layers with weights, which every network has.
  public init(layers: Layers = .weights) { self.layers = layers }

  /// `intrain`.
  public var name: String { "intrain" }
  /// The name, with the layers where they are others.
  public var key: String { layers == .weights ? name : "\(name) \(layers.rawValue)" }
  /// What it measures.
  public var summary: String { "directions that features fill, times evenness of gradients" }
  /// More is better.
  public var higherIsBetter: Bool { true }
  /// Weights and noise; the labels are drawn.
  public var needs: ProxyNeeds { [.weights, .inputs, .severalImages] }
  /// One pass of either kind.
  public var cost: String { "1 forward, 1 backward" }
  /// The sum of its passes.
  public func passes(batch: Int, classes: Int) -> Double { 3 }
  /// The paper.
  public var citation: String { "Zhou et al., CVPR 2026 (arXiv 2606.18676)" }

  /// Minibatch, initialisations, precision, and the layers.
  public func settings(_ settings: ScoringSettings) -> [String: SettingValue] {
    settings.minibatchSettings.merging(["intrainLayers": .text(layers.rawValue)]) { $1 }
  }

  /// The product, undefined if a feature or a gradient overflows.
  public func score(of candidate: Candidate) throws(BackendError) -> Score {
    let capacity = try candidate.score(InTrainCapacity(layers: layers))
    guard let gamma = capacity.value else { return capacity }
    guard let measurement = LossGradient(of: candidate, at: CandidatePoint(.noise)) else {
      return .undefined(LossGradientObstacle.noLabels)
    }
    let gradient = try candidate.value(of: measurement)
    guard gradient.isFinite else { return .undefined(LossGradientObstacle.notFinite) }
    let count = candidate.network.features(layers.kinds).count
    return Score(
      gamma * (1 + Self.resilience(gradient.tensors)) / log(Double(count + 1)),
      otherwise: "the evenness of the gradients overflows")
  }

  /// The sum of h over parameter tensors.
  ///
  /// Tensors of one element have no deviation and are left out. Some gradients are zero in theory, such as
  /// those of shifts in front of another normalisation; their rounding errors would look even, so tensors
  /// count as zero whose largest element is a millionth of the largest of all or less.
  package static func resilience(_ gradient: [[Double]]) -> Double {
    let magnitudes = gradient.map { tensor in tensor.reduce(0) { max($0, abs($1)) } }
    let largest = magnitudes.max() ?? 0
    var sum = 0.0
    for (tensor, magnitude) in zip(gradient, magnitudes)
    where tensor.count > 1 && magnitude > 1e-6 * largest {
      let mean = tensor.reduce(0, +) / Double(tensor.count)
      let squares = tensor.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      let deviation = (squares / Double(tensor.count - 1)).squareRoot()
      sum += min(1, deviation / (magnitude + epsilon))
    }
    return sum
  }
}

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
