internal import ArgumentParser
internal import Distribution
internal import Reports

/// `tfnas status`: how far a run on a shared folder is.
struct StatusCommand: Subcommand {
  static let configuration = CommandConfiguration(
    "status", "Says how far a run is that workers share with --join.", arguments: "<dir>",
    discussion: """
      What is done, computed at the moment, failed and left, how fast all workers together are, when they \
      will have ended at this rate, who they are, and the command that goes on. A search also has its rounds, \
      and does not know to the last network how many there will be. Nothing is changed.
      """,
    examples: ["tfnas status run", "tfnas status run --format json"])

  @Argument(help: "The folder.", completion: .directory) var folder: String

  @OptionGroup(title: "Output") var output: OutputOptions
  @OptionGroup(title: "Messages") var messages: MessageOptions

  func run() throws {
    try output.check(header: StatusReport.header)
    try output.write(
      StatusReport(folder: folder, try SharedRuns(in: folder).statuses()))
  }
}
