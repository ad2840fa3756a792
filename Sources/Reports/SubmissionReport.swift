public import Formats

/// What was submitted to a batch system, and what comes next.
public struct SubmissionReport: Report {
  /// Workers that were submitted together.
  public struct Part: Sendable {
    let job: String
    let count: Int
    let offset: Int

    /// Creates a part.
    ///
    /// - Parameters:
    ///   - job: what the system calls it.
    ///   - count: its workers.
    ///   - offset: the workers that were submitted before it.
    public init(job: String, count: Int, offset: Int) {
      self.job = job
      self.count = count
      self.offset = offset
    }
  }

  private let engine: String
  private let script: String
  private let logs: String
  private let parts: [Part]
  private let status: String
  private let result: String
  private let merge: String

  /// Creates a report.
  ///
  /// - Parameters:
  ///   - engine: the system.
  ///   - script: the script that was submitted.
  ///   - logs: where the workers write.
  ///   - parts: what was submitted.
  ///   - status: the command that says how far the run is.
  ///   - result: the command that prints the result once all is done.
  ///   - merge: the command that makes a store.
  public init(
    engine: String, script: String, logs: String, parts: [Part], status: String, result: String,
    merge: String
  ) {
    self.engine = engine
    self.script = script
    self.logs = logs
    self.parts = parts
    self.status = status
    self.result = result
    self.merge = merge
  }

  /// Facts, and a row for each array.
  public func table(_ layout: TableLayout) -> String {
    var facts = FactList()
    facts.add("script", script)
    facts.add("logs", logs)
    facts.add("how far", status)
    facts.add("result", result)
    facts.add("store", merge)
    var table = TextTable([.init("job", .left), .init("workers", .right), .init("before", .right)])
    for part in parts { table.add([part.job, grouped(part.count), grouped(part.offset)]) }
    return facts.text(layout) + "\n" + table.text(layout)
  }

  /// The facts in one object.
  public var json: JSONValue {
    .object([
      .init("engine", .text(engine)), .init("script", .text(script)), .init("logs", .text(logs)),
      .init("statusCommand", .text(status)), .init("resultCommand", .text(result)),
      .init("mergeCommand", .text(merge)), .init("jobs", .array(lines)),
    ])
  }

  /// An object for each array.
  public var lines: [JSONValue] {
    parts.map {
      .object([
        .init("job", .text($0.job)), .init("workers", .integer($0.count)),
        .init("before", .integer($0.offset)),
      ])
    }
  }

  /// The columns of arrays.
  public static let header = ["job", "workers", "before"]
  /// The columns of arrays.
  public var header: [String] { Self.header }

  /// A record for each array.
  public var records: [[String]] { parts.map { [$0.job, "\($0.count)", "\($0.offset)"] } }
}
