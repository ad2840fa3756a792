internal import ArgumentParser
internal import Foundation

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
