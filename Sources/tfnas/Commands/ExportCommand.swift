internal import ArgumentParser
internal import Scoring
internal import Spaces

/// `tfnas export`: a network as files for other programs.
struct ExportCommand: Subcommand {
  static let configuration = CommandConfiguration(
    "export",
    "Writes a network as JSON graph, PyTorch module, safetensors and ONNX model.",
    arguments: "<arch> --directory <dir>",
    discussion: """
      The files are network.json, network.py, weights.safetensors and architecture.txt, with --onnx \
      network.onnx too. The weights \
      are those that tfnas score draws with the same seed and sizes; the network is not trained.
      """,
    examples: [
      "tfnas export 13714 --directory cell",
      "tfnas export 13714 --directory cell --onnx",
      "tfnas export --space mobilenet-v2 'SuperConvK3BNRELU(3,8,2,1)' --directory out",
    ])

  @Argument(
    help: ArgumentHelp("The architecture in a notation of its space.", valueName: "arch"))
  var words: [String]

  @OptionGroup var spaceOptions: SpaceOptions

  @Option(
    help: ArgumentHelp("The directory of the files, made where there is none.", valueName: "dir"),
    completion: .directory)
  var directory: String

  @Flag(help: "Writes into a directory that has something in it, and over its files.")
  var force = false

  @OptionGroup var model: ONNXExportOptions

  @Option(help: "The seed of the weights.")
  var seed: UInt64 = 0

  @OptionGroup(title: "Sizes") var image: ImageOptions
  @OptionGroup(title: "Sizes") var skeleton: SkeletonOptions
  @OptionGroup(title: "Messages") var messages: MessageOptions

  /// The space and the architecture; the space may stand before the architecture, as in `tfnas search`.
  private func named() throws -> (space: SpaceName, architecture: String) {
    guard words.count == 2, let space = SpaceName(rawValue: words[0]) else {
      let spaces = SpaceName.allCases.map { "'\($0.rawValue)'" }.joined(separator: " and ")
      if words.count != 1 {
        throw ValidationError(
          "one architecture is exported, not \(words.count); spaces are \(spaces)")
      }
      if SpaceName(rawValue: words[0]) != nil {
        throw ValidationError("Missing expected argument '<arch>': \(words[0]) is a space")
      }
      return (spaceOptions.name, words[0])
    }
    if let other = spaceOptions.space, other != space {
      throw ValidationError("--space \(other.rawValue) conflicts with \(space.rawValue)")
    }
    return (space, words[1])
  }

  func validate() throws {
    let space = try named().space
    try skeleton.check(in: space)
    try image.check(in: space)
  }

  func run() throws {
    let files = NetworkFiles(directory: directory, isForced: force, model: model.form)
    let (space, architecture) = try named()
    let sizes = image.sizes(in: space)
    let paths: [String] =
      switch space {
      case .nasBench201:
        try files.exportNetwork(
          ArchitectureList.parse(architecture, at: "architecture"), of: skeleton.space(sizes),
          seed: seed)
      case .mobileNetV2:
        try files.exportNetwork(
          ArchitectureList.parseBlocks(architecture, at: "architecture"),
          of: MobileNetV2Space(classes: sizes.classes, resolution: sizes.resolution), seed: seed)
      }
    Diagnostics.say(
      "a network of \(space.rawValue) for \(sizes.classes) classes and images of "
        + "\(sizes.resolution)x\(sizes.resolution) pixels, with the weights of seed \(seed)")
    try Output.write(paths.map { $0 + "\n" }.joined())
  }
}
