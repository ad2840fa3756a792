public import Figures
internal import Ranking
public import Scoring

extension Figure {
  /// Kendall's tau against the seconds that a network took.
  ///
  /// - Parameters:
  ///   - rankings: the rankings and their metrics; those without known seconds are left out.
  ///   - collection: the networks.
  /// - Returns: `nil` where no ranking has both tau and seconds.
  public static func compute(
    _ rankings: [(ranking: CollectionRanking, row: MetricsRow)], of collection: ScoredCollection
  ) -> Figure? {
    let items = rankings.compactMap { ranking, row -> (isProduct: Bool, item: ScatterChart.Item)? in
      guard let seconds = collection.seconds(of: ranking), seconds > 0,
        let tau = row.correlations.kendall
      else { return nil }
      return (
        ranking.proxies.count > 1,
        ScatterChart.Item(Point(seconds, tau.value), name: row.name, interval: tau.interval)
      )
    }
    guard !items.isEmpty else { return nil }
    let bounds = items.flatMap { _, item in
      [item.point.y, item.interval?.lowerBound, item.interval?.upperBound].compactMap(\.self)
    }
    let series = [false, true].map { isProduct in
      ScatterChart.Series(
        isProduct ? "several scores" : "one score",
        items.filter { $0.isProduct == isProduct }.map(\.item))
    }
    return Figure(
      name: "compute-\(collection.dataset.rawValue)", title: "Tau against the time of a network",
      caption:
        "\(collection.description). Seconds of one worker, as the records hold them, with 95 % "
        + "bootstrap intervals of tau. A pass that several proxies share counts for the first of "
        + "them, so that the others seem cheaper than they are by themselves.",
      panels: [
        ScatterChart(
          title: "Kendall tau-b against seconds a network",
          x: Axis(
            "time of a network", unit: "s", Scale(.logarithmic, covering: items.map(\.item.point.x))
          ),
          y: Axis("Kendall tau-b", Scale(covering: bounds)), series: series
        ).scene(width: 720, plotHeight: 400)
      ], columns: 1)
  }
}
