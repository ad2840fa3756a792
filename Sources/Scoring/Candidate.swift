package import Derivatives
public import Networks
public import Tensors

/// A minibatch by the part that it plays.
public enum MinibatchRole: Hashable, Sendable {
  /// Independent normal pixels.
  case noise
  /// A second one of normal pixels.
  case secondNoise
  /// The first minibatch of images.
  case images
  /// A second, disjoint minibatch of images.
  case secondImages
}

/// A network with numbers at a minibatch: where a proxy looks at a candidate.
public struct CandidatePoint: Hashable, Sendable {
  /// The distribution of the numbers.
  public var initializer: Initializer
  /// The minibatch.
  public var minibatch: MinibatchRole
  /// How many images of the minibatch there are, from its first; `nil` for all.
  public var images: Int?

  /// Creates a point.
  public init(_ initializer: Initializer, _ minibatch: MinibatchRole, images: Int? = nil) {
    self.initializer = initializer
    self.minibatch = minibatch
    self.images = images
  }

  /// Creates a point of numbers drawn by Kaiming's rule, which most proxies look at.
  public init(_ minibatch: MinibatchRole) { self.init(.kaimingNormal, minibatch) }
}

/// Everything about one architecture under one setting at one initialisation: what a proxy looks at.
///
/// A candidate belongs to one worker and is deliberately not `Sendable`; it keeps what several
/// proxies share.
public final class Candidate {
  /// The canonical text of the architecture.
  public let architecture: String
  /// Its network.
  public let network: Network
  /// What the network costs, as its space counts it.
  public let costs: SpaceCosts
  /// The settings of the run.
  public let settings: ScoringSettings
  /// The seed of weights and inputs.
  public let seed: UInt64
  /// The number of the initialisation: weights and minibatches differ between two of them.
  public let initialization: Int
  /// Tensors that replace drawn ones.
  public let given: GivenTensors
  /// Where the minibatches of noise come from.
  public let noise: any ImageSource
  /// Where images come from; a proxy that needs them is not asked where there are none.
  public let images: any ImageSource
  /// The workers that proxies compute with.
  public let compute: Compute
  private var scores: [String: Score] = [:]
  private var measured: [AnyHashable: Any] = [:]
  private var latest: (point: CandidatePoint, blocks: NetworkBlocks)?
  private var drawn: [Initializer: Parameters] = [:]

  /// Creates a candidate; its costs are those that the graph shows, unless a space counts others.
  public init(
    architecture: String, network: Network, costs: SpaceCosts? = nil, settings: ScoringSettings,
    seed: UInt64, initialization: Int = 0, given: GivenTensors = GivenTensors(),
    noise: any ImageSource = NoiseImages(), images: any ImageSource = NoiseImages(),
    compute: Compute
  ) {
    self.architecture = architecture
    self.network = network
    self.costs = costs ?? SpaceCosts(network)
    self.settings = settings.resolved(classes: network.classes)
    self.seed = seed
    self.initialization = initialization
    self.given = given
    self.noise = noise
    self.images = images
    self.compute = compute
  }

  // MARK: Numbers and images

  /// The numbers of the network, given ones or those that are drawn by Kaiming's rule.
  public var parameters: Parameters { parameters(.kaimingNormal) }

  /// The numbers of the network by an initializer.
  ///
  /// They depend on seed, architecture and initialisation alone, so they are the same in any run.
  /// Given numbers take the place of those that are drawn.
  public func parameters(_ initializer: Initializer) -> Parameters {
    if let given = given.parameters(initializer) { return given }
    if let known = drawn[initializer] { return known }
    let prefix = initializer == .kaimingNormal ? "" : "\(initializer.rawValue) "
    let parameters = initializer.parameters(
      for: network, seed: seed, architecture: architecture,
      purpose: "\(prefix)weights \(initialization)")
    drawn[initializer] = parameters
    return parameters
  }

  /// What random combinations of pulled-back directions are drawn by.
  package var pullbackSeed: UInt64 {
    RandomStream(seed: seed, text: architecture, purpose: "pullbacks \(initialization)").word(at: 0)
  }

  /// The pixels of the noise: those of `minibatch(.noise)`.
  public var inputs: [Float] { minibatch(.noise).pixels }

  /// A minibatch.
  ///
  /// All architectures of a run see the same images, so that their scores differ by the network
  /// alone. Noise has random labels.
  public func minibatch(_ role: MinibatchRole) -> Minibatch { minibatch(role, count: batch) }

  /// A minibatch of as many images as are asked for, where none are given.
  package func minibatch(_ role: MinibatchRole, count: Int) -> Minibatch {
    switch role {
    case .noise, .images:
      if let given = given.inputs { return given }
    case .secondNoise, .secondImages:
      if let given = given.secondInputs { return given }
    }
    let isSecond = role == .secondNoise || role == .secondImages
    let source: any ImageSource =
      role == .noise || role == .secondNoise ? noise : images
    return source.minibatch(
      2 * initialization + (isSecond ? 1 : 0), count: count,
      shape: network.inputShape, classes: network.classes, seed: seed)
  }

