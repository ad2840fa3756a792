internal import ArgumentParser
internal import Reports

/// `tfnas query`: what is known of architectures.
struct QueryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "query",
    abstract: "Looks up accuracies, cost and canonical form of architectures.")

  @OptionGroup var list: ArchitectureList
  @OptionGroup(title: "Output") var output: OutputOptions

  func run() throws {
    try Output.write(try QueryReport(list.parsed()), as: output.format)
  }
}
