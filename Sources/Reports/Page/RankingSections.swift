internal import Formats
internal import Ranking
public import Scoring
internal import Spaces
internal import Studies

/// The parts of the report that compare rankings with Tables I and VI of the paper.
public enum RankingSections {
  /// A section for each data set and table that something was computed for.
  ///
  /// - Parameters:
  ///   - evaluations: what the stores allow, those of one data set in the order of their groups.
  ///   - learned: the data sets whose learned rankings have a part of their own (``LearnedSections``).
  /// - Returns: Table I on each data set, then Table VI.
  public static func sections(
    of evaluations: [GroupEvaluation], learned: Set<BenchmarkDataset> = []
  ) -> [ReportSection] {
    parts.compactMap { population, dataset in
      section(
        of: evaluations.filter { $0.population == population && $0.group.dataset == dataset },
        population: population, dataset: dataset,
        isLearnedApart: population == .live && learned.contains(dataset))
    }
  }

  /// The commands of the tables that nothing was computed for.
  ///
  /// - Parameters:
  ///   - evaluations: what the stores allow.
  ///   - store: a file that the commands may write to.
  /// - Returns: a command for each of them, on 1,000 networks.
  public static func notRun(
    beside evaluations: [GroupEvaluation], store: String
  ) -> [ReportSection.Command] {
    parts.filter { population, dataset in
      !evaluations.contains { $0.population == population && $0.group.dataset == dataset }
    }.map { population, dataset in
      let published = PublishedRanking.rows(of: population)
      return ReportSection.Command(
        "\(title(population)) on \(dataset), on 1,000 networks:",
        "tfnas evaluate --dataset \(dataset.rawValue) --population \(population.rawValue) "
          + "--sample 1000 --batch 64 --images synthetic --against paper --store \(store) "
          + "--proxies " + published.compactMap(\.rankings.first).joined(separator: ","))
    }
  }

  private static var parts: [(population: NASBench201Population, dataset: BenchmarkDataset)] {
    [NASBench201Population.live, .all].flatMap { population in
      BenchmarkDataset.allCases.map { (population, $0) }
    }
  }

  private static func title(_ population: NASBench201Population) -> String {
    population == .live ? "Table I" : "Table VI"
  }

  private static func section(
    of evaluations: [GroupEvaluation], population: NASBench201Population,
    dataset: BenchmarkDataset, isLearnedApart: Bool
  ) -> ReportSection? {
    guard let first = evaluations.first else { return nil }
    let published = PublishedRanking.rows(of: population).filter { row in
      !(isLearnedApart && row.isLearned)
    }
    let metrics = [
      "Kendall tau-b", "Spearman rho",
      "nDCG at \(grouped(first.cutoff))",
    ]
    var section = ReportSection(
      name: "\(population == .live ? "table-1" : "table-6")-\(dataset.rawValue)",
      title: "\(title(population)): rankings on \(dataset)",
      text: [
        "The published numbers are means of five seeds over all "
          + "\(grouped(PublishedRanking.population(for: population).count)) networks of population "
          + "\(population.rawValue)."
      ])
    if isLearnedApart {
      section.text.append(
        "GRAF and the rankings whose names end in _m learn from accuracies, and have a part of their "
          + "own.")
    }
    let names = Set(first.entries.map(\.row.name))
    let rows = first.entries.map { row($0, in: first, published) }
    if let line = openLine(published.filter { names.isDisjoint(with: $0.rankings) }, dataset) {
      section.text.append(line)
    }
    if !first.entries.contains(where: { first.hasComparableGain($0.row) }) {
      section.text.append(
        "nDCG has no verdict here: the best of \(grouped(first.collection.architectures.count)) "
          + "networks are easier to find than the best of all.")
    }
    section.text += notes(on: first)
    section.settings = settings(of: first.group)
    section.commands = commands(for: first, rows: first.entries.filter(\.isOwn))
    section.conclusion = conclusion(of: first)
    section.tables = [
      ReportSection.Table(title: "", subject: "ranking", metrics: metrics, rows: rows)
    ]
    section.commands += learned(published, population, dataset)
    let rest = evaluations.dropFirst().map { evaluation in
      (evaluation, evaluation.entries.filter { isShown($0, of: evaluation) })
    }
    let others = rest.flatMap { evaluation, entries in
      entries.map {
        row($0, in: evaluation, published, differing: difference(evaluation.group, first.group))
      }
    }
    if !others.isEmpty {
      section.tables.append(
        ReportSection.Table(
          title: "Other settings; what differs from those above is named", subject: "ranking",
          metrics: metrics, rows: others))
      section.commands += rest.flatMap { commands(for: $0, rows: $1) }
    }
    let ablations = evaluations.dropFirst().count(where: \.group.isAblation)
    if ablations > 0 {
      section.text.append(
        "The stores hold \(counted(ablations, "more setting")) of vkdnw, which are those of no "
          + "recipe: tfnas ablate compares them.")
    }
    return section
  }

