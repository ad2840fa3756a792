public import Figures
internal import Ranking
public import Scoring

extension Figure {
  /// The accuracy of each network against its place in rankings, a panel for each.
  ///
  /// - Parameters:
  ///   - rankings: the rankings, of which the collection has all scores; at least one.
  ///   - collection: the networks.
  /// - Returns: the figure.
  public static func scatter(
    _ rankings: [CollectionRanking], of collection: ScoredCollection
  ) -> Figure {
    let panels = rankings.map { ranking in
      let values = collection.values(of: ranking).values
      let places = averageRanks(values.map { -$0 })
      let tau = kendallTau(values, collection.accuracies)
      return ScatterChart(
        title: "\(ranking.name): tau \(decimals(tau, 3))",
        x: Axis("place in the ranking, 1 is the best", Scale(covering: places, ticks: 5)),
        y: Axis(
          "accuracy on \(collection.dataset)", unit: "%", Scale(covering: collection.accuracies)),
        series: [
          .init(ranking.name, zip(places, collection.accuracies).map { .init(Point($0, $1)) })
        ]
      ).scene()
    }
    return Figure(
      name: "scatter-\(collection.dataset.rawValue)", title: "Place in a ranking against accuracy",
      caption:
        "\(collection.description). A perfect ranking falls from left to right; networks that "
        + "tie share the mean of their places.",
      panels: panels)
  }
}
