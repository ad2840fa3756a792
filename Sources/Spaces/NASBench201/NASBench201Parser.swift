extension NASBench201Architecture {
  /// Reads an architecture in any of its four forms.
  ///
  /// - The architecture string: `|nor_conv_3x3~0|+|none~0|skip_connect~1|+|none~0|none~1|none~2|`.
  /// - The benchmark index, a decimal number from 0 to 15624: `1462`.
  /// - The operation tuple of NASLib and GRAF, in round, square or no brackets: `(2, 2, 2, 2, 2, 2)`.
  /// - The dictionary of NNI, with its edges in any order: `{"0_1": "conv_3x3", "0_2": "none", ...}`.
  ///
  /// White space around the text, the codes of a tuple, and the entries of a dictionary is ignored; nothing
  /// else is.
  ///
  /// - Parameter text: the architecture.
  /// - Throws: what is wrong with the text, and where.
  public init(parsing text: String) throws(NASBench201ParsingError) {
    var parser = NASBench201Parser(text)
    self = try parser.architecture()
  }
}

/// A reader of architectures that moves from left to right and stops at the first error.
///
/// It works on bytes, because all that is meaningful is ASCII; a place is turned into a count of
/// characters only where an error needs it.
private struct NASBench201Parser {
  private let bytes: [UInt8]
  /// The first byte not yet read.
  private var place: Int
  /// The end of the text without the white space that follows it.
  private let end: Int

  init(_ text: String) {
    bytes = Array(text.utf8)
    end = (bytes.lastIndex { !isWhiteSpace($0) } ?? -1) + 1
    place = 0
    skipWhiteSpace()
  }

  mutating func architecture() throws(NASBench201ParsingError) -> NASBench201Architecture {
    guard place < end else { throw .empty }
    let text = bytes[place..<end]
    if text.first == UInt8(ascii: "{") { return try dictionary() }
    if text.contains(UInt8(ascii: "|")) || text.contains(UInt8(ascii: "~")) {
      return try cell()
    }
    if text.first == UInt8(ascii: "(") || text.first == UInt8(ascii: "[")
      || text.contains(UInt8(ascii: ","))
    {
      return try tuple()
    }
    return try index()
  }

  // MARK: The four forms

  private mutating func cell() throws(NASBench201ParsingError) -> NASBench201Architecture {
    var operations: [NASBench201Operation] = []
    for node in 1...3 {
      if node > 1 {
        guard place < end else { throw .missingNodes(found: node - 1, position: position) }
        if !skip(UInt8(ascii: "+")) {
          let token = token(upTo: [UInt8(ascii: "|"), UInt8(ascii: "+")])
          if token.isEmpty { throw .missing(mark: "+", token: "|", position: position) }
          throw .extraEdge(token: token, node: node - 1, position: position)
        }
      }
      try expect(UInt8(ascii: "|"))
      for source in 0..<node {
        if place == end || bytes[place] == UInt8(ascii: "+") {
          throw .missingEdges(node: node, found: source, position: position)
        }
        operations.append(try operation())
        try expect(UInt8(ascii: "~"))
        let number = token(upTo: Self.cellMarks)
        guard number == String(source) else {
          throw .wrongSource(token: number, expected: source, node: node, position: position)
        }
        place += number.utf8.count
        try expect(UInt8(ascii: "|"))
      }
    }
    if place < end {
      let rest = token(upTo: [])
      if bytes[place] == UInt8(ascii: "+") { throw .extraNode(token: rest, position: position) }
      throw .trailing(token: rest, position: position)
    }
    return NASBench201Architecture(operations: operations)
  }

  private mutating func operation() throws(NASBench201ParsingError) -> NASBench201Operation {
    let name = token(upTo: Self.cellMarks)
    guard let operation = NASBench201Operation(rawValue: name) else {
      throw .unknownOperation(token: name, position: position)
    }
    place += name.utf8.count
    return operation
  }

  private mutating func tuple() throws(NASBench201ParsingError) -> NASBench201Architecture {
    let closing: UInt8? =
      skip(UInt8(ascii: "("))
      ? UInt8(ascii: ")") : skip(UInt8(ascii: "[")) ? UInt8(ascii: "]") : nil
    var operations = [NASBench201Operation](repeating: .none, count: 6)
    var found = 0
    repeat {
      skipWhiteSpace()
      let marks = [UInt8(ascii: ","), closing ?? UInt8(ascii: ")")]
      let token = token(upTo: marks, trimmed: true)
      guard found < 6 else { throw .extraCode(token: token, position: position) }
      let operation = NASBench201Operation.allCases.first { String($0.nasLibCode) == token }
      guard let operation else {
        if token.isEmpty, place == end || bytes[place] == marks[1] {
          throw .missingCodes(found: found, position: position)
        }
        throw .unknownCode(token: token, position: position)
      }
      operations[NASBench201Architecture.nasLibEdgeOrder[found]] = operation
      place += token.utf8.count
      skipWhiteSpace()
      found += 1
    } while skip(UInt8(ascii: ","))
    guard found == 6 else { throw .missingCodes(found: found, position: position) }
    if let closing { try expect(closing) }
    guard place == end else { throw .trailing(token: token(upTo: []), position: position) }
    return NASBench201Architecture(operations: operations)
  }

