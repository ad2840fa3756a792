public import Figures
internal import Ranking
internal import Scoring
internal import Spaces

/// The parts of the report that show figures.
public enum FigureSections {
  /// The figures of one data set.
  ///
  /// - Parameters:
  ///   - evaluation: what was computed on the data set.
  ///   - spectra: the figure of spectra, if there is one.
  /// - Returns: the section.
  public static func section(
    of evaluation: GroupEvaluation, spectra: Figure? = nil
  ) -> ReportSection {
    let collection = evaluation.collection
    let dataset = collection.dataset
    // A bar for each ranking on the same networks.
    let same = evaluation.entries.filter { $0.row.networks == collection.architectures.count }
    var figures: [Figure] = []
    if same.contains(where: { Figure.gainRankings.contains($0.row.name) }) {
      figures.append(.gains(same.map(\.row), of: collection, cutoff: evaluation.cutoff))
    }
    for grouping in [BoxGrouping.layers, .parameters] {
      if let boxes = Figure.boxes(of: collection, by: grouping) { figures.append(boxes) }
    }
    let scattered = ["vkdnw-single", "vkdnw-agg", "jacov-parameters", "az-nas"].compactMap { name in
      same.first { $0.row.name == name && collection.has($0.ranking) }?.ranking
    }
    if !scattered.isEmpty { figures.append(.scatter(scattered, of: collection)) }
    if let compute = Figure.compute(
      same.map { ($0.ranking, $0.row) }, of: collection)
    {
      figures.append(compute)
    }
    if let spectra { figures.append(spectra) }
    let options =
      "--dataset \(dataset.rawValue) --population \(collection.population.rawValue) "
      + (collection.isWhole ? "" : "--sample \(collection.architectures.count) ")
      + evaluation.group.arguments().map { $0 + " " }.joined()
    let store = evaluation.group.stores.first ?? "scores.sqlite"
    return ReportSection(
      name: "figures-\(dataset.rawValue)", title: "Figures: \(dataset)",
      figures: figures,
      commands: [
        .init(
          "One of these figures as a file (1, 3, 4, scatter or compute in place of 3):",
          "tfnas figure 3 \(options)--store \(store) --out figure.svg")
      ])
  }

  /// Figure 2, which needs no scores.
  public static var toy: ReportSection {
    ReportSection(
      name: "figure-toy", title: "Figure 2: what the metrics say", figures: [.toy],
      commands: [.init("The figure as a file:", "tfnas figure 2 --out figure-2.svg")])
  }
}
