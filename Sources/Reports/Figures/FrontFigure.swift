public import Figures
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
    func item(_ row: SearchCandidate, name: String? = nil) -> ScatterChart.Item {
      .init(Point(Double(row.costs.flops) / 1e6, row.aggregate), name: name)
    }
    let chart = ScatterChart(
      title: "Aggregate against FLOPs",
      x: Axis("multiply-accumulates", unit: "M", Scale(covering: points.map(\.flops))),
      y: Axis("sum of ln(rank / n)", Scale(covering: points.map(\.aggregate) + [0])),
      series: [
        .init("candidates", points.map { .init(Point($0.flops, $0.aggregate)) }),
        .init("front", report.front.map { item($0) }),
        .init("winners", report.methods.map { item($0.winner, name: $0.name) }),
      ])
    return Figure(
      name: "front", title: "Search in \(report.space)",
      caption:
        "\(grouped(report.candidates)) candidates, preset \(report.preset), seed \(report.seed). "
        + "Up and to the left is better.",
      panels: [chart.scene(width: 720, plotHeight: 360)], columns: 1)
  }
}
