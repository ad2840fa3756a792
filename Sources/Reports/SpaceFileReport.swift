public import Formats
internal import Networks
public import SpaceFiles
internal import Tensors

/// What the file of a space holds: how many networks, from which costs to which, some drawn ones, and what of
/// the file is never used.
public struct SpaceFileReport: Report {
  /// A drawn architecture with its network's count, or why it has none.
  private struct Drawn {
    let architecture: FileArchitecture
    var count: NetworkCount?
    var problem: String?
  }

  private let space: FileSpace
  private let survey: FileSpaceSurvey
  private let drawn: [Drawn]

  /// Surveys a space and counts some of its networks.
  ///
  /// - Parameters:
  ///   - space: the space.
  ///   - architectures: drawn architectures.
  /// - Throws: `NetworkError` where no network fits.
  public init(_ space: FileSpace, drawn architectures: [FileArchitecture]) throws {
    self.space = space
    survey = try FileSpaceSurvey(space)
    drawn = architectures.map {
      do { return Drawn(architecture: $0, count: NetworkCount(try space.network(for: $0))) } catch {
        return Drawn(architecture: $0, problem: "\(error)")
      }
    }
  }

  /// Facts, the ends of the costs, the drawn networks, and what is never used.
  public func table(_ layout: TableLayout) -> String {
    var facts = FactList()
    facts.add("space", space.name)
    facts.add("networks are", space.summary)
    facts.add(
      "networks", space.file.count.description + (space.file.count.isEstimate ? " (estimated)" : "")
    )
    facts.add("classes", "\(space.classes)")
    facts.add("images at most", space.inputShape.description)
    var ends = TextTable([("cost", .left), ("smallest", .right), ("largest", .right)])
    for range in survey.ranges {
      ends.add([
        range.measure.title, range.measure.text(range.smallest.value),
        range.measure.text(range.largest.value),
      ])
    }
    let how =
      survey.isExact
      ? "Costs of all networks:" : "Costs, as far as changes of one choice at a time lead:"
    var text = facts.text(layout) + "\n" + layout.paragraph(how) + "\n" + ends.text(layout)
    if let first = survey.firstMisfit {
      text +=
        "\n"
        + layout.paragraph(
          "\(grouped(survey.misfits)) of the \(grouped(survey.count)) architectures that were looked at "
            + "have no network, the first because of \(first)")
    }
    for network in drawn {
      let costs =
        network.count.map { count in
          FileSpaceSurvey.Measure.allCases.map {
            "\($0.text($0.value(count))) \($0 == .memory ? "of activations" : $0.title)"
          }.joined(separator: ", ")
        } ?? "no network, because of \(network.problem ?? "")"
      text += "\n" + layout.paragraph("Drawn: \(costs)") + "\n" + "\(network.architecture)\n"
    }
    if !space.file.unused.isEmpty {
      text += "\n" + layout.paragraph("Never used:") + "\n"
      for unused in space.file.unused {
        text += "\(unused.place.line):\(unused.place.column): \(unused.what)\n"
      }
    }
    return text
  }

  /// The space.
  public var json: JSONValue {
    [
      "space": .text(space.name), "meaning": .text(space.summary),
      "networks": space.architectureCount.map { .integer($0) }
        ?? .number(space.file.count.value),
      "isEstimate": .boolean(space.file.count.isEstimate),
      "classes": .integer(space.classes),
      "input": .array(space.inputShape.extents.map { .integer($0) }),
      "costs": .object(
        survey.ranges.map { range in
          .init(
            range.measure.rawValue,
            ["smallest": extreme(range.smallest), "largest": extreme(range.largest)])
        }),
      "costsAreExact": .boolean(survey.isExact), "lookedAt": .integer(survey.count),
      "withoutNetwork": .integer(survey.misfits), "drawn": .array(lines),
      "unused": .array(
        space.file.unused.map {
          [
            "line": .integer($0.place.line), "column": .integer($0.place.column),
            "what": .text($0.what),
          ]
        }),
    ]
  }

  private func extreme(_ extreme: FileSpaceSurvey.Extreme) -> JSONValue {
    ["value": .integer(extreme.value), "architecture": .text(extreme.architecture.description)]
  }

  /// One object for each drawn network.
  public var lines: [JSONValue] {
    drawn.map { network in
      var members = [JSONValue.Member("architecture", .text(network.architecture.description))]
      for measure in FileSpaceSurvey.Measure.allCases {
        members.append(
          .init(measure.column, network.count.map { .integer(measure.value($0)) } ?? .null))
      }
      return .object(members)
    }
  }

  /// The names of the counts of drawn networks.
  public var header: [String] {
    ["architecture"] + FileSpaceSurvey.Measure.allCases.map(\.column)
  }

  /// One record for each drawn network.
  public var records: [[String]] {
    drawn.map { network in
      [network.architecture.description]
        + FileSpaceSurvey.Measure.allCases.map { measure in
          network.count.map { "\(measure.value($0))" } ?? ""
        }
    }
  }
}

extension FileSpaceSurvey.Measure {
  fileprivate var title: String {
    switch self {
    case .parameters: "parameters"
    case .flops: "multiply-adds"
    case .memory: "activations"
    }
  }

  fileprivate var column: String {
    switch self {
    case .parameters: "parameters"
    case .flops: "multiplyAdds"
    case .memory: "peakActivationBytes"
    }
  }

  fileprivate func value(_ count: NetworkCount) -> Int {
    switch self {
    case .parameters: count.parameters
    case .flops: count.multiplyAdds
    case .memory: count.peakActivationBytes
    }
  }

  /// A number with the thousands apart; bytes in kilobytes of 1,000.
  fileprivate func text(_ value: Int) -> String {
    self == .memory ? "\(decimals(Double(value) / 1000, 1)) kB" : grouped(value)
  }
}
