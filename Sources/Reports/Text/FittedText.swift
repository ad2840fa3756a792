/// Texts that are made to fit.
package enum FittedText {
  /// A text on one line of at most so many characters, with dots in its middle where it is longer.
  package static func shortened(_ text: String, to width: Int) -> String {
    guard text.count > width else { return text }
    let mark = String(repeating: ".", count: min(3, max(width, 0)))
    let kept = max(width - mark.count, 0)
    return text.prefix((kept + 1) / 2) + mark + text.suffix(kept / 2)
  }

  /// The lines of a text of which none is longer than so many characters.
  ///
  /// Lines end at spaces, else behind a mark of an architecture or an expression, and only where there is
  /// neither inside of a word.
  package static func wrapped(_ text: String, to width: Int) -> [String] {
    let width = max(width, 1)
    var lines: [String] = []
    var rest = text[...]
    while rest.count > width {
      let part = rest.prefix(width)
      let end: Substring.Index
      if rest[part.endIndex] == " " {
        end = part.endIndex
      } else if let space = part.lastIndex(of: " "), space > part.startIndex {
        end = space
      } else if let mark = part.lastIndex(where: { "|+),*/".contains($0) }) {
        end = part.index(after: mark)
      } else {
        end = part.endIndex
      }
      lines.append(String(rest[..<end]))
      rest = rest[end...].drop { $0 == " " }
    }
    if !rest.isEmpty || lines.isEmpty { lines.append(String(rest)) }
    return lines
  }
}
