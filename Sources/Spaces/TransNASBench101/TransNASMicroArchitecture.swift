/// One of the four operations of an edge of a TransNAS-Bench-101 cell; the raw value is its digit.
public enum TransNASOperation: Int, CaseIterable, Sendable {
  /// Zero.
  case none
  /// The identity, or a factorised reduction where the shape changes.
  case skip
  /// ReLU, 1x1 convolution, batch normalisation.
  case convolution1x1
  /// ReLU, 3x3 convolution, batch normalisation.
  case convolution3x3
}

/// A cell of the micro space of TransNAS-Bench-101: an operation on each of six edges.
///
/// Y. Duan et al., *TransNAS-Bench-101: Improving Transferability and Generalizability of Cross-Task
/// Neural Architecture Search*, CVPR 2021.
public struct TransNASMicroArchitecture: Hashable, Sendable {
  /// The operations of ``edges``.
  public let operations: [TransNASOperation]

  /// The edges in the order of the code: those into node 1, into node 2, into node 3.
  public static let edges: [(source: Int, target: Int)] = [
    (0, 1), (0, 2), (1, 2), (0, 3), (1, 3), (2, 3),
  ]
  /// What each of the five modules of a network does, as the code says it: 1 keeps width and resolution, 4
  /// doubles the width and halves the resolution.
  static let modules = [4, 1, 4, 1, 4]
  /// Cells of the space.
  public static let count = 4096

  /// Creates a cell of six operations.
  public init(operations: [TransNASOperation]) {
    precondition(operations.count == 6, "\(operations.count) operations for six edges")
    self.operations = operations
  }

  /// The cell at a place of the enumeration, in which the last edge changes fastest.
  ///
  /// - Parameter rank: 0 to 4,095.
  public init(rank: Int) {
    precondition((0..<Self.count).contains(rank), "rank \(rank) is outside 0..<\(Self.count)")
    operations = (0..<6).map { TransNASOperation.allCases[rank >> (2 * (5 - $0)) & 3] }
  }

  /// All cells in the order of their codes.
  public static var all: some RandomAccessCollection<TransNASMicroArchitecture> {
    (0..<count).lazy.map { TransNASMicroArchitecture(rank: $0) }
  }
}

extension TransNASMicroArchitecture: LosslessStringConvertible {
  /// The benchmark's code, such as `64-41414-1_02_333`: width, modules, and the operations of the edges
  /// into each node.
  public var description: String { "\(Self.prefix)\(cell)" }

  private static let prefix = "64-41414-"

  /// The operations of the edges into each node, such as `1_02_333`.
  private var cell: String {
    let digits = operations.map { String($0.rawValue) }
    return [digits[0...0], digits[1...2], digits[3...5]].map { $0.joined() }.joined(separator: "_")
  }

  /// The cell of a text, or `nil` if it is none; ``init(parsing:)`` says why.
  public init?(_ description: String) {
    guard let architecture = try? Self(parsing: description) else { return nil }
    self = architecture
  }

  /// Reads a cell as the benchmark's code, `64-41414-1_02_333`, as its last part alone, `1_02_333`, or
  /// as the tuple of NASLib, `(1, 0, 2, 3, 3, 3)`.
  ///
  /// - Throws: what is wrong with the text, and where.
  public init(parsing text: String) throws(ArchitectureError) {
    var scanner = ArchitectureScanner(text)
    var codes: [Int] = []
    if scanner.isBefore("(") {
      codes = try scanner.tuple(count: 6...6, of: 0...3, "an operation")
    } else {
      if scanner.contains("-") { try scanner.expect(Self.prefix) }
      for node in 1...3 {
        if node > 1 { try scanner.expect("_") }
        for source in 0..<node {
          codes.append(
            try scanner.digit(below: 4, "the operation of the edge from \(source) to \(node)"))
        }
      }
    }
    try scanner.finish()
    self.init(operations: codes.map { TransNASOperation.allCases[$0] })
  }
}
