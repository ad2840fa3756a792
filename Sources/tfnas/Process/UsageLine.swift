internal import ArgumentParser
internal import Formats
internal import Foundation

/// What is wrong with the arguments, in one line, with what may have been meant and where help is.
struct UsageLine {
  /// The line.
  let text: String

  /// Puts a message of the argument parser into one line.
  ///
  /// - Parameters:
  ///   - message: the message.
  ///   - arguments: the command line, its name first.
  init(_ message: String, _ arguments: [String]) {
    let names = TFNAS.configuration.subcommands.map { $0._commandName }
    var line = Self.joined(message)
    let first = arguments.dropFirst().first
    if let first, !first.hasPrefix("-"), first != "help", !names.contains(first) {
      line = "unknown subcommand '\(first)'" + Suggestion.text(for: first, among: names)
    } else if let hint = Self.hint(of: line) {
      line += hint
    }
    let named = arguments.dropFirst().first { names.contains($0) }
    let help = ["tfnas", named, "--help"].compactMap(\.self).joined(separator: " ")
    text = "\(line) (see \(help))"
  }

  /// A message without line breaks; values that stand below each other come behind each other.
  private static func joined(_ message: String) -> String {
    let lines = message.split(whereSeparator: \.isNewline).map(String.init)
    let values = lines.filter { $0.hasPrefix("  - ") }.map { "'\($0.dropFirst(4))'" }
    let words = lines.filter { !$0.hasPrefix("  - ") }.joined(separator: " ")
    if values.isEmpty { return words }
    return words.replacing("one of the following:", with: "one of ") + PrintableText.list(values)
      + "."
  }

  /// The value nearest to one that is invalid, where the message lists those that are valid.
  private static func hint(of line: String) -> String? {
    guard let start = line.range(of: "The value '"),
      let middle = line.range(of: "' is invalid for", range: start.upperBound..<line.endIndex),
      let list = line.range(of: "Please provide one of", range: middle.upperBound..<line.endIndex)
    else { return nil }
    let value = String(line[start.upperBound..<middle.lowerBound])
    // Texts in quotation marks are every second part.
    let parts = line[list.upperBound...].split(
      separator: "'", omittingEmptySubsequences: false)
    let known = parts.enumerated().filter { !$0.offset.isMultiple(of: 2) }.map {
      String($0.element)
    }
    return Suggestion.nearest(to: value, among: known).map { " Did you mean '\($0)'?" }
  }
}

/// A command as the argument parser describes it: the part of its dump that a man page shows.
struct CommandDescription: Decodable {
  /// An option, a flag or a positional argument.
  struct Argument: Decodable {
    /// One of its names.
    struct Name: Decodable {
      let kind: String
      let name: String

      /// The name with its hyphens.
      var text: String { (kind == "long" ? "--" : "-") + name }
    }

    let kind: String
    let shouldDisplay: Bool
    let sectionTitle: String?
    let isOptional: Bool
    let isRepeating: Bool
    let names: [Name]?
    let valueName: String?
    let defaultValue: String?
    let allValues: [String]?
    let abstract: String?
    let discussion: String?
  }

  let commandName: String
  let abstract: String?
  let discussion: String?
  let subcommands: [CommandDescription]?
  let arguments: [Argument]?

  /// The whole command with its subcommands.
  ///
  /// - Throws: 70 where the parser describes it in a form that is not known here.
  static func whole() throws(CommandError) -> CommandDescription {
    struct Dump: Decodable { let command: CommandDescription }
    do {
      return try JSONDecoder().decode(Dump.self, from: Data(TFNAS._dumpHelp().utf8)).command
    } catch {
      throw CommandError(.bug, "the description of the command cannot be read: \(error)")
    }
  }
}
