internal import ArgumentParser
internal import Formats
internal import Scoring
internal import Spaces
internal import Tensors

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

  /// The space with its sizes and the architecture; the space may stand before the architecture, as in
  /// `tfnas search`.
  private func named() throws -> (space: any ListedSpace, architecture: String) {
    var first: SpaceName?
    if words.count == 2 { first = SpaceName(argument: words[0]) }
    guard let first else {
      if words.count != 1 {
        let spaces = SpaceName.allValueStrings.map { "'\($0)'" }
        throw ValidationError(
          "one architecture is exported, not \(words.count); spaces are "
            + PrintableText.list(spaces, "and"))
      }
      if SpaceName(argument: words[0]) != nil {
        throw ValidationError("Missing expected argument '<arch>': \(words[0]) is a space")
      }
      return (try spaceOptions.sized(image, skeleton), words[0])
    }
    if let other = spaceOptions.space, other != first {
      throw ValidationError("--space \(other.text) conflicts with \(first.text)")
    }
    return (try skeleton.applied(to: image.applied(to: first.space())), words[1])
  }

  func validate() throws { _ = try named() }

  func run() throws {
    let (space, architecture) = try named()
    try export(architecture, of: space)
  }

  private func export<Space: ListedSpace>(_ text: String, of space: Space) throws {
    let paths = try NetworkFiles(directory: directory, isForced: force, model: model.form)
      .exportNetwork(
        ArchitectureList.parse(text, at: "architecture", in: space), of: space, seed: seed)
    let (sizes, shape) = (space.sizes, space.inputShape)
    Diagnostics.say(
      "a network of \(space.name) for \(sizes.classes) classes and images of "
        + "\(shape.height)x\(shape.width) pixels, with the weights of seed \(seed)")
    try Output.write(paths.map { $0 + "\n" }.joined())
  }
}
