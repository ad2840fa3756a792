public import Figures
internal import Ranking
internal import Search

/// The parts of the report about a run of one's own: its best networks, its front, its spectra and its
/// settings.
public enum RunSections {
  /// Networks in the list of the best.
  private static var shown: Int { 10 }

  /// The part of a run.
  ///
  /// - Parameters:
  ///   - run: the networks with their scores.
  ///   - name: the anchor of the part.
  ///   - title: what it is about, such as a data set.
  ///   - drawing: the best network, if it can be drawn.
  ///   - spectra: the figure of spectra, if there is one.
  /// - Returns: the part.
  public static func section<Architecture>(
    of run: ScoredRun<Architecture>, name: String, title: String, drawing: Figure? = nil,
    spectra: Figure? = nil
  ) -> ReportSection {
    let comparison = run.comparison
    let components = comparison.history.components
    let best = comparison.rows(at: comparison.best(shown))
    let front = comparison.rows(at: comparison.front(measuredOnly: false))
    let columns = SearchColumns(components, of: best + front)
    var text = [
      "\(counted(comparison.count, "network")), ranked by "
        + (components.count == 1 ? "" : "the product of the ranks of ")
        + components.map(\.name).joined(separator: ", ")
        + ". The aggregate is the sum of ln(rank / \(grouped(comparison.count)))."
    ]
    if run.repeated > 0 {
      text.append(
        "\(counted(run.repeated, "network")) were scored again with fresh weights and inputs, as the "
          + "race of a search does.")
    }
    let figure = Figure.front(
      name: "front-\(name)", title: "Aggregate and FLOPs",
      caption:
        "\(counted(comparison.count, "network")) of \(run.space). Up and to the left is better.",
      points: comparison.points, front: front,
      named: best.first.map { [($0, ["best"])] } ?? [])
    return ReportSection(
      name: name, title: title, text: text,
      listings: [
        listing("The best \(best.count)", best, columns),
        listing("Front: no network is better in both aggregate and FLOPs", front, columns),
      ], figures: [figure] + [drawing, spectra].compactMap(\.self),
      settings: [
        ("stores", run.stores.joined(separator: ", ")), ("seed", "\(run.seed)"),
      ]
        + run.settings.sorted { $0.key < $1.key }.map {
          ($0.key, RankingSections.plain($0.value))
        })
  }

  private static func listing(
    _ title: String, _ rows: [SearchCandidate], _ columns: SearchColumns
  ) -> ReportSection.Listing {
    ReportSection.Listing(
      title: title, columns: columns.columns().map(\.title), rows: rows.map(columns.cells))
  }
}
