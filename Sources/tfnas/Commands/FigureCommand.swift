internal import ArgumentParser
internal import Figures
internal import Formats
internal import Interchange
internal import Ranking
internal import Reports
internal import Scoring
internal import Spaces

/// `tfnas figure`: the figures of the paper, and others for any evaluation.
struct FigureCommand: ComputingCommand {
  static let configuration = CommandConfiguration(
    "figure",
    "Draws a figure as SVG, from the scores of a store or of a network.",
    arguments: "<kind> [<arch|model.onnx> ...]",
    discussion: """
      1 is nDCG of the rankings of Table I, 2 the toy example of the metrics, 3 and 4 are scores by \
      the number of layers and of parameters, scatter is place in a ranking against accuracy, \
      spectrum the Fisher eigenvalues of architectures, compute tau against the seconds of a network, \
      network the graph of an architecture or model file, folded by block.
      """,
    examples: [
      "tfnas figure 2 --out figure-2.svg",
      "tfnas figure scatter --sample 200 --store scores.sqlite --out places.svg",
      "tfnas figure spectrum 13714 2506 --out spectra.svg",
      "tfnas figure network 13714 --out cell.svg",
      "tfnas figure network model.onnx --out model.svg",
    ])

  @Argument(help: "What is drawn.")
  var kind: Kind

  @Argument(
    help: ArgumentHelp(
      "Cells for spectrum, as architecture string, benchmark index or operation tuple; for network one "
        + "architecture of --space, or a model file.",
      valueName: "arch|model.onnx"), completion: .file())
  var architectures: [String] = []

  @Option(
    help: ArgumentHelp(
      "Rankings for 1, scatter and compute, with commas between them. (default: those of Table I; "
        + "for scatter vkdnw-single)",
      valueName: "a,b"),
    completion: NameCompletion.rankings, transform: RankingList.parse)
  var proxies: RankingList?

  @Option(
    help: ArgumentHelp(
      "The file that is written. (default: standard output)", valueName: "file.svg"),
    completion: .file(extensions: ["svg"]))
  var out: String?

  @Option(
    help: ArgumentHelp(
      "Writes a picture too, by rsvg-convert, inkscape or ImageMagick.", valueName: "file.png"),
    completion: .file(extensions: ["png"]))
  var png: String?

  @OptionGroup(title: "Output") var replacement: ReplacementOptions
  @OptionGroup var collection: CollectionOptions
  @OptionGroup(title: "Drawn network") var drawn: DrawnNetworkOptions
  @OptionGroup(title: "Metrics") var metrics: MetricOptions
  @OptionGroup(title: "Messages") var messages: MessageOptions

  var processor: ProcessorOptions { collection.running.processor }

  /// What is drawn.
  enum Kind: String, CaseIterable, ExpressibleByArgument {
    case gains = "1"
    case toy = "2"
    case byLayers = "3"
    case byParameters = "4"
    case scatter
    case spectrum
    case compute
    case network
  }

  func validate() throws {
    try replacement.check([("--out", out)])
    if kind == .spectrum, architectures.isEmpty {
      throw ValidationError("spectrum needs architectures")
    }
    if kind == .network {
      guard architectures.count == 1 else {
        throw ValidationError(
          "network draws one architecture or model file, not \(architectures.count)")
      }
      try drawn.check(architectures[0], collection.skeleton)
    } else if let option = drawn.given {
      throw ValidationError("\(option) belongs to network alone")
    }
    if kind != .spectrum, kind != .network, let first = architectures.first {
      throw ValidationError("'\(first)': architectures belong to spectrum and network")
    }
    if png != nil, out == nil { throw ValidationError("--png needs --out, of which it is made") }
  }

  func run() throws {
    let drawing = try NamedOutput(
      "--out", out, isForced: replacement.force, besides: [("--store", collection.store)])
    let picture = try NamedOutput(
      "--png", png, isForced: replacement.force,
      besides: [("--store", collection.store), ("--out", out)])
    let figure = try figure()
    let text = figure.scene.svg
    guard let drawing else { return try Output.write(text) }
    var steps = Steps()
    steps.take {
      try drawing.file.write(text)
      Diagnostics.say("\(drawing.file.path): \(figure.title). \(figure.caption)")
    }
    if let picture { steps.take { try PictureConverter.convert(text, to: picture.file) } }
    try steps.finish()
  }

