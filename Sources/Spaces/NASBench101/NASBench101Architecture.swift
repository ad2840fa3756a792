/// An operation of a vertex of a NAS-Bench-101 module; the raw value is its code in NASLib's tuples.
public enum NASBench101Operation: Int, CaseIterable, Sendable {
  /// Max pooling of 3x3 windows with stride 1.
  case maxPool3x3 = 2
  /// 1x1 convolution, batch normalisation, ReLU.
  case convolution1x1
  /// 3x3 convolution, batch normalisation, ReLU.
  case convolution3x3
}

/// A module of NAS-Bench-101: a directed acyclic graph of at most seven vertices and nine edges.
///
/// C. Ying et al., *NAS-Bench-101: Towards Reproducible Neural Architecture Search*, ICML 2019.
/// Vertex 0 is the input, the last one the output. A specification may have vertices and edges on no way
/// from input to output: they are no part of the network, and ``pruned`` is without them. Specifications of
/// one module share ``moduleHash``.
public struct NASBench101Architecture: Hashable, Sendable {
  /// Whether an edge leads from the vertex of a row to that of a column, which is larger.
  public let matrix: [[Bool]]
  /// The operations of the vertices between input and output.
  public let operations: [NASBench101Operation]

  /// The most vertices of a module.
  public static let maximumVertices = 7
  /// The most edges of a module, without those on no way from input to output.
  public static let maximumEdges = 9

  /// A specification, or `nil` where it is none of the space.
  ///
  /// - Parameters:
  ///   - matrix: two to seven rows of as many columns, without an edge to the same or an earlier vertex.
  ///   - operations: those of the vertices between input and output.
  public init?(matrix: [[Bool]], operations: [NASBench101Operation]) {
    let count = matrix.count
    guard (2...Self.maximumVertices).contains(count), operations.count == count - 2,
      matrix.enumerated().allSatisfy({ row, edges in
        edges.count == count && !edges[...row].contains(true)
      })
    else { return nil }
    self.init(unchecked: matrix, operations)
    let module = pruned
    guard module.isConnected, module.edgeCount <= Self.maximumEdges else { return nil }
  }

  /// A specification that may be outside of the space.
  init(unchecked matrix: [[Bool]], _ operations: [NASBench101Operation]) {
    self.matrix = matrix
    self.operations = operations
  }

  /// Vertices, input and output included.
  public var vertices: Int { matrix.count }
  /// Edges, those on no way from input to output included.
  public var edgeCount: Int { matrix.reduce(0) { $0 + $1.count { $0 } } }
  /// Whether an edge or way leads from the input to the output; of a pruned module.
  var isConnected: Bool { matrix.count > 1 }

  /// The module without the vertices on no way from input to output; of those that stay the order does.
  public var pruned: NASBench101Architecture {
    var isReached = [Bool](repeating: false, count: vertices)
    isReached[0] = true
    for vertex in 0..<vertices where isReached[vertex] {
      for target in 0..<vertices where matrix[vertex][target] { isReached[target] = true }
    }
    var leadsOn = [Bool](repeating: false, count: vertices)
    leadsOn[vertices - 1] = true
    for vertex in (0..<vertices).reversed() {
      leadsOn[vertex] =
        leadsOn[vertex] || (0..<vertices).contains { matrix[vertex][$0] && leadsOn[$0] }
    }
    let kept = (0..<vertices).filter { isReached[$0] && leadsOn[$0] }
    return NASBench101Architecture(
      unchecked: kept.map { row in kept.map { matrix[row][$0] } },
      kept.filter { $0 > 0 && $0 < vertices - 1 }.map { operations[$0 - 1] })
  }

  /// The same module with seven vertices; those that are missing are on no way from input to output.
  public var padded: NASBench101Architecture {
    let missing = Self.maximumVertices - vertices
    guard missing > 0 else { return self }
    let none = [Bool](repeating: false, count: missing)
    var rows = matrix.map { Array($0.dropLast()) + none + $0.suffix(1) }
    rows.insert(
      contentsOf: [[Bool]](
        repeating: [Bool](repeating: false, count: Self.maximumVertices), count: missing),
      at: vertices - 1)
    return NASBench101Architecture(
      unchecked: rows,
      operations + [NASBench101Operation](repeating: .convolution3x3, count: missing))
  }

  /// The channels of each vertex of this module, which must be pruned, between two widths.
  ///
  /// The vertices that lead to the output share its channels, the first ones having one more where
  /// they do not divide; any other vertex has as many as the largest that it leads to.
  ///
  /// - Parameters:
  ///   - inChannels: the channels of the module's input.
  ///   - outChannels: those of its output.
  /// - Returns: a number for each vertex.
  func channels(from inChannels: Int, to outChannels: Int) -> [Int] {
    var channels = [Int](repeating: 0, count: vertices)
    channels[0] = inChannels
    channels[vertices - 1] = outChannels
    let last = (1..<vertices - 1).filter { matrix[$0][vertices - 1] }
    for (place, vertex) in last.enumerated() {
      channels[vertex] = outChannels / last.count + (place < outChannels % last.count ? 1 : 0)
    }
    for vertex in (1..<vertices - 1).reversed() where !matrix[vertex][vertices - 1] {
      for target in vertex + 1..<vertices - 1 where matrix[vertex][target] {
        channels[vertex] = max(channels[vertex], channels[target])
      }
    }
    return channels
  }
}

