public import Networks
public import Tensors

/// Tensors that a caller gives instead of those drawn from the seed.
public struct GivenTensors: Sendable {
  /// Numbers of the network's parameters.
  public var parameters: Parameters?
  /// Row-major images `[batch, channels, height, width]`.
  public var inputs: [Float]?
  /// What names the origin in the settings of a record, such as a digest of a file.
  public var origin: [String: SettingValue]

  /// Creates a set of given tensors.
  public init(
    parameters: Parameters? = nil, inputs: [Float]? = nil, origin: [String: SettingValue] = [:]
  ) {
    self.parameters = parameters
    self.inputs = inputs
    self.origin = origin
  }
}

/// Everything about one architecture under one setting: what a proxy looks at.
///
/// A candidate belongs to one worker and is deliberately not `Sendable`; it keeps what several
/// proxies share.
public final class Candidate {
  /// The canonical text of the architecture.
  public let architecture: String
  /// Its network.
  public let network: Network
  /// The settings of the run.
  public let settings: ScoringSettings
  /// The seed of weights and inputs.
  public let seed: UInt64
  /// Tensors that replace drawn ones.
  public let given: GivenTensors
  /// The workers that proxies compute with.
  public let compute: Compute
  private var scores: [String: Score] = [:]

  /// Creates a candidate.
  public init(
    architecture: String, network: Network, settings: ScoringSettings, seed: UInt64,
    given: GivenTensors = GivenTensors(), compute: Compute
  ) {
    self.architecture = architecture
    self.network = network
    self.settings = settings
    self.seed = seed
    self.given = given
    self.compute = compute
  }

  /// The numbers of one of the initialisations.
  ///
  /// They depend on seed, architecture and initialisation alone, so they are the same in any run.
  public func parameters(initialization: Int) -> Parameters {
    if let given = given.parameters { return given }
    return Initializer.kaimingNormal.parameters(
      for: network, seed: seed, architecture: architecture, purpose: "weights \(initialization)")
  }

  /// The minibatch of one of the initialisations: independent normal pixels.
  ///
  /// All architectures of a run see the same images, so that their scores differ by the network
  /// alone.
  public func inputs(initialization: Int) -> [Float] {
    if let given = given.inputs { return given }
    return Candidate.noise(
      batch: settings.batch, shape: network.inputShape, seed: seed, initialization: initialization)
  }

  /// Standard normal images that depend on seed and initialisation alone.
  public static func noise(
    batch: Int, shape: TensorShape, seed: UInt64, initialization: Int
  ) -> [Float] {
    let stream = RandomStream(
      seed: seed, text: "", purpose: "inputs \(initialization)")
    var pixels = [Float](repeating: 0, count: batch * shape.imageCount)
    stream.fillNormal(&pixels)
    return pixels
  }

  /// The score of a proxy, computed once for each name.
  public func score(_ proxy: some Proxy) throws(BackendError) -> Score {
    if let known = scores[proxy.name] { return known }
    let score = try proxy.score(of: self)
    scores[proxy.name] = score
    return score
  }
}
