internal import ArgumentParser
internal import Formats
internal import Reports
internal import Scoring
internal import SpaceFiles
internal import Spaces
internal import Tensors

/// `tfnas spaces`: the search spaces that there are, or what a file of a space holds.
struct SpacesCommand: Subcommand {
  static let configuration = CommandConfiguration(
    "spaces", "Lists the search spaces, or says what the file of a space holds.",
    arguments: "[<space.yaml>]",
    discussion: """
      Of a file it prints how many networks there are, the smallest and largest costs, drawn networks, and \
      what of the file is never used. With --format csv or jsonl it prints the drawn networks alone.
      """,
    examples: [
      "tfnas spaces", "tfnas spaces --format json",
      "tfnas spaces Examples/Spaces/resnet.yaml --draw 3",
    ])

  @Argument(
    help: ArgumentHelp("The file of a space.", valueName: "space.yaml"),
    completion: .file(extensions: ["yaml", "yml"]))
  var file: String?

  @Option(help: "Networks that are drawn from the file. (default: 1)")
  var draw: Int?

  @Option(help: "The seed of the draws. (default: 0)")
  var seed: UInt64?

  @Flag(help: "Writes the JSON schema of files of spaces, for editors.")
  var schema = false

  @OptionGroup(title: "Output") var output: OutputOptions
  @OptionGroup(title: "Messages") var messages: MessageOptions

  func validate() throws {
    try check("--draw", draw, in: 0...1_000_000)
    let given = [draw.map { _ in "--draw" }, seed.map { _ in "--seed" }].compactMap(\.self)
    if file == nil, let option = given.first {
      throw ValidationError("\(option) belongs to the file of a space")
    }
    if schema, file != nil { throw ValidationError("--schema takes no file: it is that of all") }
  }

  func run() throws {
    if schema { return try Output.write(SpaceSchema.json.pretty + "\n") }
    guard let file else { return try output.write(SpaceCatalog()) }
    if AllSpaces.named(file) != nil {
      throw CommandError(
        .usage, "'\(file)' is a space of this tool, which spaces lists; it looks into YAML files")
    }
    let space = try SpaceFileInput.space(file)
    let drawn = (0..<(draw ?? 1)).map { number in
      var indices = StreamIndices(
        RandomStream(seed: seed ?? 0, text: "", purpose: "draw", index: number))
      return space.draw(using: &indices)
    }
    try output.write(SpaceFileReport(space, drawn: drawn))
  }
}
