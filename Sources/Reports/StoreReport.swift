public import Formats

/// What a look at every record of a store found, and where the sound ones are.
public struct StoreReport: Report {
  /// The store.
  public let path: String
  /// How many records are as they were appended.
  public let sound: Int
  /// What is wrong, a line each.
  public let problems: [String]
  /// Where the damaged store is kept, `nil` where nothing was repaired.
  public let damagedCopy: String?

  /// Creates a report.
  public init(path: String, sound: Int, problems: [String], damagedCopy: String? = nil) {
    self.path = path
    self.sound = sound
    self.problems = problems
    self.damagedCopy = damagedCopy
  }

  /// Facts, and a row for each problem.
  public func table(_ layout: TableLayout) -> String {
    var facts = FactList()
    facts.add("store", path)
    facts.add("sound records", grouped(sound))
    facts.add("problems", grouped(problems.count))
    if let damagedCopy { facts.add("damaged store", damagedCopy) }
    if problems.isEmpty { return facts.text(layout) }
    var table = TextTable([.init("problem", .left)])
    for problem in problems { table.add([problem]) }
    return facts.text(layout) + "\n" + table.text(layout)
  }

  /// The facts in one object.
  public var json: JSONValue {
    .object([
      .init("store", .text(path)), .init("sound", .integer(sound)),
      .init("problems", .array(problems.map(JSONValue.text))),
      .init("damagedStore", damagedCopy.map(JSONValue.text) ?? .null),
    ])
  }

  /// The same on one line.
  public var lines: [JSONValue] { [json] }

  /// The columns of problems.
  public var header: [String] { ["store", "problem"] }

  /// A record for each problem.
  public var records: [[String]] { problems.map { [path, $0] } }
}
