internal import ArgumentParser
internal import Spaces

/// `tfnas export`: a network as files for other programs.
struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Writes a network as JSON graph, PyTorch module and safetensors.",
    discussion: """
      The files are network.json, network.py, weights.safetensors and architecture.txt. The weights \
      are those that tfnas score draws with the same seed and sizes; the network is not trained.
      """)

  @Argument(help: "The search space.")
  var space: SpaceName

  @Argument(
    help: ArgumentHelp("The architecture in a notation of its space.", valueName: "arch"))
  var architecture: String

  @Option(
    help: ArgumentHelp("The directory of the files, made where there is none.", valueName: "dir"))
  var directory: String

  @Flag(help: "Writes over files that are there.")
  var force = false

  @Option(help: "The seed of the weights.")
  var seed: UInt64 = 0

  @Option(help: "Outputs of the classifier. (default: 10; 1000 for mobilenet-v2)")
  var classes: Int?

  @Option(help: "Rows and columns of an image. (default: 32; 224 for mobilenet-v2)")
  var resolution: Int?

  @Option(help: "Channels of the first stage, nas-bench-201 alone. (default: 16)")
  var width: Int?

  @Option(help: "Cells of each of the three stages, nas-bench-201 alone. (default: 5)")
  var cells: Int?

  func validate() throws {
    try check("--classes", classes, in: 2...100_000)
    try check("--resolution", resolution, in: 1...4096)
    try check("--width", width, in: 1...4096)
    try check("--cells", cells, in: 1...1000)
    let ofCells = [width.map { _ in "--width" }, cells.map { _ in "--cells" }].compactMap(\.self)
    if space != .nasBench201, let option = ofCells.first {
      throw ValidationError("\(option) belongs to nas-bench-201: \(space.rawValue) has no cells")
    }
  }

  func run() throws {
    let files = NetworkFiles(directory: directory, isForced: force)
    let paths: [String]
    switch space {
    case .nasBench201:
      let standard = NASBench201Skeleton()
      paths = try files.exportNetwork(
        ArchitectureList.parse(architecture, at: "architecture"),
        of: NASBench201Space(
          skeleton: NASBench201Skeleton(
            channels: width ?? standard.channels, cells: cells ?? standard.cells,
            classes: classes ?? standard.classes, resolution: resolution ?? standard.resolution)),
        seed: seed)
    case .mobileNetV2:
      let standard = MobileNetV2Space()
      paths = try files.exportNetwork(
        ArchitectureList.parseBlocks(architecture, at: "architecture"),
        of: MobileNetV2Space(
          classes: classes ?? standard.classes, resolution: resolution ?? standard.resolution),
        seed: seed)
    }
    try Output.write(paths.map { $0 + "\n" }.joined())
  }
}
