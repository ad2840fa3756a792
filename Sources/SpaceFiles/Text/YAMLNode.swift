internal import Yams

/// A YAML document as far as files of spaces use it: texts, lists and mappings, each with its place.
struct YAMLNode {
  /// A member of a mapping.
  struct Entry {
    var key: String
    var place: TextPlace
    var value: YAMLNode
  }

  indirect enum Content {
    /// A text; whether it stands without quotation marks.
    case scalar(String, isPlain: Bool)
    case list([YAMLNode])
    case mapping([Entry])
  }

  var content: Content
  var place: TextPlace

  /// Nodes of a document at most: aliases of aliases can stand for more than fits into memory.
  private static let limit = 100_000

  /// Reads a document.
  init(parsing text: String) throws(SpaceFault) {
    // A byte-order mark is no part of the text.
    let text =
      text.unicodeScalars.first == "\u{FEFF}" ? String(text.unicodeScalars.dropFirst()) : text
    try Self.checkKeys(text)
    let root: Node?
    do { root = try Yams.compose(yaml: text) } catch { throw Self.fault(error, in: text) }
    guard let root else {
      throw SpaceFault(TextPlace(line: 1, column: 1), "the file is empty; expected a search space")
    }
    var count = 0
    self = try Self.converted(root, &count)
  }

  init(_ content: Content, _ place: TextPlace) {
    self.content = content
    self.place = place
  }

  /// The words for what it is.
  var kind: String {
    switch content {
    case .scalar(let text, _): text.isEmpty ? "nothing" : SpaceFault.quoted(text)
    case .list: "a list"
    case .mapping: "a mapping"
    }
  }

  // MARK: Keys

  /// Refuses keys that are no names where a file has aliases.
  ///
  /// The reader compares keys before anybody has counted what an alias of aliases stands for.
  private static func checkKeys(_ text: String) throws(SpaceFault) {
    guard text.contains("&"), text.contains("*") else { return }
    let explicit = #/(?:^\s*(?:-\s+)*|[{,\[]\s*)(\?)(?=\s|$)/#
    let composite = #/(?:^|[\s{,\[])(\*[^\s,\[\]{}]+|[^\s]*[\]}])(?=\s*:(?:\s|$))/#
    for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
    {
      for key in [line.firstMatch(of: explicit)?.1, line.firstMatch(of: composite)?.1] {
        guard let key else { continue }
        let column = line[..<key.startIndex].unicodeScalars.count + 1
        throw SpaceFault(
          TextPlace(line: number + 1, column: column),
          "a key is \(SpaceFault.quoted(String(key))); expected a name")
      }
    }
  }

  // MARK: Conversion

  private static func converted(_ node: Node, _ count: inout Int) throws(SpaceFault) -> YAMLNode {
    let place =
      node.mark.map { TextPlace(line: $0.line, column: $0.column) }
      ?? TextPlace(line: 1, column: 1)
    count += 1
    guard count <= limit else {
      throw SpaceFault(place, "the file has more than \(limit) values, those of aliases included")
    }
    switch node {
    case .scalar(let scalar):
      return YAMLNode(
        .scalar(scalar.string, isPlain: scalar.style == .plain || scalar.style == .any), place)
    case .sequence(let sequence):
      var list: [YAMLNode] = []
      for element in sequence { list.append(try converted(element, &count)) }
      return YAMLNode(.list(list), place)
    case .mapping(let mapping):
      return YAMLNode(.mapping(try entries(mapping, &count)), place)
    case .alias:
      throw SpaceFault(place, "an alias that names nothing")
    }
  }

  /// The members of a mapping; those of `<<` stand behind its own and give way to them.
  private static func entries(
    _ mapping: Node.Mapping, _ count: inout Int
  ) throws(SpaceFault) -> [Entry] {
    var own: [Entry] = []
    var merged: [Entry] = []
    for (key, value) in mapping {
      let name = try converted(key, &count)
      guard case .scalar(let text, _) = name.content, !text.isEmpty else {
        throw SpaceFault(name.place, "a key is \(name.kind); expected a name")
      }
      let value = try converted(value, &count)
      guard text == "<<" else {
        own.append(Entry(key: text, place: name.place, value: value))
        continue
      }
      let sources = if case .list(let list) = value.content { list } else { [value] }
      for source in sources {
        guard case .mapping(let entries) = source.content else {
          throw SpaceFault(source.place, "<< takes a mapping, not \(source.kind)")
        }
        merged += entries
      }
    }
    for entry in merged where !own.contains(where: { $0.key == entry.key }) { own.append(entry) }
    return own
  }

  // MARK: Faults

  private static func fault(_ error: any Error, in text: String) -> SpaceFault {
    let start = TextPlace(line: 1, column: 1)
    guard let error = error as? YamlError else { return SpaceFault(start, "\(error)") }
    switch error {
    case .scanner(let context, let problem, let mark, _),
      .parser(let context, let problem, let mark, _),
      .composer(let context, let problem, let mark, _):
      let place = TextPlace(line: mark.line, column: mark.column)
      return SpaceFault(place, (context.map { "\($0.text): " } ?? "") + problem)
    case .reader(let problem, let offset, _, _):
      return SpaceFault(self.place(of: offset ?? 0, in: text), problem)
    case .duplicatedKeysInMapping(let names, let context):
      let place = TextPlace(line: context.mark.line, column: context.mark.column)
      let list = names.map(SpaceFault.quoted).joined(separator: ", ")
      return SpaceFault(place, "the mapping has \(list) more than once")
    default:
      return SpaceFault(start, "the file cannot be read as YAML")
    }
  }

  /// The place of a character of a text.
  private static func place(of offset: Int, in text: String) -> TextPlace {
    var place = TextPlace(line: 1, column: 1)
    for character in text.prefix(offset) {
      if character.isNewline {
        place.line += 1
        place.column = 1
      } else {
        place.column += character.unicodeScalars.count
      }
    }
    return place
  }
}
