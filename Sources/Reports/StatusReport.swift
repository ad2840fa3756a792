package import Distribution
package import Formats

/// How far a run on a shared folder is, a study of several, or a search of many rounds.
package struct StatusReport: Report {
  private let folder: String
  private let runs: [SharedRunStatus]

  /// Creates a report.
  ///
  /// - Parameters:
  ///   - folder: the folder as it was named.
  ///   - runs: its run or search, or the runs of the tasks of a study.
  package init(folder: String, _ runs: [SharedRunStatus]) {
    self.folder = folder
    self.runs = runs
  }

  private func sum(_ part: (SharedRunStatus) -> Int) -> Int { runs.reduce(0) { $0 + part($1) } }
  private var networks: Int { sum(\.networks) }
  private var done: Int { sum(\.done) }
  private var failed: Int { sum(\.failed) }
  private var rate: Double { runs.reduce(0) { $0 + $1.rate } }
  private var command: String { ShellText.quoted(runs.first?.command ?? []) }
  private var isComplete: Bool { runs.allSatisfy(\.isComplete) }
  /// The networks that there will be, as far as anybody knows.
  private var total: Int { sum(\.total) }
  private var rounds: Int? { runs.first?.rounds }
  /// Whether the number of networks is known.
  private var isCounted: Bool { runs.allSatisfy { $0.expected == nil } }

  private var secondsLeft: Double? {
    let left = total - done - failed
    return left == 0 ? 0 : rate > 0 ? Double(left) / rate : nil
  }

  private var workers: [SharedRunStatus.Worker] {
    runs.flatMap(\.workers).sorted { $0.name < $1.name }
  }

  private static func state(of worker: SharedRunStatus.Worker) -> String {
    worker.isDead ? "dead" : worker.note.state.rawValue
  }

  private static func rounded(_ number: Double, _ digits: Int = 2) -> Double {
    let scale = digits == 2 ? 100.0 : 10.0
    return (number * scale).rounded() / scale
  }

  /// Facts, and a row for each worker.
  package func table(_ layout: TableLayout) -> String {
    var facts = FactList()
    facts.add("folder", folder)
    if runs.count > 1 { facts.add("tasks", "\(runs.count)") }
    if let rounds { facts.add("rounds", grouped(rounds)) }
    let share = total == 0 ? 100 : Int(100 * Double(done) / Double(total))
    facts.add(
      "done",
      "\(grouped(done)) of \(isCounted ? "" : "about ")\(counted(total, "network")), \(share) %")
    facts.add("running", grouped(sum(\.running)))
    facts.add("waiting", grouped(sum(\.waiting)))
    facts.add(
      "failed",
      grouped(failed) + (runs.compactMap(\.failure).first.map { ", the first: \($0)" } ?? ""))
    if !isComplete {
      facts.add("rate", "\(Self.rounded(rate)) networks/s")
      facts.add("left", secondsLeft.map { Self.clock($0) } ?? "nobody computes")
    }
    facts.add(isComplete ? "shown by" : "go on with", command)
    if workers.isEmpty { return facts.text(layout) }
    var table = TextTable([
      .init("worker", .left), .init("state", .left), .init("threads", .right),
      .init("scored", .right),
      .init("networks/s", .right), .init("chunk", .left), .init("silent for", .right),
    ])
    for worker in workers {
      table.add([
        worker.name, Self.state(of: worker), "\(worker.note.threads)",
        grouped(worker.note.networks), worker.note.rate.map { "\(Self.rounded($0))" } ?? "",
        worker.chunk.map { "\(worker.note.recorded) of \($0.count) from \($0.lowerBound)" } ?? "",
        "\(Int(worker.silence)) s",
      ])
    }
    return facts.text(layout) + "\n" + table.text(layout)
  }

  /// Minutes and seconds, with hours where there are such.
  private static func clock(_ seconds: Double) -> String {
    let whole = Int(min(seconds, 1e12).rounded(.up))
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    let rest = "\(two(whole / 60 % 60)):\(two(whole % 60))"
    return "\(whole / 3600):\(rest)"
  }

  /// The facts in one object.
  package var json: JSONValue {
    .object([
      .init("folder", .text(folder)), .init("networks", .integer(networks)),
      .init("rounds", rounds.map(JSONValue.integer) ?? .null),
      .init("expected", isCounted ? .null : .integer(total)),
      .init("done", .integer(done)), .init("running", .integer(sum(\.running))),
      .init("waiting", .integer(sum(\.waiting))), .init("failed", .integer(failed)),
      .init("failure", runs.compactMap(\.failure).first.map(JSONValue.text) ?? .null),
      .init("chunksDone", .integer(sum(\.chunksDone))),
      .init("networksPerSecond", .number(rate)), .init("secondsLeft", .optional(secondsLeft)),
      .init("command", .text(command)), .init("workers", .array(lines)),
    ])
  }

  /// An object for each worker.
  package var lines: [JSONValue] {
    workers.map { worker in
      .object([
        .init("worker", .text(worker.name)), .init("host", .text(worker.note.host)),
        .init("process", .integer(Int(worker.note.process))),
        .init("state", .text(Self.state(of: worker))),
        .init("threads", .integer(worker.note.threads)),
        .init("scored", .integer(worker.note.networks)),
        .init("networksPerSecond", .optional(worker.note.rate)),
        .init("chunkStart", worker.chunk.map { .integer($0.lowerBound) } ?? .null),
        .init("chunkEnd", worker.chunk.map { .integer($0.upperBound) } ?? .null),
        .init("chunkDone", .integer(worker.note.recorded)),
        .init("silentSeconds", .number(worker.silence)),
      ])
    }
  }

  /// The columns of workers.
  package static let header = [
    "worker", "host", "process", "state", "threads", "scored", "networksPerSecond", "chunkStart",
    "chunkEnd", "chunkDone", "silentSeconds",
  ]
  /// The columns of workers.
  package var header: [String] { Self.header }

  /// A record for each worker.
  package var records: [[String]] {
    workers.map { worker in
      [
        worker.name, worker.note.host, "\(worker.note.process)", Self.state(of: worker),
        "\(worker.note.threads)", "\(worker.note.networks)", cell(worker.note.rate),
        worker.chunk.map { "\($0.lowerBound)" } ?? "",
        worker.chunk.map { "\($0.upperBound)" } ?? "",
        "\(worker.note.recorded)", "\(worker.silence)",
      ]
    }
  }
}
