public import Formats
public import Studies

/// Values of this program beside the published ones.
public struct ConformanceComparison: Report {
  /// One published value and what stands against it.
  public struct Row: Hashable, Sendable {
    /// The label of the case.
    public let label: String
    /// The name of the value.
    public let name: String
    /// What this program computes, or `nil` where it is undefined.
    public let value: Double?
    /// What is published, or `nil` where there must be no value.
    public let published: Double?
    /// The largest difference that counts as equal.
    public let tolerance: Double

    /// The value less the published one.
    public var difference: Double? {
      if let value, let published { value - published } else { nil }
    }
    /// Whether the two are equal as far as they should be, or both have no value.
    public var agrees: Bool {
      if let difference { abs(difference) <= tolerance } else { value == nil && published == nil }
    }
  }

  private let cases: [PublishedCase]
  /// A row for each published value, by case and name.
  public let rows: [Row]

  /// Compares results with published values.
  ///
  /// - Parameter results: every case with the values of its configuration.
  public init(_ results: [(published: PublishedCase, result: ConformanceResult)]) {
    cases = results.map(\.published)
    rows = results.flatMap { published, result in
      published.names.sorted().map { name in
        Row(
          label: published.label, name: name,
          value: result.values.first { $0.name == name }?.value,
          published: published.values[name],
          tolerance: published.tolerance(for: name, of: result))
      }
    }
  }

  /// Whether no value differs.
  public var agrees: Bool { rows.allSatisfy(\.agrees) }

  /// A row for each published value; a mark stands behind those that differ.
  public func table(_ layout: TableLayout) -> String {
    var table = TextTable([
      ("case", .left), ("name", .left), ("value", .right), ("published", .right),
      ("difference", .right), ("", .left),
    ])
    for row in rows {
      table.add([
        row.label, row.name, row.value.map { significant($0, 12) } ?? "undefined",
        row.published.map { significant($0, 12) } ?? "undefined",
        row.difference.map { significant($0, 2) } ?? "-",
        row.agrees ? "" : "differs",
      ])
    }
    let differing = rows.count { !$0.agrees }
    return table.text(layout)
      + "\n\(rows.count - differing) of \(rows.count) values agree with the published ones.\n"
  }

  /// The cases with their configuration and values.
  public var json: JSONValue {
    [
      "agrees": .boolean(agrees),
      "cases": .array(
        cases.map { published in
          [
            "label": .text(published.label),
            "configuration": JSONValue(published.configuration),
            "values": .array(
              rows.filter { $0.label == published.label }.map { .object(Self.members($0)) }),
          ]
        }),
    ]
  }

  private static func members(_ row: Row) -> [JSONValue.Member] {
    [
      JSONValue.Member("name", .text(row.name)),
      JSONValue.Member("value", .optional(row.value)),
      JSONValue.Member("published", .optional(row.published)),
      JSONValue.Member("difference", .optional(row.difference)),
      JSONValue.Member("tolerance", .number(row.tolerance)),
      JSONValue.Member("agrees", .boolean(row.agrees)),
    ]
  }

  /// One object for each published value.
  public var lines: [JSONValue] {
    rows.map { .object([JSONValue.Member("case", .text($0.label))] + Self.members($0)) }
  }

  /// Case, name, the two values, and how they differ.
  public var header: [String] {
    ["case", "name", "value", "published", "difference", "tolerance", "agrees"]
  }

  /// One record for each published value.
  public var records: [[String]] {
    rows.map {
      [
        $0.label, $0.name, cell($0.value), cell($0.published), cell($0.difference),
        "\($0.tolerance)", "\($0.agrees)",
      ]
    }
  }
}
