import Foundation

/// Gives one reader as many changed inputs as a time allows.
///
/// The inputs follow from the seed and the corpus alone. One that leads to words that nobody has seen yet joins those
/// that are changed, which leads further into a reader than the corpus alone. The input that is being read lies in a
/// file, so that one which ends the process is there to be looked at.
struct FuzzRun {
  let target: FuzzTarget
  let seed: UInt64
  let seconds: Double

  /// What a run has found.
  struct Summary {
    var executions = 0
    /// How many ways through the reader its words tell apart.
    var outcomes = 0
    /// The input that broke a property, with what it broke.
    var failure: String?
  }

  /// The longest that an input may take, in seconds; sanitizers and debug code are slow.
  private static let patience = 30.0

  /// The directory of the inputs that are being read, and of those that have failed.
  static var directory: String {
    ProcessInfo.processInfo.environment["TFNAS_FUZZ_DIRECTORY"]
      ?? FileManager.default.temporaryDirectory.appendingPathComponent("tfnas-fuzz").path
  }

  /// Runs until the time is over, a property is broken, or the process ends.
  func run() throws -> Summary {
    let files = FileManager.default
    try files.createDirectory(atPath: Self.directory, withIntermediateDirectories: true)
    // Several runs may be at work at once.
    let path = Self.directory + "/\(target.rawValue)-\(ProcessInfo.processInfo.processIdentifier)"
    defer { try? files.removeItem(atPath: path) }
    let corpus = try Self.corpus(of: target)
    var pool = corpus
    var mutator = FuzzMutator(target, seed: seed)
    var seen: Set<String> = []
    var summary = Summary()
    let clock = ContinuousClock()
    let end = clock.now + .seconds(seconds)
    repeat {
      let number = summary.executions
      let bytes = number < corpus.count ? corpus[number] : mutator.input(from: pool)
      guard files.createFile(atPath: path, contents: Data(bytes)) else {
        throw CocoaError(.fileWriteUnknown)
      }
      let start = clock.now
      let outcome: String
      do { outcome = try target.outcome(of: bytes, in: path) } catch {
        summary.failure = try Self.keep(bytes, of: target, "\(error)")
        return summary
      }
      summary.executions += 1
      if clock.now - start > .seconds(Self.patience) {
        summary.failure = try Self.keep(bytes, of: target, "it took \(clock.now - start)")
        return summary
      }
      if seen.insert(outcome).inserted, number >= corpus.count { pool.append(bytes) }
      summary.outcomes = seen.count
    } while clock.now < end
    return summary
  }

  /// Keeps an input that broke something.
  private static func keep(
    _ bytes: [UInt8], of target: FuzzTarget, _ reason: String
  ) throws -> String {
    let path = directory + "/\(target.rawValue)-failed-\(UUID().uuidString)"
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    return "\(path): \(reason)"
  }

  /// The inputs that a target begins with: its files, or of texts of one line the lines.
  static func corpus(of target: FuzzTarget) throws -> [[UInt8]] {
    let root = Bundle.module.resourceURL?.appendingPathComponent("Corpus/\(target.rawValue)")
    guard let root else { throw CocoaError(.fileReadNoSuchFile) }
    let names = try FileManager.default.contentsOfDirectory(atPath: root.path).sorted()
    let files = try names.map { [UInt8](try Data(contentsOf: root.appendingPathComponent($0))) }
    switch target {
    case .architectures, .expressions:
      return files.flatMap { $0.split(separator: UInt8(ascii: "\n")).map(Array.init) }
    default: return files
    }
  }
}
