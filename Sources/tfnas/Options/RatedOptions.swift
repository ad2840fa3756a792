internal import ArgumentParser
internal import Reports
internal import Scoring
internal import Spaces

/// Networks of any space with known accuracies, and how they are scored.
struct RatedOptions: ParsableArguments {
  @OptionGroup var spaceOptions: SpaceOptions
  @OptionGroup var tasks: TaskOptions
  @OptionGroup var file: AccuracyFileOptions

  @Option(
    help:
      "The networks to draw from, in \(NASBench201Space.name). (default: \(Self.usual.rawValue))")
  var population: NASBench201Population?

  @Option(help: "Networks to draw. (default: all)")
  var sample: Int?

  @Option(help: "The seed of the draw. (default: 0)")
  var sampleSeed: UInt64?

  @OptionGroup var stored: StoreOptions

  @OptionGroup(title: "Sizes") var image: ImageOptions
  @OptionGroup(title: "Sizes") var skeleton: SkeletonOptions
  @OptionGroup(title: "Setting") var scoring: ScoringOptions
  @OptionGroup(title: "Images") var imageSource: ImageSourceOptions
  @OptionGroup(title: "Run") var running: RunOptions

  /// Live cells are those of publications.
  private static let usual = NASBench201Population.live

  /// Networks of a space beside their accuracies.
  struct Rated<Space: ListedSpace> {
    let architectures: [Space.Architecture]
    let networks: RatedNetworks

    /// Those of the networks that a test keeps.
    func filter(_ isKept: (Space.Architecture) -> Bool) -> Rated {
      let numbers = architectures.indices.filter { isKept(architectures[$0]) }
      return Rated(
        architectures: numbers.map { architectures[$0] }, networks: networks.selecting(numbers))
    }
  }

  /// The population of NAS-Bench-201 that is drawn from, `nil` for accuracies of other networks.
  var cells: NASBench201Population? {
    spaceOptions.name == NASBench201Space.name && file.accuracies == nil
      ? population ?? Self.usual : nil
  }

  func validate() throws {
    try check("--sample", sample, in: 1...1_000_000_000)
    let space = try sized()
    try checkMinibatch(scoring.settings.batch, shape: space.inputShape)
    if population != nil, cells == nil {
      throw ValidationError("--population belongs to the accuracies of \(NASBench201Space.name)")
    }
    if file.accuracies == nil { try checkSample(in: space) }
  }

  private func checkSample(in space: some ListedSpace) throws {
    guard let sample, let task = try tasks.task(in: space) else { return }
    if let cells, sample > cells.count {
      throw ValidationError(
        "--sample \(sample) is more than the \(cells.count) networks of population "
          + cells.rawValue)
    }
    if let count = space.accuracies(on: task)?.architectures.count, sample > count {
      throw ValidationError(
        "--sample \(sample) is more than the \(count) networks of \(space.name) on record")
    }
  }

  /// The space with the sizes of the task and of options.
  ///
  /// - Throws: a usage error where no accuracies are known.
  func sized() throws -> any ListedSpace {
    var space = try spaceOptions.usual
    if file.accuracies == nil {
      guard let task = try tasks.task(in: space) else {
        throw ValidationError(
          "\(space.name) has no accuracies on record; --accuracies FILE brings some")
      }
      space.sizes = task.sizes
    } else if let name = tasks.name {
      throw ValidationError("--task \(name) conflicts with --accuracies, which brings its own")
    }
    return try skeleton.applied(to: image.applied(to: space, scoring.recipe))
  }

  /// The networks that are asked for; says on standard error what is ignored.
  ///
  /// - Throws: 65 with what is wrong in the file, 66 where it cannot be read.
  func rated<Space: ListedSpace>(in space: Space) throws -> Rated<Space> {
    let task = try tasks.task(in: space)
    let read = try file.read(in: space)
    guard let table = read?.table ?? task.flatMap({ space.accuracies(on: $0) }) else {
      throw ValidationError("\(space.name) has no accuracies on record")
    }
    // A device may not run all of a population.
    let members =
      (cells?.architectures as? [Space.Architecture])?.filter { table.place(of: $0) != nil }
      ?? table.architectures
    let drawn = try drawn(members)
    return Rated(
      architectures: drawn,
      networks: RatedNetworks(
        drawn, of: table, in: space, task: read?.column ?? task?.name ?? "",
        title: read?.column ?? task?.measure ?? "", file: read?.file,
        population: cells,
        members: members))
  }

  private func drawn<Architecture>(_ members: [Architecture]) throws -> [Architecture] {
    guard let sample else {
      if sampleSeed != nil {
        Diagnostics.say(
          "--sample-seed is ignored: without --sample "
            + (cells == nil ? "all networks are used" : "the whole population is used"))
      }
      return members
    }
    guard sample <= members.count else {
      throw CommandError(
        .usage,
        "--sample \(sample) is more than the \(counted(members.count, "network")) of the file")
    }
    return members.sample(count: sample, seed: sampleSeed ?? 0)
  }

  /// What computes the scores of proxies, and names their records.
  ///
  /// - Throws: 64, 65 or 66 with what stands in the way.
  func evaluator<Space: ListedSpace>(
    of proxies: [any Proxy], in space: Space
  ) throws -> Evaluator<Space> {
    Evaluator(
      space: space, proxies: proxies, settings: scoring.settings, seed: running.seed ?? 0,
      threads: running.threadCount,
      images: try imageSource.source(
        for: proxies, settings: scoring.settings, shape: space.inputShape,
        classes: space.sizes.classes))
  }
}
