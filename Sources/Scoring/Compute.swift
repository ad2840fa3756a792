public import Tensors

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
