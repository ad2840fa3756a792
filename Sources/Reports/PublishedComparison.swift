internal import Formats
internal import Ranking
internal import Scoring
internal import Spaces
internal import Studies

/// A row of the paper beside the metrics that were found here.
struct PublishedComparison {
  /// Where the interval that was found here lies, as seen from the published value.
  enum Standing: String {
    /// The published value lies inside of it.
    case inside
    /// All of it is larger.
    case above
    /// All of it is smaller.
    case below

    init?(_ estimate: Estimate?, published: Double?) {
      guard let interval = estimate?.interval, let published else { return nil }
      self =
        interval.contains(published) ? .inside : interval.lowerBound > published ? .above : .below
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
  static let columns: [(title: String, alignment: TextTable.Alignment)] = [
    ("in the paper", .left), ("tau", .left), ("rho", .left), ("nDCG", .left),
  ]

  /// The cells of a table, dashes where the paper has no such row.
  static func cells(of comparison: PublishedComparison?) -> [String] {
    comparison.map { [$0.row] + $0.values.map(\.text) } ?? columns.map { _ in "-" }
  }

  /// The columns of `csv`.
  static let header =
    ["paper"]
    + ["kendall", "spearman", "ndcg"].flatMap {
      ["paper_\($0)", "\($0)_is"]
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
