internal import ArgumentParser
internal import Reports
internal import Spaces
internal import Studies
internal import Tensors

/// `tfnas conformance`: every proxy on fixed inputs that any implementation can make.
struct ConformanceCommand: ComputingCommand {
  static let configuration = CommandConfiguration(
    "conformance", "Computes every proxy on portable inputs, for checking this or another program.",
    discussion: """
      Without --cell all published configurations are computed, and the exit code is 1 if a value \
      differs from the published one.
      """,
    examples: ["tfnas conformance", "tfnas conformance --cell 1462 --batch 4 --format json"])

  @Option(
    help: ArgumentHelp(
      "A cell as architecture string, benchmark index or operation tuple.", valueName: "arch"))
  var cell: String?

  @Option(help: "Channels of the first stage. (default: 4)") var width: Int?
  @Option(help: "Cells of each of the three stages. (default: 1)") var cells: Int?
  @Option(help: "Outputs of the classifier. (default: 10)") var classes: Int?
  @Option(help: "Rows and columns of an image. (default: 8)") var resolution: Int?
  @Option(help: "Images of the minibatch. (default: 8)") var batch: Int?
  @Option(help: "The element type of activations.") var precision = Precision.double

  @OptionGroup var processor: ProcessorOptions

  @OptionGroup(title: "Output") var output: OutputOptions
  @OptionGroup(title: "Messages") var messages: MessageOptions

  func validate() throws {
    try check("--width", width, in: 1...4096)
    try check("--cells", cells, in: 1...1000)
    try check("--classes", classes, in: 2...100_000)
    try check("--resolution", resolution, in: 1...4096)
    try check("--batch", batch, in: 1...65_536)
    try checkMinibatch(batch ?? 8, resolution: resolution ?? 8)
    let sizes = [
      ("--width", width), ("--cells", cells), ("--classes", classes),
      ("--resolution", resolution), ("--batch", batch),
    ]
    if cell == nil, let size = sizes.first(where: { $0.1 != nil }) {
      throw ValidationError("\(size.0) needs --cell: the published cells have their own sizes")
    }
  }

  func run() throws {
    let threads = processor.threadCount
    guard let cell else { return try compare(threads: threads) }
    let configuration = ConformanceConfiguration(
      cell: try ArchitectureList.parse(cell, at: "--cell", in: NASBench201Space()),
      width: width ?? 4,
      cells: cells ?? 1, classes: classes ?? 10, resolution: resolution ?? 8, batch: batch ?? 8,
      precision: precision)
    let result = try conformance(configuration, threads: threads)
    try output.write(ConformanceReport(configuration, result))
  }

  private func compare(threads: Int) throws {
    let comparison = ConformanceComparison(
      try PublishedCase.all.map { published in
        let published = published.with(precision: precision)
        return (
          published,
          try conformance(
            published.configuration, threads: threads, names: published.names)
        )
      })
    try output.write(comparison)
    guard comparison.agrees else {
      let differing = comparison.rows.filter { !$0.agrees }
      let names = differing.prefix(3).map { "\($0.label) \($0.name)" }.joined(separator: ", ")
      throw CommandError(
        .differs,
        "\(counted(differing.count, "value")) differ\(differing.count == 1 ? "s" : "") from "
          + "what is published: \(names)"
          + (differing.count > 3 ? ", ..." : ""))
    }
  }
}
