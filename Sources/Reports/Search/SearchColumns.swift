internal import Formats
internal import Networks
internal import Scoring
internal import Search

/// Which facts of candidates a report has, and how they are written.
struct SearchColumns {
  /// The scores whose ranks are multiplied.
  let components: [SearchComponent]
  let hasIndex: Bool
  let hasLatency: Bool
  let hasAccuracy: Bool

  init(_ components: [SearchComponent], of candidates: [SearchCandidate]) {
    self.components = components
    hasIndex = candidates.contains { $0.index != nil }
    hasLatency = candidates.contains { $0.latency != nil }
    hasAccuracy = candidates.contains { $0.accuracy != nil }
  }

  // MARK: Tables

  /// The columns of ``cells(of:)``; the text of the architecture comes last.
  func columns(_ title: String = "architecture") -> [TextTable.Column] {
    var columns = [TextTable.Column("position", .right, short: "pos.")]
    if hasIndex { columns.append(TextTable.Column("index", .right)) }
    columns += [
      TextTable.Column("aggregate", .right), TextTable.Column("flops", .right),
      TextTable.Column("parameters", .right, short: "params"),
      TextTable.Column("layers", .right),
    ]
    if hasLatency { columns.append(TextTable.Column("latency", .right)) }
    if hasAccuracy { columns.append(TextTable.Column("accuracy", .right)) }
    columns.append(.architecture(title))
    return columns
  }

  /// The cells of a row.
  func cells(of candidate: SearchCandidate) -> [String] {
    var cells = [grouped(candidate.position)]
    if hasIndex { cells.append(candidate.index.map { "\($0)" } ?? "-") }
    cells += [
      decimals(candidate.aggregate, 4), millionsText(candidate.costs.flops),
      millionsText(candidate.costs.parameters), "\(candidate.costs.layers)",
    ]
    if hasLatency {
      cells.append(candidate.latency.map { "\(significant($0 * 1000, 4)) ms" } ?? "-")
    }
    if hasAccuracy { cells.append(decimals(candidate.accuracy, 2)) }
    cells.append(candidate.architecture)
    return cells
  }

  // MARK: Data

  /// The components whose numbers are no costs, which have columns of their own.
  private var measured: [(name: String, place: Int)] {
    components.indices.compactMap { place in
      components[place].isCost ? nil : (components[place].name, place)
    }
  }

  /// The columns of ``record(of:)``.
  var header: [String] {
    var header = ["position", "origin", "architecture"]
    if hasIndex { header.append("index") }
    header += ["aggregate", "flops", "parameters", "layers"]
    if hasLatency { header.append("latencySeconds") }
    if hasAccuracy { header.append("accuracy") }
    return header + measured.map(\.name)
  }

  /// The record of `csv`.
  func record(of candidate: SearchCandidate) -> [String] {
    var record = ["\(candidate.position)", candidate.origin, candidate.architecture]
    if hasIndex { record.append(candidate.index.map { "\($0)" } ?? "") }
    record += [
      cell(candidate.aggregate), cell(millions(candidate.costs.flops)),
      cell(millions(candidate.costs.parameters)), "\(candidate.costs.layers)",
    ]
    if hasLatency { record.append(cell(candidate.latency)) }
    if hasAccuracy { record.append(cell(candidate.accuracy)) }
    return record + measured.map { cell(candidate.values[$0.place]) }
  }

  /// The members of a JSON object.
  func members(of candidate: SearchCandidate) -> [JSONValue.Member] {
    var members = [
      JSONValue.Member("position", .integer(candidate.position)),
      JSONValue.Member("origin", .text(candidate.origin)),
      JSONValue.Member("architecture", .text(candidate.architecture)),
    ]
    if let index = candidate.index { members.append(JSONValue.Member("index", .integer(index))) }
    members += [
      JSONValue.Member("aggregate", .number(candidate.aggregate)),
      JSONValue.Member("flops", .number(millions(candidate.costs.flops))),
      JSONValue.Member("parameters", .number(millions(candidate.costs.parameters))),
      JSONValue.Member("layers", .integer(candidate.costs.layers)),
    ]
    if let latency = candidate.latency {
      members.append(JSONValue.Member("latencySeconds", .number(latency)))
    }
    if let accuracy = candidate.accuracy {
      members.append(JSONValue.Member("accuracy", .number(accuracy)))
    }
    members.append(
      JSONValue.Member(
        "scores",
        .object(
          measured.map { JSONValue.Member($0.name, .optional(candidate.values[$0.place])) })))
    return members
  }
}
