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
      In \(SpaceName.nasBench201.rawValue) these are the facts of the benchmark on its three data sets; \
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
    try image.check(in: space.name)
    let given = [
      image.classes.map { _ in "--classes" }, image.resolution.map { _ in "--resolution" },
    ].compactMap(\.self)
    if space.name == .nasBench201, let option = given.first {
      throw ValidationError(
        "\(option) conflicts with the benchmark, which has data sets of its own")
    }
  }

  func run() throws {
    switch space.name {
    case .nasBench201: try output.write(try QueryReport(list.parsed()))
    case .mobileNetV2:
      let sizes = image.sizes(in: space.name)
      let space = MobileNetV2Space(classes: sizes.classes, resolution: sizes.resolution)
      let architectures = try list.parsed { text, place throws(CommandError) in
        try ArchitectureList.parseBlocks(text, at: place)
      }
      try output.write(
        CostReport(
          space: MobileNetV2Space.name, counting: MobileNetV2Space.layerCounting, sizes: sizes,
          entries: try architectures.map {
            CostReport.Entry(architecture: $0.description, costs: try space.costs(of: $0))
          }))
    }
  }
}
