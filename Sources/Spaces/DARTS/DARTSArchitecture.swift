/// An operation of an edge of a DARTS cell; the raw value is its name in genotypes.
public enum DARTSOperation: String, CaseIterable, Sendable {
  /// Zero.
  case none
  /// The maximum of 3x3 windows.
  case maxPool3x3 = "max_pool_3x3"
  /// The mean of 3x3 windows; places outside the image do not count.
  case averagePool3x3 = "avg_pool_3x3"
  /// The identity, or a factorised reduction with stride 2.
  case skipConnect = "skip_connect"
  /// Twice ReLU, depthwise 3x3 convolution, 1x1 convolution, batch normalisation.
  case separableConvolution3x3 = "sep_conv_3x3"
  /// The same with 5x5 windows.
  case separableConvolution5x5 = "sep_conv_5x5"
  /// ReLU, depthwise 3x3 convolution with dilation 2, 1x1 convolution, batch normalisation.
  case dilatedConvolution3x3 = "dil_conv_3x3"
  /// The same with 5x5 windows.
  case dilatedConvolution5x5 = "dil_conv_5x5"

  /// The operations that a cell is searched among; the place is the code of NASLib.
  public static let searched = allCases.filter { $0 != .none }
}

/// An edge of a DARTS cell: an operation on an input of the cell or on an earlier node.
public struct DARTSEdge: Hashable, Sendable {
  /// The operation.
  public var operation: DARTSOperation
  /// 0 for the output of the cell before the last one, 1 for that of the last one, then the nodes.
  public var source: Int

  /// Creates an edge.
  public init(_ operation: DARTSOperation, source: Int) {
    self.operation = operation
    self.source = source
  }
}

/// A genotype of DARTS: a normal and a reduction cell of four nodes with two edges each.
///
/// H. Liu, K. Simonyan and Y. Yang, *DARTS: Differentiable Architecture Search*, ICLR 2019. The space
/// is that of NAS-Bench-301, too (A. Zela et al., ICLR 2022).
public struct DARTSArchitecture: Hashable, Sendable {
  /// The edges of the normal cell; those at places 2j and 2j + 1 lead to node j + 2.
  public let normal: [DARTSEdge]
  /// The edges of the reduction cell.
  public let reduction: [DARTSEdge]

  /// Edges of a cell.
  public static let edges = 8

  /// A genotype, or `nil` where an edge comes from a node that is not before its target.
  public init?(normal: [DARTSEdge], reduction: [DARTSEdge]) {
    for cell in [normal, reduction] {
      guard cell.count == Self.edges,
        cell.enumerated().allSatisfy({ (0..<Self.sources($0)).contains($1.source) })
      else { return nil }
    }
    self.init(unchecked: normal, reduction)
  }

  /// A genotype of edges that come from inputs and earlier nodes.
  init(unchecked normal: [DARTSEdge], _ reduction: [DARTSEdge]) {
    self.normal = normal
    self.reduction = reduction
  }

  /// How many values an edge at a place of the list may come from.
  static func sources(_ place: Int) -> Int { place / 2 + 2 }
}

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
