public import Formats
public import Scoring

/// The spectrum of a network's Fisher information, and which tensors carry it.
public struct SpectrumReport: Report {
  /// What one tensor adds to the trace of the Fisher information, the sum of the eigenvalues.
  public struct Contribution: Hashable, Sendable {
    /// The name of the tensor.
    public let tensor: String
    /// How many of its weights are selected.
    public let weights: Int
    /// The sum of their diagonal entries.
    public let trace: Double

    /// Creates a contribution.
    public init(tensor: String, weights: Int, trace: Double) {
      self.tensor = tensor
      self.weights = weights
      self.trace = trace
    }

    /// The part of the network that the tensor belongs to: stem, a numbered cell or block, or the head.
    var block: String {
      let parts = tensor.split(separator: ".")
      let isNumbered = parts.first == "cells" || parts.first == "blocks"
      return parts.prefix(isNumbered ? 2 : 1).joined(separator: ".")
    }
  }

  /// The architecture, seed and settings.
  private let context: ScoreReport.Context
  private let architecture: String
  private let spectrum: FisherSpectrum?
  private let undefined: String?
  private let contributions: [Contribution]

  /// Creates the report of a spectrum.
  ///
  /// - Parameters:
  ///   - context: space, seed and settings.
  ///   - architecture: the canonical text of the architecture.
  ///   - spectrum: the eigenvalues.
  ///   - contributions: what each tensor adds, in registration order.
  public init(
    _ context: ScoreReport.Context, architecture: String, spectrum: FisherSpectrum,
    contributions: [Contribution]
  ) {
    self.context = context
    self.architecture = architecture
    self.spectrum = spectrum
    undefined = nil
    self.contributions = contributions
  }

  /// Creates the report of a network that has no spectrum.
  ///
  /// - Parameters:
  ///   - context: space, seed and settings.
  ///   - architecture: the canonical text of the architecture.
  ///   - reason: why there is none.
  public init(_ context: ScoreReport.Context, architecture: String, undefined reason: String) {
    self.context = context
    self.architecture = architecture
    spectrum = nil
    undefined = reason
    contributions = []
  }

  private var trace: Double { contributions.reduce(0) { $0 + $1.trace } }

  private func share(_ part: Double) -> Double { trace > 0 ? part / trace : 0 }

  /// The share of each block, in the order of the network.
  private var blocks: [(name: String, trace: Double)] {
    var blocks: [(name: String, trace: Double)] = []
    for contribution in contributions {
      if blocks.last?.name != contribution.block { blocks.append((contribution.block, 0)) }
      blocks[blocks.count - 1].trace += contribution.trace
    }
    return blocks
  }

  /// Entropy, deciles, the blocks and the tensors that carry most.
  public func table(_ layout: TableLayout) -> String {
    var facts = FactList()
    facts.add("architecture", architecture)
    guard let spectrum else {
      facts.add("undefined", undefined ?? "")
      return facts.text(layout)
    }
    facts.add("entropy", significant(spectrum.entropy))
    facts.add("trace", significant(trace))
    facts.add("eigenvalues", "\(spectrum.eigenvalues.count)")

    var deciles = TextTable([("quantile", .left), ("eigenvalue", .right), ("share", .right)])
    let sum = spectrum.deciles.reduce(0, +)
    for (number, decile) in spectrum.deciles.enumerated() {
      deciles.add([
        "0.\(number + 1)", significant(decile), percent(sum > 0 ? decile / sum : 0),
      ])
    }
    deciles.add(["largest", significant(spectrum.eigenvalues.last ?? 0), ""])

    var layers = TextTable([("block", .left), ("share of the trace", .right)])
    for block in blocks { layers.add([block.name, percent(share(block.trace))]) }

    var tensors = TextTable([
      ("tensor", .left), ("weights", .right), ("share of the trace", .right),
    ])
    let most = contributions.indices.sorted {
      (contributions[$1].trace, $0) < (contributions[$0].trace, $1)
    }
    for number in most.prefix(10) {
      let contribution = contributions[number]
      tensors.add([
        contribution.tensor, "\(contribution.weights)", percent(share(contribution.trace)),
      ])
    }
    return ([facts.text(layout)] + [deciles, layers, tensors].map { $0.text(layout) })
      .joined(separator: "\n")
  }

  private func percent(_ share: Double) -> String { decimals(100 * share, 2) + " %" }

  /// Everything as one object.
  public var json: JSONValue {
    var members = [
      JSONValue.Member("architecture", .text(architecture)),
      JSONValue.Member("space", .text(context.space)),
      JSONValue.Member("seed", .unsigned(context.seed)),
      JSONValue.Member("settings", JSONValue(settings: context.settings)),
      JSONValue.Member("entropy", .optional(spectrum?.entropy)),
    ]
    if let undefined { members.append(JSONValue.Member("undefined", .text(undefined))) }
    guard let spectrum else { return .object(members) }
    members += [
      JSONValue.Member("trace", .number(trace)),
      JSONValue.Member("deciles", .array(spectrum.deciles.map(JSONValue.number))),
      JSONValue.Member("eigenvalues", .array(spectrum.eigenvalues.map(JSONValue.number))),
      JSONValue.Member(
        "blocks",
        .array(
          blocks.map { ["name": .text($0.name), "share": .number(share($0.trace))] })),
      JSONValue.Member(
        "tensors",
        .array(
          contributions.map {
            [
              "name": .text($0.tensor), "weights": .integer($0.weights),
              "trace": .number($0.trace), "share": .number(share($0.trace)),
            ]
          })),
    ]
    return .object(members)
  }

  /// The one object.
  public var lines: [JSONValue] { [json] }
  /// What each tensor adds.
  public var header: [String] { ["tensor", "weights", "trace", "share"] }
  /// One record for each tensor, in registration order.
  public var records: [[String]] {
    contributions.map { [$0.tensor, "\($0.weights)", "\($0.trace)", "\(share($0.trace))"] }
  }
}
