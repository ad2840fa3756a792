internal import Scoring

/// A page of the manual, in the macros of `man`.
struct ManualPage {
  /// The name of the file.
  let file: String
  /// The source of the page.
  let text: String

  /// The page of the command and one for each subcommand.
  ///
  /// - Throws: 70 where the command cannot be described.
  static func all() throws(CommandError) -> [ManualPage] {
    let whole = try CommandDescription.whole()
    // The parser's own subcommand for help says nothing that the pages do not.
    let parts = (whole.subcommands ?? []).filter { $0.commandName != "help" }
    return [ManualPage(whole, beside: parts)] + parts.map { ManualPage($0, of: whole.commandName) }
  }

  /// The page of a subcommand.
  private init(_ command: CommandDescription, of parent: String) {
    let title = "\(parent)-\(command.commandName)"
    file = "\(title).1"
    text =
      Self.head(title, command)
      + Self.synopsis("\(parent) \(command.commandName)", command.arguments ?? [])
      + Self.description(command) + Self.options(command.arguments ?? [])
      + Self.examples(command) + Self.end("\(parent)(1)")
  }

  /// The page of the command itself, which lists its subcommands.
  private init(_ command: CommandDescription, beside parts: [CommandDescription]) {
    file = "\(command.commandName).1"
    let list = parts.map { part in
      ".TP\n\\fB\(Self.escaped(part.commandName))\\fR\n\(Self.escaped(part.abstract ?? ""))\n"
    }.joined()
    text =
      Self.head(command.commandName, command)
      + ".SH SYNOPSIS\n\\fB\(command.commandName)\\fR \\fIsubcommand\\fR [\\fIoptions\\fR]\n"
      + Self.description(command) + ".SH SUBCOMMANDS\n" + list + Self.examples(command)
      + Self.end(
        parts.map { "\(command.commandName)-\($0.commandName)(1)" }.joined(separator: ", "))
  }

  // MARK: Parts

  private static func head(_ title: String, _ command: CommandDescription) -> String {
    """
    .TH \(title.uppercased()) 1 "" "tfnas \(packageVersion)" "tfnas manual"
    .SH NAME
    \(escaped(title)) \\- \(escaped(command.abstract ?? ""))

    """
  }

  private static func synopsis(
    _ name: String, _ arguments: [CommandDescription.Argument]
  ) -> String {
    let positional = arguments.filter { $0.kind == "positional" && $0.shouldDisplay }.map {
      let value = "\\fI\(escaped($0.valueName ?? ""))\\fR" + ($0.isRepeating ? " ..." : "")
      return $0.isOptional ? "[\(value)]" : value
    }
    let needed = arguments.filter { $0.kind == "option" && !$0.isOptional && $0.shouldDisplay }.map
    {
      "\\fB\(escaped($0.names?.first?.text ?? ""))\\fR \\fI\(escaped($0.valueName ?? ""))\\fR"
    }
    return ".SH SYNOPSIS\n"
      + (["\\fB\(escaped(name))\\fR"] + positional + needed + ["[\\fIoptions\\fR]"])
      .joined(separator: " ") + "\n"
  }

  private static func description(_ command: CommandDescription) -> String {
    let text = command.discussion.map { split($0).text } ?? ""
    let paragraphs = [command.abstract ?? "", text].filter { !$0.isEmpty }
    return ".SH DESCRIPTION\n"
      + paragraphs.map { escaped($0).split(separator: "\n\n").joined(separator: "\n.PP\n") }
      .joined(separator: "\n.PP\n") + "\n"
  }

  private static func options(_ arguments: [CommandDescription.Argument]) -> String {
    var titles: [String] = []
    var sections: [String: [CommandDescription.Argument]] = [:]
    for argument in arguments where argument.shouldDisplay {
      let title =
        argument.kind == "positional" ? "Arguments" : argument.sectionTitle ?? "Options"
      if sections[title] == nil { titles.append(title) }
      sections[title, default: []].append(argument)
    }
    return titles.map { title in
      ".SH \"\(escaped(title.uppercased()))\"\n"
        + sections[title, default: []].map(item).joined()
    }.joined()
  }

  private static func item(_ argument: CommandDescription.Argument) -> String {
    let value = argument.valueName.map { "\\fI\(escaped($0))\\fR" }
    let names = (argument.names ?? []).map { "\\fB\(escaped($0.text))\\fR" }
    let head =
      argument.kind == "positional"
      ? value ?? "" : names.joined(separator: ", ") + (value.map { " " + $0 } ?? "")
    var text = [argument.abstract, argument.discussion].compactMap(\.self).joined(separator: " ")
    if let values = argument.allValues, !values.isEmpty {
      text += " One of \(values.joined(separator: ", "))."
    }
    if let usual = argument.defaultValue { text += " (default: \(usual))" }
    return ".TP\n\(head)\n\(escaped(text.split(separator: "\n").joined(separator: " ")))\n"
  }

  private static func examples(_ command: CommandDescription) -> String {
    guard let lines = command.discussion.map({ split($0).examples }), !lines.isEmpty else {
      return ""
    }
    return ".SH EXAMPLES\n" + lines.map { ".PP\n.nf\n\(escaped($0))\n.fi\n" }.joined()
  }

  private static func end(_ others: String) -> String {
    """
    .SH ENVIRONMENT
    .TP
    COLUMNS
    The width of tables and of progress, before that of the terminal.
    .TP
    NO_COLOR
    Turns bold and red off where it is not empty.
    .SH "EXIT STATUS"
    0 done, 1 a value differs from the published one, 64 usage, 65 bad input data, 66 input missing, 69 \
    unsupported operator, 70 a fault of this program, 73 cannot write, 75 incomplete but safe to run again.
    .SH "SEE ALSO"
    \(escaped(others))

    """
  }

  /// A discussion without its examples, and these.
  private static func split(_ discussion: String) -> (text: String, examples: [String]) {
    guard let start = discussion.firstRange(of: "Examples:\n") else { return (discussion, []) }
    let text = discussion[..<start.lowerBound].trimmingSuffix(while: \.isWhitespace)
    return (
      String(text),
      discussion[start.upperBound...].split(separator: "\n").map {
        String($0.drop(while: \.isWhitespace))
      }
    )
  }

  /// A text whose characters all stand for themselves.
  private static func escaped(_ text: String) -> String {
    let marked = text.replacing("\\", with: "\\e").replacing("-", with: "\\-")
    // A line that begins with a point or an apostrophe would be a request.
    return marked.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      line.hasPrefix(".") || line.hasPrefix("'") ? "\\&" + line : String(line)
    }.joined(separator: "\n")
  }
}

extension Substring {
  fileprivate func trimmingSuffix(while matches: (Character) -> Bool) -> Substring {
    let end = lastIndex { !matches($0) }.map { index(after: $0) } ?? startIndex
    return self[..<end]
  }
}
