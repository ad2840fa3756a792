internal import Foundation

/// The completion scripts of the argument parser, mended where they stand in the way.
enum CompletionScript {
  /// A text that the parser writes, mended if it is a script for a shell.
  ///
  /// The script for Bash completes nothing where it knows nothing: with it, names of files are completed
  /// there as without it.
  ///
  /// - Parameters:
  ///   - text: what the parser writes.
  ///   - arguments: the command line that asked for it.
  /// - Returns: the text that is written.
  static func mended(_ text: String, _ arguments: [String]) -> String {
    guard arguments.contains("--generate-completion-script") else { return text }
    return text.replacingOccurrences(
      of: "complete -o filenames -F", with: "complete -o filenames -o bashdefault -o default -F")
  }
}