  /// Whether a ranking of another group belongs to the table: not where it is an ablation of `vkdnw`.
  private static func isShown(
    _ entry: GroupEvaluation.Entry, of evaluation: GroupEvaluation
  ) -> Bool {
    entry.isOwn
      && !(evaluation.group.isAblation && entry.ranking.proxies.contains { $0.name == "vkdnw" })
  }

  private static func row(
    _ entry: GroupEvaluation.Entry, in evaluation: GroupEvaluation,
    _ published: [PublishedRanking], differing: String? = nil
  ) -> ReportSection.Row {
    let paper = published.first { $0.rankings.contains(entry.row.name) }
    let numbers = paper?.metrics(on: evaluation.group.dataset)
    let ours = entry.row.correlations
    return ReportSection.Row(
      name: entry.row.name + (differing.map { ", " + $0 } ?? ""), published: paper?.name,
      networks: entry.row.networks,
      values: [
        .init(published: numbers?.kendall, ours: ours.kendall),
        .init(published: numbers?.spearman, ours: ours.spearman),
        .init(
          published: numbers?.ndcg, ours: ours.ndcg,
          isComparable: evaluation.hasComparableGain(entry.row)),
      ])
  }

  /// The rows of the paper that were not run in one line, with the published tau of each; `nil` without
  /// such rows.
  static func openLine(_ rows: [PublishedRanking], _ dataset: BenchmarkDataset) -> String? {
    guard !rows.isEmpty else { return nil }
    let names = rows.map { row in
      row.metrics(on: dataset).kendall.map { "\(row.name) (tau \(decimals($0, 3)))" } ?? row.name
    }
    return "In the paper, but not run: \(names.joined(separator: ", "))."
  }

  /// The rows that lie off the paper, by name.
  private static func conclusion(of evaluation: GroupEvaluation) -> String? {
    let published = PublishedRanking.rows(of: evaluation.population)
    let rows = evaluation.entries.map { row($0, in: evaluation, published) }
    let judged = rows.filter { $0.values.contains { $0.verdict != nil } }
    guard !judged.isEmpty else { return nil }
    let wide = judged.filter { row in row.values.contains { $0.verdict == "wide" } }
    let off = judged.compactMap { row -> String? in
      let names = zip(["tau", "rho", "nDCG"], row.values).compactMap { name, value in
        value.verdict.flatMap { ["above", "below"].contains($0) ? "\(name) \($0)" : nil }
      }
      return names.isEmpty ? nil : "\(row.name) (\(names.joined(separator: ", ")))"
    }
    var sentences: [String] = []
    let told = judged.count { row in
      row.values.allSatisfy { $0.verdict == nil || $0.verdict == "inside" }
    }
    if told > 0 {
      sentences.append(
        "\(told) of the \(counted(judged.count, "ranking")) that the paper has too "
          + "\(told == 1 ? "agrees" : "agree") with it within our intervals.")
    }
    if !off.isEmpty { sentences.append("Off it: \(off.joined(separator: "; ")).") }
    if let sentence = wideness(of: wide) { sentences.append(sentence) }
    return sentences.joined(separator: " ")
  }

