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

/// The part of the report that says in a line each what was not run.
public enum NotRunSection {
  /// The part.
  ///
  /// - Parameters:
  ///   - evaluations: what the stores allow.
  ///   - done: the names of the sections of ablations that there are.
  ///   - isLearned: whether rankings that learn were trained.
  ///   - store: a file that commands may write to.
  /// - Returns: the part, with the command for each table.
  public static func section(
    beside evaluations: [GroupEvaluation], ablations done: Set<String>, isLearned: Bool,
    store: String
  ) -> ReportSection {
    var commands = RankingSections.notRun(beside: evaluations, store: store)
    if !isLearned {
      commands.append(
        ReportSection.Command(
          "The last rows of Table I, which learn from accuracies:",
          "tfnas report --draws 5 --store \(store) --out report"))
    }
    commands += ablations.filter { !done.contains($0.name) }.map { _, title, ablation in
      ReportSection.Command(
        "\(title):",
        "tfnas ablate \(ablation) --dataset imagenet16-120 --sample 1000 --images synthetic "
          + "--store \(store)")
    }
    return ReportSection(
      name: "not-run", title: "Tables of the paper that were not run",
      text: [
        "Each takes from minutes to hours, and stands in this page once a store holds its scores. "
          + "Table II compares networks after training on ImageNet-1K, which takes days on several "
          + "GPUs: there is nothing here to put beside it."
      ], commands: commands)
  }

  /// The tables of ablations: the name of their section, their title, and what they vary.
  private static let ablations = [
    ("table-3", "Table III, components of the product of ranks", "components"),
    ("table-4", "Table IV, tau between scores and the number of layers", "orthogonality"),
    ("table-5", "Table V, batch and input", "batch,input"),
    ("table-7", "Table VII, tensors in the Fisher information", "dimension"),
    ("table-8", "Table VIII, which weights, and how many", "position,weights-per-layer"),
    ("table-9", "Table IX, all subsets of the components", "components"),
  ].map { (name: $0.0, title: $0.1, ablation: $0.2) }
}
