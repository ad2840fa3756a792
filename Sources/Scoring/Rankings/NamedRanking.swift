/// A ranking of collections of networks that has a name.
public struct NamedRanking: Hashable, Sendable {
  /// The name on the command line.
  public let name: String
  /// The expression over proxies and rankings that stand before it in the catalogue.
  public let text: String
  /// What it is, in one sentence.
  public let summary: String
  /// Where it was published.
  public let citation: String

  /// Names an expression.
  public init(_ name: String, _ text: String, summary: String, citation: String) {
    self.name = name
    self.text = text
    self.summary = summary
    self.citation = citation
  }
}
