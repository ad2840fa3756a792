internal import ArgumentParser
internal import Reports

/// `tfnas spaces`: the search spaces that there are.
struct SpacesCommand: Subcommand {
  static let configuration = CommandConfiguration(
    "spaces", "Lists the search spaces, the sizes of their networks, and their populations.",
    examples: ["tfnas spaces", "tfnas spaces --format json"])

  @OptionGroup(title: "Output") var output: OutputOptions
  @OptionGroup(title: "Messages") var messages: MessageOptions

  func run() throws { try output.write(SpaceCatalog()) }
}