  /// Images of a minibatch: as many as are given, or as the settings say.
  public var batch: Int {
    given.inputs.map { $0.pixels.count / network.inputShape.count } ?? settings.batch
  }

  /// The labels of a minibatch: drawn at random for noise that has none, `nil` for images without.
  public func labels(of role: MinibatchRole) -> [Int]? {
    let labels = minibatch(role).labels
    switch role {
    case .images, .secondImages: return labels
    case .noise, .secondNoise:
      return labels
        ?? RandomLabels.labels(
          count: batch, classes: network.classes,
          number: 2 * initialization + (role == .noise ? 0 : 1), seed: seed)
    }
  }

  // MARK: Shared passes

  /// The same point by its one name: with noise in the place of images, and with given tensors, both
  /// roles are one.
  public func resolved(_ point: CandidatePoint) -> CandidatePoint {
    var point = point
    let isNoise = images is NoiseImages && noise is NoiseImages
    switch point.minibatch {
    case .images where given.inputs != nil || isNoise: point.minibatch = .noise
    case .secondImages where given.secondInputs != nil || isNoise:
      point.minibatch = .secondNoise
    default: break
    }
    return point
  }

  /// The network at a point, with batch normalisation over the minibatch.
  ///
  /// The last one is kept, so proxies that share a point should follow each other; it is valid until
  /// another point is asked for.
  package func linearization(at point: CandidatePoint) throws(BackendError) -> Linearization {
    let point = resolved(point)
    if let latest, latest.point == point, case .together(let known) = latest.blocks {
      return known
    }
    let (parameters, pixels, workers) = prepare(point)
    let linearization = try Linearization(
      network, parameters: parameters, images: pixels, normalization: .batch, workers: workers,
      team: compute.team, isFiltering: true)
    latest = (point, .together(linearization))
    return linearization
  }

  /// The blocks of the network at a point, for what looks at no more than one block at a time.
  ///
  /// They are those of the linearization, unless its values would need more memory than
  /// `Compute.wholeBytes`: then they are linearized one by one, if each reads the one before it alone.
  package func blocks(at point: CandidatePoint) throws(BackendError) -> NetworkBlocks {
    let point = resolved(point)
    if let latest, latest.point == point { return latest.blocks }
    let bytes = Linearization.keptBytes(
      network, normalization: .batch, batch: point.images ?? batch, precision: compute.precision)
    if bytes > compute.wholeBytes {
      let (parameters, pixels, workers) = prepare(point)
      if let blocks = BlockwiseLinearization(
        network, parameters: parameters, images: pixels, normalization: .batch, workers: workers,
        team: compute.team, isFiltering: true, expansionBytes: compute.wholeBytes / 4)
      {
        latest = (point, .oneByOne(blocks))
        return .oneByOne(blocks)
      }
    }
    return .together(try linearization(at: point))
  }

  /// Takes the memory of the latest point back for another one.
  private func prepare(_ point: CandidatePoint) -> (Parameters, Pixels, [LinearizationWorker]) {
    latest = nil
    for worker in compute.workers { worker.points.reset() }
    var pixels = minibatch(point.minibatch).pixels
    if let images = point.images {
      pixels = Array(pixels.prefix(images * network.inputShape.count))
    }
    return (
      parameters(point.initializer), .floats(pixels),
      compute.workers.map { LinearizationWorker(engine: $0.engine, arena: $0.points) }
    )
  }

  /// A measurement, taken once.
  package func value<M: Measurement>(of measurement: M) throws(BackendError) -> M.Value {
    // A missing entry is no value, even where the value is an optional.
    if let entry = measured[measurement], let known = entry as? M.Value { return known }
    let value = try measurement.measure(self)
    measured[measurement] = value
    return value
  }

  /// A measurement if it was taken already.
  package func known<M: Measurement>(_ measurement: M) -> M.Value? {
    measured[measurement].flatMap { $0 as? M.Value }
  }

  /// The score of a proxy, computed once for each key.
  public func score(_ proxy: some Proxy) throws(BackendError) -> Score {
    if let known = scores[proxy.key] { return known }
    let score = try proxy.score(of: self)
    scores[proxy.key] = score
    return score
  }
}

/// Something of a candidate that several proxies read, computed once for all of them.
///
/// A measurement is named by its type and its stored properties, such as the point at which it is
/// taken. Add one where two proxies would otherwise repeat a pass.
package protocol Measurement: Hashable, Sendable {
  /// What is measured.
  associatedtype Value

  /// Computes the value.
  func measure(_ candidate: Candidate) throws(BackendError) -> Value
}
