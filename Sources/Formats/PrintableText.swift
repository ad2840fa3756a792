/// Foreign text within a line that a terminal shows.
package enum PrintableText {
  /// A text as one line: control characters, line breaks and marks of direction escaped, the rest as it
  /// is.
  package static func line(_ text: some StringProtocol) -> String {
    var line = ""
    for scalar in text.unicodeScalars {
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator:
        line += "\\u{\(String(scalar.value, radix: 16))}"
      default: line.unicodeScalars.append(scalar)
      }
    }
    return line
  }

  /// Names in a sentence: `a`, `a or b`, `a, b or c`.
  ///
  /// - Parameters:
  ///   - names: the names; nothing gives an empty text.
  ///   - word: what stands before the last one.
  /// - Returns: the names with commas between them.
  package static func list(_ names: some Sequence<String>, _ word: String = "or") -> String {
    let names = Array(names)
    guard names.count > 1 else { return names.joined() }
    return names.dropLast().joined(separator: ", ") + " \(word) \(names[names.count - 1])"
  }

  /// The beginning of such a line.
  static func line(_ text: String, limit: Int) -> String {
    let shown = line(String(text.unicodeScalars.prefix(limit)))
    return text.unicodeScalars.count > limit ? shown + "..." : shown
  }
}

/// Words of a command line that is shown to be copied.
package enum ShellText {
  /// Words in one line, each quoted where a shell would read something else.
  package static func quoted(_ words: [String]) -> String {
    words.map(quoted).joined(separator: " ")
  }

  /// A word as a shell has to be given it.
  package static func quoted(_ word: String) -> String {
    let isPlain =
      !word.isEmpty
      && word.unicodeScalars.allSatisfy { scalar in
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", "-", "_", ".", "/", ",", ":", "=", "+", "@": true
        default: false
        }
      }
    return isPlain ? word : "'" + word.replacing("'", with: "'\\''") + "'"
  }
}
