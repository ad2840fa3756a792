internal import Dispatch
public import Formats
public import Networks
internal import Synchronization
public import Tensors

/// Scores architectures with proxies, many at once or many workers on one.
///
/// A score is a pure function of architecture, settings and seed: neither the number of threads nor
/// the order of the architectures changes a digit.
public struct Evaluator<Space: SearchSpace>: Sendable {
  /// Where the architectures live.
  public let space: Space
  /// What is scored, in the order of the records of one architecture.
  public let proxies: [any Proxy]
  /// The settings of all proxies, with what they leave open decided for the classes of the space.
  public let settings: ScoringSettings
  /// The seed of weights and inputs.
  public let seed: UInt64
  /// Worker threads.
  public let threads: Int
  /// Tensors that replace drawn ones.
  public let given: GivenTensors
  /// Where images come from.
  public let images: any ImageSource

  /// Creates an evaluator.
  public init(
    space: Space, proxies: [any Proxy], settings: ScoringSettings, seed: UInt64, threads: Int,
    given: GivenTensors = GivenTensors(), images: any ImageSource = NoiseImages()
  ) {
    self.space = space
    self.proxies = proxies
    self.settings = settings.resolved(classes: space.commonClasses)
    self.seed = seed
    self.threads = threads
    self.given = given
    self.images = images
  }

  /// The settings of a proxy's records, as canonical JSON.
  public func settingsText(of proxy: any Proxy) -> String {
    SettingValue.canonical(allSettings(of: proxy))
  }

  /// The settings of a proxy's records: those of space and proxy, and where tensors come from.
  public func allSettings(of proxy: any Proxy) -> [String: SettingValue] {
    var all = space.settings.merging(proxy.settings(settings)) { $1 }
    if proxy.needs.contains(.images), given.inputs == nil { all.merge(images.settings) { $1 } }
    if !proxy.needs.isEmpty { all.merge(given.origin) { $1 } }
    // Records of other layers are other records; those of weight layers came first.
    if proxy is Layers || proxy is VKDNWSingle, Space.layerCounting != .weightLayers {
      all["counting"] = .text(Space.layerCounting.rawValue)
    }
    return all
  }

  /// The settings of all proxies together.
  package var mergedSettings: [String: SettingValue] {
    var merged = space.settings
    for proxy in proxies {
      merged.merge(allSettings(of: proxy)) { $1 }
    }
    return merged
  }

  /// Scores architectures and hands each one's records to `sink` as soon as they are complete.
  ///
  /// - Parameters:
  ///   - architectures: what to score, in the order in which work is started.
  ///   - wanted: whether a proxy of an architecture is to be scored; what a store holds is not.
  ///   - begins: asked once for each architecture directly before it is begun; one that it refuses is passed over.
  ///   - shouldStop: asked before each architecture; once it says yes, no further one is started.
  ///   - sink: receives the records of one architecture; called on the calling thread.
  /// - Throws: the first `EvaluationFailure`, or what `begins` or `sink` threw; every record handed over before stays valid.
  public func run(
    _ architectures: [Space.Architecture],
    wanted: @Sendable (Space.Architecture, any Proxy) -> Bool = { _, _ in true },
    begins: @Sendable (Space.Architecture) throws -> Bool = { _ in true },
    shouldStop: @Sendable () -> Bool = { false },
    sink: (Space.Architecture, [Evaluation]) throws -> Void
  ) throws {
    let team = WorkerTeam(count: concurrency(of: architectures.count))
    let next = Atomic(0)
    // What the workers make is handed over on the calling thread: a caller's closure belongs there.
    let records = RecordQueue<Space.Architecture>(workers: team.count)

    func score(threads: Int, _ handOver: (Space.Architecture, [Evaluation]) throws -> Void) throws {
      let compute = try Compute(threads: threads, precision: settings.precision)
      while !shouldStop() && !records.isClosed {
        let position = next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard position < architectures.count else { return }
        let architecture = architectures[position]
        guard try begins(architecture) else { continue }
        let open = proxies.filter { wanted(architecture, $0) }
        if open.isEmpty { continue }
        try handOver(architecture, try evaluate(architecture, with: open, on: compute))
      }
    }

    if team.count == 1 {
      let isShared = sharesNetworks(count: architectures.count)
      return try score(threads: isShared ? threads : 1, sink)
    }
    team.run(
      { _ in
        do {
          try score(threads: 1) { records.put($0, $1) }
          records.leave()
        } catch { records.leave(failed: error) }
      },
      beside: { records.drain(sink) })
    if let error = records.failure { throw error }
  }

  /// How many of some networks are scored at the same time.
  ///
  /// - Parameter count: the networks of one ``run(_:wanted:shouldStop:sink:)``.
  /// - Returns: their number.
  public func concurrency(of count: Int) -> Int {
    sharesNetworks(count: count) ? 1 : min(threads, count)
  }

  /// Whether all workers share the images of one network, as with few; of many, each has one.
  private func sharesNetworks(count: Int) -> Bool { count < 2 * threads }

