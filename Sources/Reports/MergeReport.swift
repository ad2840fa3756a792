public import Formats

/// What a merge of stores did, and what is missing of their runs.
public struct MergeReport: Report {
  /// One of the stores that were put together.
  public struct Part: Sendable {
    let path: String
    let records: Int
    let added: Int

    /// Creates the part of a store.
    public init(path: String, records: Int, added: Int) {
      self.path = path
      self.records = records
      self.added = added
    }
  }

  /// A run that stores have parts of.
  public struct Run: Sendable {
    /// Its space.
    public let space: String
    /// Its networks.
    public let networks: Int
    /// Those that have no score of every proxy.
    public let missing: Int
    /// The parts that they belong to.
    public let shards: [String]

    /// Creates the state of a run.
    public init(space: String, networks: Int, missing: Int, shards: [String]) {
      self.space = space
      self.networks = networks
      self.missing = missing
      self.shards = shards
    }
  }

  private let store: String
  private let total: Int
  private let parts: [Part]
  private let kernels: [(name: String, count: Int)]
  private let runs: [Run]

  /// Creates a report.
  ///
  /// - Parameters:
  ///   - store: the store that got the records.
  ///   - records: the records that it has now.
  ///   - parts: the stores that they come from.
  ///   - kernels: the records by what computed them, those left out that it has no part in.
  ///   - runs: the runs that are known.
  public init(
    store: String, records: Int, parts: [Part], kernels: [String: Int], runs: [Run]
  ) {
    self.store = store
    total = records
    self.parts = parts
    self.kernels = kernels.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
      .map { ($0.key, $0.value) }
    self.runs = runs
  }

  private var added: Int { parts.reduce(0) { $0 + $1.added } }

  /// Facts, and a row for each store.
  public func table(_ layout: TableLayout) -> String {
    var facts = FactList()
    facts.add("store", store)
    facts.add("records", "\(grouped(total)), \(grouped(added)) of them new")
    for (name, count) in kernels where kernels.count > 1 {
      facts.add("computed by", "\(name): \(counted(count, "record"))")
    }
    if kernels.count > 1 {
      facts.add(
        "note",
        "scores of different kernels differ in their last digits; a run takes those of one kind, unless "
          + "--mix takes all")
    }
    for run in runs {
      facts.add(
        "run",
        "\(counted(run.networks, "network")) of \(run.space), "
          + (run.missing == 0
            ? "complete"
            : "\(grouped(run.missing)) missing"
              + (run.shards.isEmpty ? "" : " of shards \(run.shards.joined(separator: ", "))")))
    }
    var table = TextTable([.init("from", .left), .init("records", .right), .init("new", .right)])
    for part in parts { table.add([part.path, grouped(part.records), grouped(part.added)]) }
    return facts.text(layout) + "\n" + table.text(layout)
  }

  /// The facts in one object.
  public var json: JSONValue {
    .object([
      .init("store", .text(store)), .init("records", .integer(total)),
      .init("new", .integer(added)),
      .init("from", .array(lines)),
      .init(
        "kernels",
        .array(
          kernels.map { .object([.init("name", .text($0)), .init("records", .integer($1))]) })),
      .init(
        "runs",
        .array(
          runs.map {
            .object([
              .init("space", .text($0.space)), .init("networks", .integer($0.networks)),
              .init("missing", .integer($0.missing)),
              .init("shards", .array($0.shards.map(JSONValue.text))),
            ])
          })),
    ])
  }

  /// An object for each store.
  public var lines: [JSONValue] {
    parts.map {
      .object([
        .init("store", .text($0.path)), .init("records", .integer($0.records)),
        .init("new", .integer($0.added)),
      ])
    }
  }

  /// The columns of stores.
  public static let header = ["store", "records", "new"]
  /// The columns of stores.
  public var header: [String] { Self.header }

  /// A record for each store.
  public var records: [[String]] { parts.map { [$0.path, "\($0.records)", "\($0.added)"] } }
}
