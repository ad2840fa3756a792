internal import ArgumentParser
internal import Reports
internal import Scoring
internal import Spaces

/// `tfnas query`: what is known of architectures.
struct QueryCommand: Subcommand {
  static let configuration = CommandConfiguration(
    "query",
    "Looks up accuracies, cost and canonical form of architectures.", arguments: "<arch|file> ...",
    discussion: """
      In \(NASBench201Space.name) these are the facts of the benchmark on its three data sets; \
      in a space without a benchmark the costs alone.
      """,
    examples: [
      "tfnas query 13714",
      "tfnas query cells.txt --format csv",
      "tfnas query --space mobilenet-v2 chains.txt --columns flops,parameters,layers",
    ])

  @OptionGroup var list: ArchitectureList
  @OptionGroup var space: SpaceOptions
  @OptionGroup(title: "Sizes") var image: ImageOptions
  @OptionGroup(title: "Output") var output: OutputOptions
  @OptionGroup(title: "Messages") var messages: MessageOptions

  func validate() throws {
    _ = try image.applied(to: space.usual)
    let given = [
      image.classes.map { _ in "--classes" }, image.resolution.map { _ in "--resolution" },
    ].compactMap(\.self)
    if space.name == NASBench201Space.name, let option = given.first {
      throw ValidationError(
        "\(option) conflicts with the benchmark, which has data sets of its own")
    }
  }

  func run() throws {
    let space = try image.applied(to: space.usual)
    if let cells = space as? NASBench201Space {
      return try output.write(try QueryReport(list.parsed(in: cells)))
    }
    try writeCosts(in: space)
  }

  private func writeCosts<Space: ListedSpace>(in space: Space) throws {
    let tasks = space.tasks.compactMap { task in
      space.accuracies(on: task).map { (task: task, table: $0) }
    }
    try output.write(
      CostReport(
        space: space.name, counting: Space.layerCounting, sizes: space.sizes,
        tasks: tasks.map(\.task),
        entries: try list.parsed(in: space).map { architecture in
          CostReport.Entry(
            architecture: architecture.description, costs: try space.costs(of: architecture),
            findings: tasks.map { $0.table.finding(of: architecture) })
        }))
  }
}

extension TaskAccuracies {
  /// The accuracy of a network and its position among all of the table, `nil` where it is not on record.
  fileprivate func finding(of architecture: Architecture) -> CostReport.Finding? {
    accuracy(of: architecture).map { accuracy in
      CostReport.Finding(
        accuracy: accuracy, position: 1 + accuracies.count { $0 > accuracy },
        networks: accuracies.count)
    }
  }
}
