/// Lines for a shell, as documents and help have them.
package enum ShellLine {
  package struct Unfinished: Error { package let line: String }

  /// The words of a line up to a comment, a pipe, a redirection or the end of a command.
  package static func words(of line: String) throws -> [String] {
    var words: [String] = []
    var word = ""
    var hasWord = false
    var quote: Character?
    for character in line {
      if let open = quote {
        if character == open { quote = nil } else { word.append(character) }
        continue
      }
      switch character {
      case "'", "\"": (quote, hasWord) = (character, true)
      case " ":
        if hasWord || !word.isEmpty { words.append(word) }
        (word, hasWord) = ("", false)
      case "#" where word.isEmpty && !hasWord, "|" where word.isEmpty && !hasWord,
        ">" where word.isEmpty && !hasWord, ";":
        if hasWord || !word.isEmpty { words.append(word) }
        return words
      default: word.append(character)
      }
    }
    if quote != nil { throw Unfinished(line: line) }
    if hasWord || !word.isEmpty { words.append(word) }
    return words
  }
}