extension NASBench101Architecture: LosslessStringConvertible {
  /// The tuple of NASLib: the rows of the matrix, then a code for each vertex, 0 for the input, 1 for the
  /// output, 2 for max pooling, 3 for a 1x1 and 4 for a 3x3 convolution.
  public var description: String {
    let bits = matrix.flatMap { row in row.map { $0 ? 1 : 0 } }
    let codes = [0] + operations.map(\.rawValue) + [1]
    return "(\((bits + codes).map(String.init).joined(separator: ", ")))"
  }

  /// The module of a text, or `nil` if it is none; ``init(parsing:)`` says why.
  public init?(_ description: String) {
    guard let architecture = try? Self(parsing: description) else { return nil }
    self = architecture
  }

  /// Reads a tuple of NASLib, such as `(0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 4, 1)` for three vertices.
  ///
  /// With n vertices, 2 to 7, it has n^2 numbers for the matrix and n for the operations.
  ///
  /// - Throws: what is wrong with the text, and where.
  public init(parsing text: String) throws(ArchitectureError) {
    var scanner = ArchitectureScanner(text)
    let start = scanner.place
    try scanner.expect("(")
    scanner.skipSpaces()
    var numbers: [(value: Int, place: Int)] = []
    let most = Self.maximumVertices * (Self.maximumVertices + 1)
    while scanner.next != UInt8(ascii: ")") {
      if !numbers.isEmpty { try scanner.expectComma() }
      guard numbers.count < most else {
        throw scanner.error("expected no more than \(most) numbers")
      }
      let place = scanner.place
      numbers.append((try scanner.number(in: 0...4, "an edge or operation"), place))
      scanner.skipSpaces()
    }
    guard let count = (2...Self.maximumVertices).first(where: { $0 * ($0 + 1) == numbers.count })
    else {
      throw scanner.error(
        "expected n x n edges and n operations for 2 to 7 vertices, and not \(numbers.count) numbers,"
      )
    }
    try scanner.expect(")")
    try scanner.finish()

    var matrix = [[Bool]](repeating: [Bool](repeating: false, count: count), count: count)
    for place in 0..<count * count {
      let (row, column) = place.quotientAndRemainder(dividingBy: count)
      let number = numbers[place]
      guard number.value <= 1 else {
        throw scanner.error("expected an edge, 0 or 1,", at: number.place)
      }
      guard number.value == 0 || row < column else {
        throw scanner.error(
          "expected no edge from vertex \(row) to vertex \(column)", at: number.place)
      }
      matrix[row][column] = number.value == 1
    }
    var operations: [NASBench101Operation] = []
    for vertex in 0..<count {
      let number = numbers[count * count + vertex]
      if vertex == 0 || vertex == count - 1 {
        let code = vertex == 0 ? 0 : 1
        guard number.value == code else {
          throw scanner.error(
            "expected \(code), the \(vertex == 0 ? "input" : "output"),", at: number.place)
        }
      } else if let operation = NASBench101Operation(rawValue: number.value) {
        operations.append(operation)
      } else {
        throw scanner.error("expected an operation, 2, 3 or 4,", at: number.place)
      }
    }
    guard let architecture = Self(matrix: matrix, operations: operations) else {
      let module = NASBench101Architecture(unchecked: matrix, operations).pruned
      throw scanner.error(
        module.isConnected
          ? "expected at most \(Self.maximumEdges) edges between input and output and not "
            + "\(module.edgeCount)" : "expected a way from the input to the output", at: start)
    }
    self = architecture
  }
}

extension NASBench101Architecture {
  /// The benchmark's name of the module: equal for specifications whose pruned graphs are isomorphic.
  ///
  /// Each vertex begins with the MD5 digest of its degrees and its operation; as often as there are
  /// vertices, it gets the digest of those that lead to it, of those that it leads to, and of its own.
  public var moduleHash: String {
    let module = pruned
    let count = module.vertices
    let labels = [-1] + module.operations.map(\.hashLabel) + [-2]
    var hashes = (0..<count).map { vertex in
      let outgoing = module.matrix[vertex].count { $0 }
      let incoming = module.matrix.count { $0[vertex] }
      return MD5.hexadecimal("(\(outgoing), \(incoming), \(labels[vertex]))")
    }
    for _ in 0..<count {
      hashes = (0..<count).map { vertex in
        let before = (0..<count).filter { module.matrix[$0][vertex] }.map { hashes[$0] }.sorted()
        let behind = (0..<count).filter { module.matrix[vertex][$0] }.map { hashes[$0] }.sorted()
        return MD5.hexadecimal("\(before.joined())|\(behind.joined())|\(hashes[vertex])")
      }
    }
    return MD5.hexadecimal("[\(hashes.sorted().map { "'\($0)'" }.joined(separator: ", "))]")
  }
}

extension NASBench101Operation {
  /// The number of the operation in hashes.
  fileprivate var hashLabel: Int {
    switch self {
    case .convolution3x3: 0
    case .convolution1x1: 1
    case .maxPool3x3: 2
    }
  }
}
