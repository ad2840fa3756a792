internal import Formats

/// A place in a text file; lines and columns count from 1.
public struct TextPlace: Hashable, Sendable, Comparable {
  /// The line.
  public var line: Int
  /// The Unicode scalar within the line.
  public var column: Int

  /// Creates a place.
  public init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }

  /// The place so many characters behind this one, on the same line.
  func moved(by count: Int) -> TextPlace { TextPlace(line: line, column: column + count) }

  /// Whether one place is before another.
  public static func < (first: TextPlace, second: TextPlace) -> Bool {
    (first.line, first.column) < (second.line, second.column)
  }
}

/// What is wrong with the file of a search space, and where.
public struct SpaceFileError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The name of the file.
  public let file: String
  /// Where the offending token stands.
  public let place: TextPlace
  /// What is wrong, and what was expected.
  public let problem: String

  /// One line that names file, line and column.
  public var description: String {
    PrintableText.line("\(file):\(place.line):\(place.column): \(problem)")
  }
}

/// What is wrong at a place of a file that is being read.
struct SpaceFault: Error {
  var place: TextPlace
  var problem: String

  init(_ place: TextPlace, _ problem: String) {
    self.place = place
    self.problem = problem
  }

  /// A token that is none of those that may stand there.
  static func unexpected(
    _ kind: String, _ token: String, at place: TextPlace, expected: some Sequence<String>
  ) -> SpaceFault {
    SpaceFault(place, "unknown \(kind) \(quoted(token)); expected \(alternatives(expected))")
  }

  /// `a, b or c`.
  static func alternatives(_ names: some Sequence<String>) -> String {
    let list = PrintableText.list(names)
    return list.isEmpty ? "nothing" : list
  }

  /// The same of many names: those that are nearest to a token, and how many others there are.
  static func alternatives(_ names: [String], near token: String) -> String {
    let limit = 12
    guard names.count > limit else { return alternatives(names) }
    let distances = names.map { Suggestion.distance(token, $0) }
    let nearest = names.indices.sorted { (distances[$0], $0) < (distances[$1], $1) }.prefix(limit)
    return nearest.map { names[$0] }.joined(separator: ", ")
      + " or one of \(names.count - limit) more"
  }

  /// A token in quotation marks, cut where it is long.
  static func quoted(_ token: String) -> String {
    let shown = String(token.unicodeScalars.prefix(40))
    return "'\(PrintableText.line(shown))\(token.unicodeScalars.count > 40 ? "..." : "")'"
  }
}
