/// An architecture of a file of a space: its choices in order, such as `s1.depth=2,s1.width=48`.
///
/// Whether a text is one of a space is for the space to say: `FileSpace.architecture(parsing:)`.
public struct FileArchitecture: Hashable, Sendable, LosslessStringConvertible {
  /// What the only architecture of a space without choices is called.
  static let onlyOne = "fixed"

  /// The choices.
  public let description: String
  /// The same as a space has them that made this architecture; a search asks for them thousands of times.
  let made: Made?

  /// An assignment with what its numbers mean something to.
  struct Made: Hashable, Sendable {
    let assignment: Assignment
    let origin: Origin
  }

  /// A file, by its digest, and the resolution that takes the place of its own.
  struct Origin: Hashable, Sendable {
    let digest: String
    let resolution: Int?
  }

  init(canonical text: String, _ assignment: Assignment, of origin: Origin) {
    description = text
    made = Made(assignment: assignment, origin: origin)
  }

  /// Reads names with values, separated by commas.
  public init?(_ description: String) {
    guard description == Self.onlyOne || (try? Self.items(description)) != nil else { return nil }
    self.description = description
    made = nil
  }

  /// The text is the architecture.
  public static func == (left: Self, right: Self) -> Bool { left.description == right.description }

  /// Hashes the text.
  public func hash(into hasher: inout Hasher) { hasher.combine(description) }

  /// A choice of a text, with the places of its parts counted in characters from 1.
  struct Item {
    var name: Substring
    var position: Int
    var values: [(text: Substring, position: Int)]
  }

  /// The choices of a text.
  static func items(_ text: String) throws(FileArchitectureError) -> [Item] {
    var items: [Item] = []
    var position = 1
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      defer { position += part.count + 1 }
      let leading = part.prefix(while: \.isWhitespace).count
      let item = part.dropFirst(leading)
      guard let equals = item.firstIndex(of: "="), equals > item.startIndex else {
        throw FileArchitectureError(
          token: String(item), position: position + leading, problem: "is no choice",
          expected: "a name, = and a value, such as s1.width=48")
      }
      let name = item[..<equals]
      let rest = item[item.index(after: equals)...]
      var place = position + leading + name.count + 1
      var values: [(Substring, Int)] = []
      for value in rest.split(separator: "/", omittingEmptySubsequences: false) {
        let end = value.lastIndex { !$0.isWhitespace }.map { value.index(after: $0) }
        values.append((value[..<(end ?? value.startIndex)], place))
        place += value.count + 1
      }
      items.append(
        Item(name: name, position: position + leading, values: values))
    }
    return items
  }
}

/// Why a text is no architecture of the space of a file.
public struct FileArchitectureError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The token.
  public let token: String
  /// The character at which it begins, counted from 1.
  public let position: Int
  let problem: String
  let expected: String

  /// One line with the token and its place.
  public var description: String {
    let shown = token.isEmpty ? "the end" : SpaceFault.quoted(token)
    return "\(shown) at character \(position) \(problem); expected \(expected)"
  }
}
