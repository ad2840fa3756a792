internal import Formats
public import Spaces

/// A network as a search report shows it.
public struct SearchCandidate: Hashable, Sendable {
  /// The canonical text.
  public var architecture: String
  /// What it costs, as the constraints count it.
  public var costs: SearchCosts
  /// The sum of `ln(rank / n)` over the components, among all candidates of the report; at most 0.
  public var aggregate: Double
  /// The number of each component in the order of the report, `nil` where there is none.
  public var values: [Double?]
  /// The seconds of a forward pass of one image, if they were measured.
  public var latency: Double?
  /// The known accuracy in percent, in a space that has one.
  public var accuracy: Double?

  /// Creates a row.
  public init(
    architecture: String, costs: SearchCosts, aggregate: Double, values: [Double?],
    latency: Double? = nil, accuracy: Double? = nil
  ) {
    self.architecture = architecture
    self.costs = costs
    self.aggregate = aggregate
    self.values = values
    self.latency = latency
    self.accuracy = accuracy
  }

  /// The columns of a table, latency and accuracy only where they are known.
  static func columns(
    hasLatency: Bool, hasAccuracy: Bool
  ) -> [(title: String, alignment: TextTable.Alignment)] {
    [("aggregate", .right), ("MFLOPs", .right), ("Mparams", .right), ("layers", .right)]
      + (hasLatency ? [("latency ms", .right)] : [])
      + (hasAccuracy ? [("accuracy", .right)] : [])
  }

  /// The cells of a row.
  func cells(hasLatency: Bool, hasAccuracy: Bool) -> [String] {
    [
      decimals(aggregate, 4), decimals(Double(costs.flops) / 1e6, 1),
      decimals(Double(costs.parameters) / 1e6, 3), "\(costs.layers)",
    ]
      + (hasLatency ? [decimals(latency.map { $0 * 1000 }, 2)] : [])
      + (hasAccuracy ? [decimals(accuracy, 2)] : [])
  }

  /// The members of a JSON object.
  func members(components: [String]) -> [JSONValue.Member] {
    var members = [
      JSONValue.Member("architecture", .text(architecture)),
      JSONValue.Member("aggregate", .number(aggregate)),
      JSONValue.Member("flops", .integer(costs.flops)),
      JSONValue.Member("parameters", .integer(costs.parameters)),
      JSONValue.Member("layers", .integer(costs.layers)),
      JSONValue.Member(
        "scores",
        .object(zip(components, values).map { JSONValue.Member($0, .optional($1)) })),
    ]
    if let latency { members.append(JSONValue.Member("latencySeconds", .number(latency))) }
    if let accuracy { members.append(JSONValue.Member("accuracy", .number(accuracy))) }
    return members
  }
}
