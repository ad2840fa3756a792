/// The tables of the paper that have no place in a store of scores of whole populations.
public enum OpenSections {
  /// Table II, which is about trained networks.
  public static let imageNet = ReportSection(
    name: "table-2", title: "Table II: networks found for ImageNet-1K",
    text: [
      "Table II compares networks that searches found, by their accuracy after training on ImageNet-1K. "
        + "Nothing in it is ranked before training, and training takes days on several GPUs: there is "
        + "nothing here to put beside it."
    ])

  /// The ablations, where no section of theirs is given.
  ///
  /// - Parameter done: the names of the sections that there are.
  /// - Returns: a section for each other one, with the command that fills it.
  public static func ablations(except done: Set<String> = []) -> [ReportSection] {
    let tables = [
      ("table-3", "Table III: components of the product of ranks", "components"),
      ("table-4", "Table IV: tau between scores and the number of layers", "orthogonality"),
      ("table-5", "Table V: batch and input", "batch,input"),
      ("table-7", "Table VII: tensors in the Fisher information", "dimension"),
      ("table-8", "Table VIII: which weights, and how many", "position,weights-per-layer"),
      ("table-9", "Table IX: all subsets of the components", "components"),
    ]
    return tables.filter { !done.contains($0.0) }.map { name, title, ablation in
      ReportSection(
        name: name, title: title,
        text: [
          "Not part of this report: its settings are computed and compared by a command of their own."
        ],
        commands: [
          .init(
            "On the same networks for every setting, beside the published numbers:",
            "tfnas ablate \(ablation) --dataset imagenet16-120 --sample 1000 --store ablations.sqlite"
          )
        ])
    }
  }
}
