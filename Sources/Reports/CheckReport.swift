public import Formats
public import Interchange
internal import Networks

/// What a model file has, and how far its network is from an expected output.
public struct CheckReport: Report {
  /// The check.
  public let check: ONNXCheck

  /// Creates a report.
  public init(_ check: ONNXCheck) { self.check = check }

  /// Facts, and a row for each operator.
  public func table(_ layout: TableLayout) -> String {
    var facts = FactList()
    facts.add("network", check.survey.file)
    facts.add("supported", check.isSupported ? "yes" : "no")
    if let own = check.survey.network {
      facts.add("digest", own.digest)
      facts.add("input", "\(own.input) \(own.network.inputShape)")
      facts.add("output", "\(own.output) \(own.network.outputShape)")
      for remark in own.remarks { facts.add("remark", remark.text) }
    }
    if let comparison = check.comparison {
      facts.add("largest difference", significant(comparison.maximumAbsoluteDifference))
      facts.add("relative difference", significant(comparison.maximumRelativeDifference))
    }
    var table = TextTable([
      .init("operator", .left), .init("domain", .left), .init("count", .right),
      .init("supported", .left),
    ])
    for entry in check.survey.operators {
      table.add([
        entry.name, entry.domain.isEmpty ? "ai.onnx" : entry.domain, grouped(entry.count),
        entry.isSupported ? "yes" : "no",
      ])
    }
    return facts.text(layout) + "\n" + table.text(layout)
  }

  /// Operators, outputs and differences.
  public var json: JSONValue { check.json }

  /// The same on one line.
  public var lines: [JSONValue] { [check.json] }

  /// The columns of operators.
  public var header: [String] { ["network", "operator", "domain", "count", "supported"] }

  /// A record for each operator.
  public var records: [[String]] {
    check.survey.operators.map {
      [check.survey.file, $0.name, $0.domain, "\($0.count)", $0.isSupported ? "true" : "false"]
    }
  }
}
