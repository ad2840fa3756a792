internal import ArgumentParser
internal import Formats

/// `tfnas manual`: the man pages.
struct ManualCommand: Subcommand {
  static let configuration = CommandConfiguration(
    "manual",
    "Writes the man pages of this command and its subcommands.", arguments: "--directory <dir>",
    discussion: "The files are tfnas.1, and tfnas-NAME.1 for each subcommand.",
    examples: ["tfnas manual --directory man", "man man/tfnas-score.1"])

  @Option(
    help: ArgumentHelp("The directory of the pages, made where there is none.", valueName: "dir"),
    completion: .directory)
  var directory: String

  @Flag(help: "Writes into a directory that has something in it, and over pages of the same name.")
  var force = false

  @OptionGroup(title: "Messages") var messages: MessageOptions

  func run() throws {
    let pages = try ManualPage.all()
    let folder = try OutputDirectory(directory, isForced: force)
    for page in pages { try OutputFile(folder.file(page.file), isForced: force).write(page.text) }
    Diagnostics.say("wrote \(pages.count) pages to \(directory)")
  }
}
