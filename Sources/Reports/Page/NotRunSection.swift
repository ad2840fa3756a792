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
