internal import ArgumentParser

/// How much is said on standard error.
struct MessageOptions: ParsableArguments {
  @Flag(name: .shortAndLong, help: "Says nothing but why a run failed.")
  var quiet = false

  @Flag(
    name: .shortAndLong,
    help: "Says also what is computed, with which settings, and each network as it is done.")
  var verbose = false

  @Flag(help: "Does not tell how far the work is.")
  var noProgress = false

  func validate() throws {
    if quiet, verbose { throw ValidationError("--quiet and --verbose exclude each other") }
  }

  /// Chooses what is said from now on.
  func apply() {
    Messages.choose(quiet ? .quiet : verbose ? .verbose : .normal, hasProgress: !noProgress)
  }
}

/// A subcommand: it has examples, and says as much as it is asked to.
protocol Subcommand: ParsableCommand {
  /// How much is said.
  var messages: MessageOptions { get }
}

extension CommandConfiguration {
  /// A subcommand whose help has examples.
  ///
  /// - Parameters:
  ///   - name: the name.
  ///   - abstract: what it does, in a sentence.
  ///   - arguments: what stands behind the name in the line that shows how it is used.
  ///   - discussion: what else is to be known.
  ///   - examples: lines for a shell, each perhaps with a comment.
  init(
    _ name: String, _ abstract: String, arguments: String = "", discussion: String = "",
    examples: [String]
  ) {
    let lines = "Examples:\n" + examples.map { "  " + $0 }.joined(separator: "\n")
    self.init(
      commandName: name, abstract: abstract,
      usage: ["tfnas", name, arguments, "[<options>]"].filter { !$0.isEmpty }
        .joined(separator: " "),
      discussion: discussion.isEmpty ? lines : discussion + "\n\n" + lines)
  }
}
