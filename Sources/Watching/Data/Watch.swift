internal import Formats
internal import Scoring
internal import Synchronization

/// What is watched as it was seen last: one thread looks again and again, and all others read.
package final class Watch: Sendable {
  /// What changes with a look.
  private struct State {
    var table = ScoreTable()
    /// Counts the tables: positions are of one of them.
    var generation = 0
    var progress: WatchedProgress
    var problem: String?
    var rate = GrowthRate()
  }

  /// The most scores of one document, so that neither side waits long for one or needs much memory.
  private static let documentLimit = 5000

  /// What it is called.
  package let name: String
  private let source: Mutex<any WatchedSource>
  private let state: Mutex<State>
  private let start = ContinuousClock.now

  /// Looks for the first time.
  ///
  /// - Parameter source: what is watched.
  /// - Throws: what is wrong with it.
  package init(_ source: any WatchedSource) throws {
    var source = source
    var table = ScoreTable()
    let progress = try source.read(anew: {}, { table.add($0) })
    var state = State(table: table, progress: progress)
    state.rate.note(table.count, at: 0)
    name = source.name
    self.source = Mutex(source)
    self.state = Mutex(state)
  }

  /// Looks again; what is wrong is shown, and what was seen before stays.
  package func look() {
    // Records wait here, so that nobody who reads waits for the disk.
    var records: [Evaluation] = []
    var isAnew = false
    var progress: WatchedProgress?
    var problem: String?
    source.withLock { source in
      do {
        progress = try source.read(
          anew: {
            records = []
            isAnew = true
          }, { records.append($0) })
      } catch { problem = PrintableText.line("\(error)") }
    }
    let now = start.duration(to: .now)
    state.withLock { state in
      if isAnew {
        state.table = ScoreTable()
        state.generation += 1
        state.rate = GrowthRate()
      }
      for record in records { state.table.add(record) }
      if let progress { state.progress = progress }
      state.problem = problem
      state.rate.note(state.table.count, at: now / .seconds(1))
    }
  }

  /// A network by its number.
  ///
  /// - Parameters:
  ///   - number: the number.
  ///   - generation: the table in which it has the number.
  /// - Returns: the network; `nil` where the table is another one by now, or has no such network.
  package func network(_ number: Int, generation: Int) -> WatchedNetwork? {
    state.withLock { $0.generation == generation ? $0.table.network(number) : nil }
  }

  // MARK: Documents

  /// How far it is, as JSON.
  package var status: String {
    state.withLock { state in
      let progress = state.progress
      let rate = progress.rate ?? state.rate.perSecond
      func count(_ number: Int?) -> JSONValue { number.map { .integer($0) } ?? .null }
      func text(_ text: String?) -> JSONValue { text.map { .text($0) } ?? .null }
      let status: JSONValue = .object([
        .init("name", .text(PrintableText.line(name))),
        .init("generation", .integer(state.generation)),
        .init("records", .integer(state.table.count)),
        .init("networks", .integer(state.table.networkCount)),
        .init("done", count(progress.done)), .init("total", count(progress.total)),
        .init("running", count(progress.running)), .init("failed", .integer(progress.failed)),
        .init("failure", text(progress.failure)), .init("workers", .integer(progress.workers)),
        .init("unit", .text(progress.unit.rawValue)), .init("rate", .optional(rate)),
        .init("secondsLeft", .optional(progress.secondsLeft)),
        .init("problem", text(state.problem)),
      ])
      return status.compact
    }
  }

  /// Scores as JSON: at most 5,000, and those behind them are to be asked for next.
  ///
  /// - Parameters:
  ///   - generation: the table of which the position is; with another one the scores begin with the first.
  ///   - position: how many scores are known.
  /// - Returns: an object with the members of ``ScoreTable/members(from:limit:)``.
  package func scores(generation: Int, from position: Int) -> String {
    // Copies of the lists, so that nobody waits while the text is made.
    let (table, current) = state.withLock { ($0.table, $0.generation) }
    let members = table.members(
      from: generation == current ? position : 0, limit: Self.documentLimit)
    return JSONValue.object([.init("generation", .integer(current))] + members).compact
  }
}
