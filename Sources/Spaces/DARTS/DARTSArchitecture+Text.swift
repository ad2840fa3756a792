extension DARTSArchitecture: LosslessStringConvertible {
  /// The genotype as DARTS prints it: `Genotype(normal=[('sep_conv_3x3', 1), ...], normal_concat=[2, 3, 4,
  /// 5], reduce=[...], reduce_concat=[2, 3, 4, 5])`, on one line.
  public var description: String {
    func text(_ cell: [DARTSEdge]) -> String {
      cell.map { "('\($0.operation.rawValue)', \($0.source))" }.joined(separator: ", ")
    }
    return "Genotype(normal=[\(text(normal))], normal_concat=[2, 3, 4, 5], "
      + "reduce=[\(text(reduction))], reduce_concat=[2, 3, 4, 5])"
  }

  /// The genotype of a text, or `nil` if it is none; ``init(parsing:)`` says why.
  public init?(_ description: String) {
    guard let architecture = try? Self(parsing: description) else { return nil }
    self = architecture
  }

  /// Reads a genotype as DARTS prints it, with lists or `range(2, 6)` of concatenated nodes, or the
  /// compact form of NASLib, `[[(source, code), ...], [...]]` with codes from 0 to 6: max pooling, average
  /// pooling, skip, separable convolutions, dilated convolutions.
  ///
  /// - Throws: what is wrong with the text, and where.
  public init(parsing text: String) throws(ArchitectureError) {
    var scanner = ArchitectureScanner(text)
    if scanner.isBefore("[") {
      try scanner.expect("[")
      normal = try scanner.cell { scanner throws(ArchitectureError) in
        let source = try scanner.number(in: 0...4, "a source")
        try scanner.expectComma()
        let code = try scanner.number(in: 0...6, "an operation")
        return DARTSEdge(DARTSOperation.searched[code], source: source)
      }
      try scanner.expectComma()
      reduction = try scanner.cell { scanner throws(ArchitectureError) in
        let source = try scanner.number(in: 0...4, "a source")
        try scanner.expectComma()
        let code = try scanner.number(in: 0...6, "an operation")
        return DARTSEdge(DARTSOperation.searched[code], source: source)
      }
      scanner.skipSpaces()
      try scanner.expect("]")
    } else {
      guard scanner.skip("Genotype(") else {
        throw scanner.error("expected a genotype, Genotype(normal=... or [[(0, 3), ...")
      }
      normal = try scanner.part("normal")
      try scanner.expectComma()
      reduction = try scanner.part("reduce")
      scanner.skipSpaces()
      try scanner.expect(")")
    }
    try scanner.finish()
  }
}

extension ArchitectureScanner {
  /// Reads the edges of a cell and the list of the nodes that are concatenated.
  fileprivate mutating func part(_ name: String) throws(ArchitectureError) -> [DARTSEdge] {
    skipSpaces()
    try expect("\(name)=")
    let cell = try cell { scanner throws(ArchitectureError) in
      try scanner.namedEdge()
    }
    try expectComma()
    try expect("\(name)_concat=")
    if skip("range(") {
      skipSpaces()
      try expect("2")
      try expectComma()
      try expect("6")
      skipSpaces()
      try expect(")")
      return cell
    }
    try expect("[")
    for node in 2...5 {
      if node > 2 { try expectComma() } else { skipSpaces() }
      try expect(String(node))
    }
    skipSpaces()
    try expect("]")
    return cell
  }

  /// Reads `'sep_conv_3x3', 1`.
  private mutating func namedEdge() throws(ArchitectureError) -> DARTSEdge {
    guard skip("'") || skip("\"") else { throw error("expected a quotation mark") }
    let start = place
    guard let operation = DARTSOperation(rawValue: word()) else {
      let known = DARTSOperation.allCases.map(\.rawValue).joined(separator: ", ")
      throw error("expected an operation (\(known))", at: start)
    }
    guard skip("'") || skip("\"") else { throw error("expected a quotation mark") }
    try expectComma()
    return DARTSEdge(operation, source: try number(in: 0...4, "a source"))
  }

  /// Reads a list of eight edges in round brackets.
  fileprivate mutating func cell(
    _ edge: (inout ArchitectureScanner) throws(ArchitectureError) -> DARTSEdge
  ) throws(ArchitectureError) -> [DARTSEdge] {
    skipSpaces()
    try expect("[")
    var edges: [DARTSEdge] = []
    for number in 0..<DARTSArchitecture.edges {
      if number > 0 { try expectComma() } else { skipSpaces() }
      let start = place
      try expect("(")
      skipSpaces()
      let read = try edge(&self)
      skipSpaces()
      let sources = DARTSArchitecture.sources(number)
      guard read.source < sources else {
        throw error(
          "expected a source from 0 to \(sources - 1) for node \(number / 2 + 2) and not "
            + "\(read.source)", at: start)
      }
      try expect(")")
      edges.append(read)
    }
    skipSpaces()
    try expect("]")
    return edges
  }
}