  /// The records of one architecture, in the order of the proxies.
  ///
  /// A score is the mean over the initialisations. A pass that several proxies share counts among the
  /// seconds of the first one that is computed.
  public func evaluate(
    _ architecture: Space.Architecture, with proxies: [any Proxy], on compute: Compute
  ) throws(EvaluationFailure) -> [Evaluation] {
    let text = architecture.description
    let costs: SpaceCosts
    let network: Network
    do {
      costs = try space.costs(of: architecture)
      if let records = records(of: architecture, with: proxies, costs) { return records }
      network = try space.network(for: architecture)
    } catch { throw .network(text, error) }
    let order = AllProxies.order(
      of: proxies, imagesAreNoise: images is NoiseImages || given.inputs != nil)
    var given = given
    if let own = space.parameters(of: architecture) { given.parameters = own }
    var scores = [[Score]](repeating: [], count: proxies.count)
    var seconds = [Double](repeating: 0, count: proxies.count)
    for initialization in 0..<settings.initializations {
      let candidate = Candidate(
        architecture: space.drawingText(of: architecture), network: network, costs: costs,
        settings: settings, seed: seed,
        initialization: initialization, given: given, images: images, compute: compute)
      for number in order {
        let start = DispatchTime.now().uptimeNanoseconds
        do { scores[number].append(try candidate.score(proxies[number])) } catch {
          throw .backend(text, error)
        }
        seconds[number] += Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9
      }
    }
    return proxies.indices.map { number in
      Evaluation(
        space: space.name, architecture: text, proxy: proxies[number].name,
        settings: settingsText(of: proxies[number]), seed: seed, version: packageVersion,
        kernels: Self.kernels(of: proxies[number]), score: Score.mean(scores[number]),
        seconds: seconds[number])
    }
  }

  /// The instruction sets and libraries that the last digits of a proxy depend on; none have a part in sizes.
  package static func kernels(of proxy: any Proxy) -> String {
    proxy is any CostProxy ? "" : KernelLibraries.summary
  }

  /// The records of an architecture of which sizes alone are asked for, which need no network.
  private func records(
    of architecture: Space.Architecture, with proxies: [any Proxy], _ costs: SpaceCosts
  ) -> [Evaluation]? {
    let sizes = proxies.compactMap { $0 as? any CostProxy }
    guard sizes.count == proxies.count else { return nil }
    return sizes.map { size in
      Evaluation(
        space: space.name, architecture: architecture.description, proxy: size.name,
        settings: settingsText(of: size), seed: seed, version: packageVersion,
        score: .value(size.value(of: costs)), seconds: 0)
    }
  }
}

/// What stopped an evaluation before its end.
public enum EvaluationFailure: Error, CustomStringConvertible {
  /// The sizes of the space leave no room for the network.
  case network(String, NetworkError)
  /// A numerical library failed on an architecture.
  case backend(String, BackendError)

  /// One line that names the architecture.
  public var description: String {
    switch self {
    case .network(let architecture, let error): "\(architecture): \(error)"
    case .backend(let architecture, let error): "\(architecture): \(error)"
    }
  }
}

/// The version of this package, which every record names.
public let packageVersion = "0.2.0"

/// The workers that one process computes with, each with its own kernels and memory.
///
/// A `Compute` belongs to the thread that made it. Its workers share the images of one network; to
/// score many networks at once, make one `Compute` with a single worker for each thread.
public final class Compute {
  /// The element type of activations.
  public let precision: Precision
  package let team: WorkerTeam
  package let workers: [Worker]
  /// The largest linearization of a whole network, in bytes of its values, where blocks one by one would
  /// do.
  package var wholeBytes = 512 << 20

  /// One worker: kernels that belong to a thread, and memory that is reused.
  package final class Worker {
    package let engine: KernelEngine
    /// Memory of one proxy, which resets it.
    package let arena = Arena(minimumChunk: 8 << 20)
    /// Memory of the candidate's linearization, which proxies share.
    package let points = Arena(minimumChunk: 8 << 20)
    private var doubleEngine: KernelEngine?

    init(precision: Precision) throws(BackendError) {
      engine = try KernelEngine(precision: precision)
    }

    /// Kernels in double whatever the precision of the run, for what overflows in float; made on
    /// first use.
    package func engineInDouble() throws(BackendError) -> KernelEngine {
      if engine.precision == .double { return engine }
      if let doubleEngine { return doubleEngine }
      let made = try KernelEngine(precision: .double)
      doubleEngine = made
      return made
    }
  }

  /// Creates workers.
  ///
  /// - Parameters:
  ///   - threads: how many.
  ///   - precision: the element type of activations.
  /// - Throws: `BackendError` when a numerical library cannot be set up.
  public init(threads: Int, precision: Precision = .float) throws(BackendError) {
    self.precision = precision
    team = WorkerTeam(count: threads)
    var workers: [Worker] = []
    for _ in 0..<threads { workers.append(try Worker(precision: precision)) }
    self.workers = workers
  }

  /// Bytes that all workers hold for tensors.
  public var memory: Int { workers.reduce(0) { $0 + $1.arena.capacity + $1.points.capacity } }
}
