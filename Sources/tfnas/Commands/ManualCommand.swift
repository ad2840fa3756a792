internal import ArgumentParser

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

  @OptionGroup(title: "Messages") var messages: MessageOptions

  func run() throws {
    let pages = try ManualPage.all()
    try OutputFile.makeDirectory(directory)
    for page in pages {
      let path = directory + (directory.hasSuffix("/") ? "" : "/") + page.file
      try OutputFile.write(page.text, to: path)
    }
    Diagnostics.say("wrote \(pages.count) pages to \(directory)")
  }
}
