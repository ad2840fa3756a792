extension FlexiBERTArchitecture {
  /// Reads a width of tokens and layers, `256,LT-DFT-4-1024-3,SA-SDP-2-1024-1`.
  ///
  /// The layers may be the list of the published tables: `256,[["LT","DFT",4,1024,3],["SA","SDP",2,1024,1]]`, with
  /// quotation marks of either kind.
  ///
  /// - Throws: what is wrong with the text, and where.
  public init(parsing text: String) throws(ArchitectureError) {
    var scanner = ArchitectureScanner(text)
    let hidden = try scanner.choice(among: Self.hiddenChoices, "the width of tokens")
    try scanner.expectComma()
    let notation: LayerNotation = scanner.skip("[") ? .list : .plain
    if notation == .list { scanner.skipSpaces() }
    var layers: [Layer] = []
    repeat {
      if !layers.isEmpty { try scanner.expectComma() }
      layers.append(try scanner.layer(layers.count + 1, in: notation))
      scanner.skipSpaces()
    } while layers.count < 4 && scanner.next == UInt8(ascii: ",")
    guard Self.layerCounts.contains(layers.count) else {
      throw scanner.error("expected 2 or 4 layers and not \(layers.count)")
    }
    if notation == .list { try scanner.expect("]") }
    try scanner.finish()
    self.init(unchecked: hidden, layers)
  }
}

/// How the layers of a text are written.
private enum LayerNotation {
  /// `LT-DFT-4-1024-3`.
  case plain
  /// `["LT", "DFT", 4, 1024, 3]`.
  case list
}

extension ArchitectureScanner {
  /// Reads a layer.
  fileprivate mutating func layer(_ number: Int, in notation: LayerNotation)
    throws(ArchitectureError) -> FlexiBERTArchitecture.Layer
  {
    let name = "layer \(number)"
    if notation == .list {
      try expect("[")
      skipSpaces()
    }
    let operations = FlexiBERTOperation.allCases.map { operation in
      (operation, parts: operation.rawValue.split(separator: "-").map(String.init))
    }
    var kinds: [String] = []
    for (_, parts) in operations where !kinds.contains(parts[0]) { kinds.append(parts[0]) }
    let kind = try word(among: kinds, "the kind of \(name)", in: notation)
    try expectSeparator(in: notation)
    let others = operations.filter { $0.parts[0] == kind }
    let what = try word(
      among: others.map { $0.parts[1] }, "what \(kind) \(name) has", in: notation)
    guard let operation = others.first(where: { $0.parts[1] == what })?.0 else {
      throw error("expected an operation of \(name)")
    }
    try expectSeparator(in: notation)
    let heads = try choice(among: FlexiBERTArchitecture.headChoices, "the heads of \(name)")
    try expectSeparator(in: notation)
    let width = try choice(among: FlexiBERTArchitecture.widthChoices, "the width of \(name)")
    try expectSeparator(in: notation)
    let depth = try choice(among: FlexiBERTArchitecture.depthChoices, "the depth of \(name)")
    if notation == .list {
      skipSpaces()
      try expect("]")
    }
    return FlexiBERTArchitecture.Layer(
      operation: operation, heads: heads, width: width, depth: depth)
  }

  /// Passes what stands between the parts of a layer.
  private mutating func expectSeparator(in notation: LayerNotation) throws(ArchitectureError) {
    switch notation {
    case .plain: try expect("-")
    case .list: try expectComma()
    }
  }

  /// Reads one of some numbers.
  fileprivate mutating func choice(among choices: [Int], _ what: String)
    throws(ArchitectureError) -> Int
  {
    for choice in choices where skipWord("\(choice)") { return choice }
    throw error("expected \(what), \(Self.list(choices.map(String.init))),")
  }

  /// Reads one of some words, which may be in quotation marks in a list.
  private mutating func word(
    among words: [String], _ what: String, in notation: LayerNotation
  ) throws(ArchitectureError) -> String {
    let mark = notation == .list ? ["\"", "'"].first { isBefore($0) } : nil
    if let mark { try expect(mark) }
    for word in words where skipWord(word) {
      if let mark { try expect(mark) }
      return word
    }
    throw error("expected \(what), \(Self.list(words)),")
  }

  /// Passes a word where it comes next and no letter or digit follows it.
  private mutating func skipWord(_ word: String) -> Bool {
    var rest = self
    guard rest.skip(word) else { return false }
    if let byte = rest.next, Unicode.Scalar(byte).properties.isAlphabetic || byte.isDigit {
      return false
    }
    self = rest
    return true
  }

  /// `SA, LT or DSC`.
  private static func list(_ words: [String]) -> String {
    words.dropLast().joined(separator: ", ") + " or " + (words.last ?? "")
  }
}

extension UInt8 {
  /// Whether it is the code of a digit.
  fileprivate var isDigit: Bool { (0x30...0x39).contains(self) }
}
