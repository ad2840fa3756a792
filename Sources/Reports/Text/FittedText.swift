internal import Foundation

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

/// A number with some decimals, a dash where there is none.
package func decimals(_ number: Double?, _ places: Int) -> String {
  number.map { String(format: "%.\(places)f", $0) } ?? "-"
}

/// A number with some significant digits.
func significant(_ number: Double, _ digits: Int = 6) -> String {
  String(format: "%.\(digits)g", number)
}

/// A whole number with a comma between thousands.
package func grouped(_ number: Int) -> String {
  var digits = String(number.magnitude)
  var place = digits.count - 3
  while place > 0 {
    digits.insert(",", at: digits.index(digits.startIndex, offsetBy: place))
    place -= 3
  }
  return number < 0 ? "-" + digits : digits
}

/// A count of something, such as `1 network` or `9,445 networks`.
package func counted(_ number: Int, _ noun: String, plural: String? = nil) -> String {
  "\(grouped(number)) \(number == 1 ? noun : plural ?? noun + "s")"
}

/// Millions with their unit, such as `82.49M`.
func millionsText(_ millions: Double) -> String { significant(millions, 4) + "M" }

/// A count in millions with their unit, such as `82.49M`.
func millionsText(_ count: Int) -> String { millionsText(millions(count)) }

/// Names with a value each, a line for each; long values go on in the next line.
struct FactList {
  private var facts: [(name: String, value: String)] = []

  /// Adds a fact.
  mutating func add(_ name: String, _ value: String) { facts.append((name, value)) }

  /// The lines, each with an end of line.
  func text(_ layout: TableLayout) -> String {
    let names = facts.map(\.name.count).max() ?? 0
    return facts.map { name, value in
      let room = layout.width.map { max($0 - names - 2, 20) } ?? .max
      let head = name + String(repeating: " ", count: names - name.count + 2)
      let next = String(repeating: " ", count: names + 2)
      return FittedText.wrapped(value, to: room).enumerated().map { number, line in
        (number == 0 ? head : next) + line + "\n"
      }.joined()
    }.joined()
  }
}

/// Bytes in the largest unit that leaves a whole part.
func byteText(_ bytes: Int) -> String {
  let units: [(String, Int)] = [("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1_000)]
  guard let (unit, size) = units.first(where: { bytes >= $0.1 }) else { return "\(bytes) B" }
  let tenths = (bytes * 10 + size / 2) / size
  return "\(tenths / 10).\(tenths % 10) \(unit)"
}
