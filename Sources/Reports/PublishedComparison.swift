internal import Formats
internal import Ranking
internal import Scoring
internal import Spaces
internal import Studies

/// A row of the paper beside the metrics that were found here.
struct PublishedComparison {
  /// Where the interval that was found here lies, as seen from the published value.
  enum Standing: String, CaseIterable {
    /// The published value lies inside of it.
    case inside
    /// All of it is larger.
    case above
    /// All of it is smaller.
    case below
    /// The published value lies inside of it, but so does nearly every other: it tells nothing.
    case wide

    /// The widest interval that tells something: most rows of the paper's tables lie farther apart.
    static let widest = 0.25

    init?(_ estimate: Estimate?, published: Double?) {
      guard let interval = estimate?.interval, let published else { return nil }
      if interval.contains(published) {
        self = interval.upperBound - interval.lowerBound > Self.widest ? .wide : .inside
      } else {
        self = interval.lowerBound > published ? .above : .below
      }
    }

    /// About how many networks would tell something where some have too wide an interval: its width falls
    /// with the root of their number.
    static func sample(_ networks: Int, width: Double) -> Int {
      let ratio = width / widest
      let count = Double(networks) * ratio * ratio
      // Two digits, rounded up.
      var unit = 1.0
      while count / unit >= 100 { unit *= 10 }
      return Int((count / unit).rounded(.up) * unit)
    }
  }

  /// A published value, and where ours stands.
  struct Value {
    /// What is printed in the paper, `nil` where nothing is.
    let published: Double?
    /// `nil` where there is nothing to compare.
    let standing: Standing?

    init(_ published: Double?, _ estimate: Estimate?) {
      self.published = published
      standing = Standing(estimate, published: published)
    }

    var text: String {
      decimals(published, 3) + (standing.map { " \($0.rawValue)" } ?? "")
    }

    var json: JSONValue {
      [
        "value": .optional(published),
        "ours": standing.map { .text($0.rawValue) } ?? .null,
      ]
    }

    var record: [String] { [cell(published), standing?.rawValue ?? ""] }
  }

  /// The name of the row in the paper.
  let row: String
  let kendall: Value
  let spearman: Value
  let ndcg: Value

  /// Compares a row of the paper with what was found, or shows it alone.
  ///
  /// nDCG is compared only at the paper's cutoff and on as many networks: the best of a few networks
  /// are easier to find than the best of all.
  init(
    _ published: PublishedRanking, of population: NASBench201Population,
    on dataset: BenchmarkDataset, cutoff: Int, with row: MetricsRow?
  ) {
    let isAlike =
      cutoff == PublishedRanking.cutoff
      && row?.networks == PublishedRanking.population(for: population).count
    let metrics = published.metrics(on: dataset)
    self.row = published.name
    kendall = Value(metrics.kendall, row?.correlations.kendall)
    spearman = Value(metrics.spearman, row?.correlations.spearman)
    ndcg = Value(metrics.ndcg, isAlike ? row?.correlations.ndcg : nil)
  }

  private var values: [Value] { [kendall, spearman, ndcg] }

  /// The titles of ``cells(of:)``.
  static let columns: [TextTable.Column] = [
    .init("in the paper", .left), .init("tau", .left), .init("rho", .left), .init("nDCG", .left),
  ]

  /// The cells of a table, dashes where the paper has no such row.
  static func cells(of comparison: PublishedComparison?) -> [String] {
    comparison.map { [$0.row] + $0.values.map(\.text) } ?? columns.map { _ in "-" }
  }

  /// The columns of `csv`.
  static let header =
    ["paper"]
    + ["Kendall", "Spearman", "Ndcg"].flatMap {
      ["paper\($0)", "paper\($0)Ours"]
    }

  /// The fields of `csv`, empty where the paper has no such row.
  static func record(of comparison: PublishedComparison?) -> [String] {
    comparison.map { [$0.row] + $0.values.flatMap(\.record) } ?? header.map { _ in "" }
  }

  /// The member `paper` of a row's object.
  static func json(of comparison: PublishedComparison?) -> JSONValue {
    guard let comparison else { return .null }
    return [
      "row": .text(comparison.row), "kendall": comparison.kendall.json,
      "spearman": comparison.spearman.json, "ndcg": comparison.ndcg.json,
    ]
  }
}
