public import Formats
public import Search

/// The speed of the ranking of a search on this machine.
public struct RankingSpeedReport: Report {
  private let speed: RankingSpeed

  /// Creates a report.
  public init(_ speed: RankingSpeed) { self.speed = speed }

  private var rows: [(name: String, value: Double)] {
    [
      ("insertionSeconds", speed.insertionSeconds), ("selectionSeconds", speed.selectionSeconds),
      ("stepSeconds", speed.stepSeconds),
    ]
  }

  /// Milliseconds of insertion, selection and both.
  public func table(_ layout: TableLayout) -> String {
    var facts = FactList()
    facts.add("networks", grouped(speed.networks))
    facts.add("components", "\(speed.components)")
    facts.add("one more network", decimals(speed.insertionSeconds * 1000, 3) + " ms")
    facts.add("choice of parents", decimals(speed.selectionSeconds * 1000, 3) + " ms")
    facts.add("step", decimals(speed.stepSeconds * 1000, 3) + " ms")
    return facts.text(layout)
  }

  /// The numbers.
  public var json: JSONValue {
    .object(
      [
        JSONValue.Member("networks", .integer(speed.networks)),
        JSONValue.Member("components", .integer(speed.components)),
      ] + rows.map { JSONValue.Member($0.name, .number($0.value)) })
  }

  /// One object.
  public var lines: [JSONValue] { [json] }
  /// The names of the numbers.
  public var header: [String] { ["networks", "components"] + rows.map(\.name) }
  /// One record.
  public var records: [[String]] {
    [["\(speed.networks)", "\(speed.components)"] + rows.map { cell($0.value) }]
  }
}