  private mutating func dictionary() throws(NASBench201ParsingError) -> NASBench201Architecture {
    try expect(UInt8(ascii: "{"))
    var found: [Int: NASBench201Operation] = [:]
    repeat {
      skipWhiteSpace()
      let start = place
      let key = try quoted()
      let edge = NASBench201Architecture.edges.firstIndex { "\($0.source)_\($0.target)" == key }
      guard let edge else { throw .unknownEdge(token: key, position: position(at: start)) }
      guard found[edge] == nil else {
        throw .repeatedEdge(token: key, position: position(at: start))
      }
      skipWhiteSpace()
      try expect(UInt8(ascii: ":"))
      skipWhiteSpace()
      let name = (try quoted(), place)
      let operation = NASBench201Operation.allCases.first {
        $0.rawValue == name.0 || $0.rawValue == "nor_" + name.0
      }
      guard let operation else {
        throw .unknownOperation(
          token: name.0, position: position(at: name.1 - name.0.utf8.count - 1))
      }
      found[edge] = operation
      skipWhiteSpace()
    } while skip(UInt8(ascii: ","))
    try expect(UInt8(ascii: "}"))
    guard found.count == 6 else { throw .missingDictionaryEdges(found: found.count) }
    guard place == end else { throw .trailing(token: token(upTo: []), position: position) }
    return NASBench201Architecture(operations: (0..<6).compactMap { found[$0] })
  }

  /// A text in single or double quotes.
  private mutating func quoted() throws(NASBench201ParsingError) -> String {
    let mark = skip(UInt8(ascii: "'")) ? UInt8(ascii: "'") : UInt8(ascii: "\"")
    if mark == UInt8(ascii: "\"") { try expect(mark) }
    let token = token(upTo: [mark])
    place += token.utf8.count
    try expect(mark)
    return token
  }

  private func index() throws(NASBench201ParsingError) -> NASBench201Architecture {
    let token = token(upTo: [])
    let digits = token.hasPrefix("-") ? token.dropFirst() : token[...]
    guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
      throw .unrecognized(token: token, position: position)
    }
    guard let index = Int(token), (0..<NASBench201Architecture.count).contains(index) else {
      throw .indexOutOfRange(token: token, position: position)
    }
    return NASBench201Architecture(benchmarkIndex: index)
  }

  // MARK: Steps

  private static let cellMarks = [UInt8(ascii: "|"), UInt8(ascii: "~"), UInt8(ascii: "+")]

  /// The number of the next character, counted from 1.
  private var position: Int { position(at: place) }

  private func position(at place: Int) -> Int {
    String(decoding: bytes[..<place], as: UTF8.self).count + 1
  }

  /// What stands before the next of some marks or the end.
  private func token(upTo marks: [UInt8], trimmed: Bool = false) -> String {
    var stop = bytes[place..<end].firstIndex { marks.contains($0) } ?? end
    while trimmed, stop > place, isWhiteSpace(bytes[stop - 1]) {
      stop -= 1
    }
    return String(decoding: bytes[place..<stop], as: UTF8.self)
  }

  private mutating func skip(_ mark: UInt8) -> Bool {
    guard place < end, bytes[place] == mark else { return false }
    place += 1
    return true
  }

  private mutating func expect(_ mark: UInt8) throws(NASBench201ParsingError) {
    if skip(mark) { return }
    let next = token(upTo: Self.cellMarks)
    let found = next.isEmpty && place < end ? String(Unicode.Scalar(bytes[place])) : next
    throw .missing(mark: String(Unicode.Scalar(mark)), token: found, position: position)
  }

  private mutating func skipWhiteSpace() {
    while place < end, isWhiteSpace(bytes[place]) {
      place += 1
    }
  }
}

/// Whether a byte is a space or one of the ASCII controls from tab to carriage return.
private func isWhiteSpace(_ byte: UInt8) -> Bool {
  byte == 0x20 || (0x09...0x0D).contains(byte)
}
