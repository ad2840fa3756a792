internal import ArgumentParser
internal import Reports

/// `tfnas spaces`: the search spaces that there are.
struct SpacesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "spaces", abstract: "Lists the search spaces and their populations.")

  @OptionGroup(title: "Output") var output: OutputOptions

  func run() throws { try Output.write(SpaceCatalog(), as: output.format) }
}