  private func figure() throws -> Figure {
    switch kind {
    case .toy: return .toy
    case .spectrum: return try spectra()
    case .network:
      return try drawn.figure(
        of: architectures[0], dataset: collection.dataset, skeleton: collection.skeleton)
    case .gains:
      let (scored, rows) = try evaluated(Figure.gainRankings)
      return .gains(rows.map(\.row), of: scored, cutoff: metrics.at)
    case .compute:
      let (scored, rows) = try evaluated(Figure.gainRankings)
      guard let figure = Figure.compute(rows, of: scored) else {
        throw CommandError(.badData, "no ranking has both a tau and a time")
      }
      return figure
    case .scatter:
      let list = try proxies ?? RankingList.parse("vkdnw-single")
      return .scatter(list.rankings, of: try scored(list.proxies))
    case .byLayers, .byParameters:
      let grouping = kind == .byLayers ? BoxGrouping.layers : .parameters
      guard
        let figure = Figure.boxes(
          of: try scored(Figure.boxProxies + [grouping.proxy]), by: grouping)
      else { throw CommandError(.badData, "no network has a score") }
      return figure
    }
  }

  /// The rankings that are asked for, or those of the figure that the store has all scores of.
  private func evaluated(
    _ names: [String]
  ) throws -> (ScoredCollection, [(ranking: CollectionRanking, row: MetricsRow)]) {
    let list = try proxies ?? stored(RankingList.parse(names.joined(separator: ",")))
    let scored = try scored(list.proxies)
    return (
      scored,
      list.rankings.map { ranking in
        let values = scored.values(of: ranking)
        return (
          ranking,
          MetricsRow(
            name: ranking.name,
            correlations: rankCorrelations(
              values.values, scored.accuracies, at: metrics.at, bootstrap: metrics.bootstrap),
            networks: values.values.count, undefined: values.undefined)
        )
      }
    )
  }

  /// The rankings without those of which scores are missing, which standard error tells.
  private func stored(_ list: RankingList) throws -> RankingList {
    var missing: Set<String> = []
    for proxy in list.proxies {
      do { _ = try scored([proxy]) } catch let error as CommandError
        where error.status == .missingInput
      {
        missing.insert(proxy.name)
      }
    }
    let kept = list.rankings.filter { ranking in
      ranking.proxies.allSatisfy { !missing.contains($0.name) }
    }
    // Sizes alone are no figure: what is missing is asked for.
    guard kept.contains(where: { $0.proxies.contains { !$0.needs.isEmpty } }) else { return list }
    if kept.count < list.rankings.count {
      let left = list.rankings.map(\.name).filter { name in !kept.contains { $0.name == name } }
      Diagnostics.say(
        "left out, as the store lacks their scores of these networks: "
          + left.joined(separator: ", ") + "; --proxies asks for them")
    }
    return RankingList(kept)
  }

  /// The networks with the scores of some proxies.
  private func scored(_ proxies: [any Proxy]) throws -> ScoredCollection {
    let networks = collection.networks.architectures
    let evaluator = try collection.evaluator(of: proxies)
    let series = proxies.map {
      StoredSeries(
        proxy: $0, settings: evaluator.settingsText(of: $0), seed: evaluator.seed)
    }
    let records = try ScoreSource.stored(
      series, of: networks, in: evaluator.space, store: collection.store,
      arguments: scoreArguments)
    return ScoredCollection(
      networks, of: collection.population, on: collection.dataset,
      scores: records.mapValues { $0.map(\.score) },
      seconds: records.mapValues { $0.reduce(0) { $0 + $1.seconds } / Double(max($0.count, 1)) })
  }

  private func spectra() throws -> Figure {
    let named = try architectures.enumerated().map { number, text in
      let place = architectures.count == 1 ? "architecture" : "architecture \(number + 1)"
      let architecture = try ArchitectureList.parse(text, at: place, in: NASBench201Space())
      return ("index \(architecture.benchmarkIndex)", architecture)
    }
    let figure = try Spectra.figure(
      of: named,
      in: collection.skeleton.space(for: collection.dataset, collection.scoring.recipe),
      settings: collection.scoring.settings,
      seed: collection.running.seed ?? 0, threads: collection.running.threadCount)
    guard let figure else { throw CommandError(.badData, "no architecture has a spectrum") }
    return figure
  }

  /// The arguments of `tfnas evaluate` that compute the scores.
  private var scoreArguments: [String] {
    ScoreArguments.shared(
      of: Self.configuration,
      without: ["--proxies", "--out", "--png", "--store", "--threads", "--ndcg-at", "--at"],
      words: [kind.rawValue])
  }
}
