public import Figures
internal import Ranking
internal import Scoring
internal import Spaces
internal import Studies

extension Figure {
  /// Figure 1 of the VKDNW paper: nDCG of the rankings of Table I that learn nothing, as bars.
  ///
  /// The published values stand in the bars where both speak of the same networks, and else in a panel
  /// beside them.
  ///
  /// - Parameters:
  ///   - rows: the rankings that were measured here; those without a row in the paper are left out.
  ///   - collection: the networks.
  ///   - cutoff: the number of positions that nDCG looked at.
  /// - Returns: the figure.
  public static func gains(
    _ rows: [MetricsRow], of collection: ScoredCollection, cutoff: Int
  ) -> Figure {
    let dataset = collection.dataset
    let published = PublishedRanking.rows(of: collection.population).filter {
      !$0.rankings.isEmpty && $0.metrics(on: dataset).ndcg != nil
    }
    let isComparable = collection.isWhole && cutoff == PublishedRanking.cutoff
    let bars = rows.compactMap { row -> BarChart.Bar? in
      guard let entry = published.first(where: { $0.rankings.first == row.name }) else {
        return nil
      }
      return BarChart.Bar(
        entry.name, row.correlations.ndcg?.value ?? .nan,
        interval: row.correlations.ndcg?.interval,
        reference: isComparable ? entry.metrics(on: dataset).ndcg : nil)
    }
    var panels = [
      BarChart(
        title: "Here: \(collection.description)", valueTitle: "nDCG at \(grouped(cutoff))",
        bars: ascending(bars), referenceName: "in the paper"
      ).scene()
    ]
    if !isComparable {
      let count = PublishedRanking.population(for: collection.population).count
      panels.append(
        BarChart(
          title: "In the paper: \(grouped(count)) networks, \(dataset)",
          valueTitle: "nDCG at \(grouped(PublishedRanking.cutoff))",
          bars: ascending(
            published.map { BarChart.Bar($0.name, $0.metrics(on: dataset).ndcg ?? .nan) })
        ).scene())
    }
    return Figure(
      name: "figure-1-\(dataset.rawValue)", title: "Figure 1: nDCG of the rankings of Table I",
      caption: "Bars in ascending order, with 95 % bootstrap intervals over networks. "
        + (isComparable
          ? "Diamonds are the published values, means of five seeds on the same networks."
          : "The best of few networks are easier to find than the best of many, so the two panels "
            + "cannot be compared bar by bar."),
      panels: panels)
  }

  private static func ascending(_ bars: [BarChart.Bar]) -> [BarChart.Bar] {
    bars.enumerated().sorted { left, right in
      let (l, r) = (left.element.value, right.element.value)
      return l.isNaN || r.isNaN
        ? (l.isNaN && !r.isNaN) || (l.isNaN == r.isNaN && left.offset < right.offset)
        : (l, left.offset) < (r, right.offset)
    }.map(\.element)
  }

  /// The rankings that ``gains(_:of:cutoff:)`` shows: those of Table I with a published nDCG.
  public static var gainRankings: [String] {
    PublishedRanking.rows(of: .live).filter { $0.metrics(on: .imageNet16).ndcg != nil }
      .compactMap(\.rankings.first)
  }
}