  /// What rows with too wide an interval say, and how many networks would tell.
  private static func wideness(of rows: [ReportSection.Row]) -> String? {
    let widths = rows.flatMap { row in
      row.values.filter { $0.verdict == "wide" }.compactMap { value -> (Double, Int)? in
        guard let interval = value.ours?.interval, let networks = row.networks else { return nil }
        return (interval.upperBound - interval.lowerBound, networks)
      }
    }
    guard let widest = widths.max(by: { $0.0 < $1.0 }) else { return nil }
    let sample = PublishedComparison.Standing.sample(widest.1, width: widest.0)
    return "\(counted(rows.count, "ranking")) cannot be judged: an interval is "
      + "\(decimals(widest.0, 2)) wide. About \(grouped(sample)) networks would tell "
      + "(--sample \(sample))."
  }

  private static func notes(on evaluation: GroupEvaluation) -> [String] {
    var notes: [String] = []
    if case .text(let images) = evaluation.group.settings["images"] {
      notes.append(
        images == "noise"
          ? "Proxies that were published with real images saw noise here."
          : images.hasPrefix("synthetic")
            ? "Proxies that were published with real images saw generated textures here." : "")
    }
    var draws = Draws()
    let networks = Set(evaluation.collection.architectures)
    if networks.count < evaluation.population.count,
      !draws.isDraw(networks, of: evaluation.population)
    {
      notes.append(
        "The networks are no draw of tfnas evaluate --sample with the seed 0, or the run is not "
          + "finished: they may not stand for the population.")
    }
    for entry in evaluation.entries where !entry.row.undefined.isEmpty {
      let reasons = entry.row.undefined.sorted { $0.key < $1.key }.map { "\($0.value): \($0.key)" }
      notes.append(
        "\(entry.row.name) has no score of some networks (\(reasons.joined(separator: "; "))).")
    }
    return notes.filter { !$0.isEmpty }
  }
}

extension RankingSections {
  /// The settings of a group in the order of their names.
  static func settings(of group: ScoreGroup) -> [(name: String, value: String)] {
    [("stores", group.stores.joined(separator: ", ")), ("seed", "\(group.seed)")]
      + group.settings.sorted { $0.key < $1.key }.map { ($0.key, plain($0.value)) }
  }

  /// What a group's own series were computed with that another group was not.
  private static func difference(_ group: ScoreGroup, _ main: ScoreGroup) -> String? {
    let own = group.own.sorted().compactMap { group.series[$0]?.settings }
      .reduce(into: [String: SettingValue]()) { $0.merge($1) { first, _ in first } }
    var parts = own.sorted { $0.key < $1.key }.filter { main.settings[$0.key] != $0.value }
      .map { "\($0.key) \(plain($0.value))" }
    if group.seed != main.seed { parts.append("seed \(group.seed)") }
    return parts.isEmpty ? nil : parts.joined(separator: ", ")
  }

  static func plain(_ value: SettingValue) -> String {
    if case .text(let text) = value { text } else { value.description }
  }

