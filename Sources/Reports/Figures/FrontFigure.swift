public import Figures
internal import Networks
internal import Ranking
public import Scoring
internal import Spaces

extension Figure {
  /// Aggregate against FLOPs of every candidate of a search, with the front.
  ///
  /// - Parameters:
  ///   - report: the report of the search.
  ///   - points: FLOPs in millions and aggregate of every candidate.
  /// - Returns: the figure.
  public static func front(
    of report: SearchReport, points: [(flops: Double, aggregate: Double)]
  ) -> Figure {
    // Methods that found one network have one marker with the names of all.
    var winners: [(row: SearchCandidate, names: [String])] = []
    for method in report.methods {
      if let known = winners.firstIndex(where: {
        $0.row.architecture == method.winner.architecture
      }) {
        winners[known].names.append(method.name)
      } else {
        winners.append((method.winner, [method.name]))
      }
    }
    return front(
      name: "front", title: "Search in \(report.space)",
      caption:
        "\(grouped(report.candidates)) candidates, preset \(report.preset), seed \(report.seed). "
        + "Up and to the left is better.",
      points: points, front: report.front, named: winners)
  }

  /// Aggregate against FLOPs of networks, with their front.
  ///
  /// - Parameters:
  ///   - name: the name of the figure.
  ///   - title: what it shows.
  ///   - caption: how to read it.
  ///   - points: FLOPs in millions and aggregate of every network.
  ///   - front: the networks of the front.
  ///   - named: the networks that are named, with their names.
  /// - Returns: the figure.
  static func front(
    name: String, title: String, caption: String, points: [(flops: Double, aggregate: Double)],
    front: [SearchCandidate], named: [(row: SearchCandidate, names: [String])]
  ) -> Figure {
    func item(_ row: SearchCandidate, name: String? = nil) -> ScatterChart.Item {
      .init(Point(millions(row.costs.flops), row.aggregate), name: name)
    }
    let chart = ScatterChart(
      title: "Aggregate against FLOPs",
      x: Axis("multiply-accumulates", unit: "M", Scale(covering: points.map(\.flops))),
      y: Axis("sum of ln(rank / n)", Scale(covering: points.map(\.aggregate) + [0])),
      series: [
        .init("candidates", points.map { .init(Point($0.flops, $0.aggregate)) }),
        .init("front", front.map { item($0) }),
        .init(
          "winners", named.map { item($0.row, name: $0.names.joined(separator: ", ")) }),
      ])
    return Figure(
      name: name, title: title, caption: caption,
      panels: [chart.scene(width: 720, plotHeight: 360)], columns: 1)
  }
}

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