  /// The commands behind the rows of an evaluation, one for each number of networks.
  private static func commands(
    for evaluation: GroupEvaluation, rows entries: [GroupEvaluation.Entry]
  ) -> [ReportSection.Command] {
    return Set(entries.map(\.row.networks)).sorted(by: >).map { count in
      let names = entries.filter { $0.row.networks == count }.map(\.row.name)
      let proxies = Set(
        entries.filter { $0.row.networks == count }.flatMap(\.ranking.proxies)
          .filter { !$0.needs.isEmpty }.map(\.name))
      let stores = Set(proxies.compactMap { evaluation.group.series[$0]?.store }).sorted()
      let line =
        ["tfnas evaluate --dataset \(evaluation.group.dataset.rawValue)"]
        + ["--population \(evaluation.population.rawValue)"]
        + (count < evaluation.population.count ? ["--sample \(count)"] : [])
        + evaluation.group.arguments(
          withImages: proxies.contains { AllProxies.named($0)?.needs.contains(.images) == true })
        + (evaluation.cutoff == PublishedRanking.cutoff ? [] : ["--ndcg-at \(evaluation.cutoff)"])
        + ["--against paper --store \(stores.first ?? "scores.sqlite")"]
        + ["--proxies \(names.joined(separator: ","))"]
      return ReportSection.Command(
        "The rows of \(grouped(count)) networks"
          + (stores.count > 1 ? " (their scores are in \(stores.joined(separator: " and ")))" : "")
          + ":", line.joined(separator: " "))
    }
  }

  /// The rankings that learn from accuracies, which no store holds.
  private static func learned(
    _ published: [PublishedRanking], _ population: NASBench201Population,
    _ dataset: BenchmarkDataset
  ) -> [ReportSection.Command] {
    guard published.contains(where: \.isLearned) else { return [] }
    return [
      ReportSection.Command(
        "GRAF and the rankings whose names end in _m learn from accuracies: a store holds scores, "
          + "not forests. The row GRAF is made by:",
        "tfnas train-ranking --features "
          + (population == .live ? "graf-paper-older --trees 300" : "graf-paper")
          + " --dataset \(dataset.rawValue) --population \(population.rawValue)")
    ]
  }
}

extension ScoreGroup {
  /// The options of `tfnas evaluate` that give these settings.
  ///
  /// - Parameter withImages: whether a proxy that is asked for reads images.
  /// - Returns: options with their values.
  func arguments(withImages: Bool = true) -> [String] {
    var options: [String] = []
    let recipe = recipe
    if let recipe, recipe != .default { options.append("--recipe \(recipe.rawValue)") }
    if isAblation {
      let names = [
        ("factor", "factor"), ("batchNorm", "batch-norm"), ("smoothing", "smoothing"),
        ("weights", "weights-of"), ("dimension", "dimension"),
        ("weightsPerTensor", "weights-per-tensor"), ("position", "position"),
        ("smoothingRounding", "smoothing-rounding"), ("quantiles", "quantiles"),
      ]
      var classes: Int?
      if case .integer(let count) = settings["classes"] { classes = count }
      let usual = Recipe.default.fisher.resolved(classes: classes).settings
      options += names.compactMap { setting, option in
        settings[setting].flatMap {
          usual[setting] == $0 ? nil : "--\(option) \(RankingSections.plain($0))"
        }
      }
      // Records of all pullbacks do not name them.
      if let pullbacks = settings["pullbacks"] {
        if usual["pullbacks"] != pullbacks { options.append("--pullbacks \(pullbacks)") }
      } else if usual["pullbacks"] != nil {
        options.append("--pullbacks all")
      }
    }
    if let batch = settings["batch"], batch != .integer((recipe ?? .default).batch) {
      options.append("--batch \(batch)")
    }
    if let inits = settings["inits"], inits != .integer(1) { options.append("--inits \(inits)") }
    if withImages, case .text(let images) = settings["images"] {
      options.append(
        images == "noise"
          ? "--images noise"
          : images.hasPrefix("synthetic") ? "--images synthetic" : "--images FILES")
    }
    if case .text(let precision) = settings["precision"], precision != "float" {
      options.append("--precision \(precision)")
    }
    if let width = settings["width"], width != .integer(16) { options.append("--width \(width)") }
    if let cells = settings["cells"], cells != .integer(5) { options.append("--cells \(cells)") }
    if seed != 0 { options.append("--seed \(seed)") }
    return options
  }
}
