/// A cell of NAS-Bench-201: one of five operations on each of six edges.
///
/// A cell has four nodes. Node 0 is its input, node 3 its output, and node j holds the sum over
/// i < j of the operation of edge (i, j) applied to node i. There are 5⁶ = 15,625 cells.
///
/// The value is the cell as written: cells that compute the same function differ if any operation
/// differs. Its identity everywhere is ``description``, the architecture string of the benchmark.
///
/// X. Dong, Y. Yang: NAS-Bench-201: Extending the Scope of Reproducible Neural Architecture
/// Search. ICLR 2020.
public struct NASBench201Architecture: Hashable, Sendable {
  /// The number of architectures in the space, 15,625.
  public static let count = 15_625

  /// All architectures in the order of the enumeration, that is by ``rank``.
  public static var all: some RandomAccessCollection<NASBench201Architecture> & Sendable {
    (0..<UInt16(count)).lazy.map(NASBench201Architecture.init(storage:))
  }

  private let storage: UInt16

  private init(storage: UInt16) {
    self.storage = storage
  }

  /// The architecture at a position of the enumeration.
  ///
  /// - Parameter rank: 0 to 15,624.
  public init(rank: Int) {
    precondition((0..<Self.count).contains(rank), "rank \(rank) is outside 0..<\(Self.count)")
    storage = UInt16(rank)
  }

  /// The architecture with six operations.
  ///
  /// - Parameter operations: the operations in the order of ``edges``.
  public init(operations: [NASBench201Operation]) {
    precondition(operations.count == 6, "\(operations.count) operations for the 6 edges of a cell")
    storage = operations.reduce(0) { $0 * 5 + UInt16($1.code) }
  }

  /// The position in the enumeration of all cells, 0 to 15,624.
  ///
  /// It is the number whose digits to base five are the ``NASBench201Operation/code`` of the edges,
  /// the last edge being the fastest. It is not the ``benchmarkIndex``.
  public var rank: Int { Int(storage) }

  /// The operations in the order of ``edges``.
  public var operations: [NASBench201Operation] {
    (0..<6).map { self[$0] }
  }

  /// The operation of an edge.
  ///
  /// - Parameter edge: the number of the edge in ``edges``, 0 to 5.
  public subscript(edge: Int) -> NASBench201Operation {
    precondition((0..<6).contains(edge), "edge \(edge) is outside 0..<6")
    return NASBench201Operation(code: rank / Self.placeValues[edge] % 5)
  }

  /// The number of edges with an operation, dead edges included.
  ///
  /// - Parameter operation: the operation that is counted.
  /// - Returns: 0 to 6.
  public func count(of operation: NASBench201Operation) -> Int {
    (0..<6).count { self[$0] == operation }
  }

  /// The number of edges with a convolution, dead edges included.
  public var convolutionCount: Int {
    count(of: .convolution1x1) + count(of: .convolution3x3)
  }

  /// What one unit of the digit of each edge is worth in the rank.
  private static let placeValues = [3125, 625, 125, 25, 5, 1]
}

extension NASBench201Architecture {
  /// A directed edge between two nodes of a cell.
  public struct Edge: Hashable, Sendable {
    /// The node whose value the operation takes.
    public let source: Int
    /// The node to whose sum the result is added.
    public let target: Int
  }

  /// The six edges in canonical order: (0,1), (0,2), (1,2), (0,3), (1,3), (2,3).
  ///
  /// This is the order of operations in architecture strings, of modules, and of parameters.
  public static let edges = (1...3).flatMap { target in
    (0..<target).map { Edge(source: $0, target: target) }
  }
}

extension NASBench201Architecture: Comparable {
  /// Whether one architecture comes before another in the enumeration.
  ///
  /// - Parameters:
  ///   - left: an architecture.
  ///   - right: another.
  /// - Returns: whether the rank of `left` is the smaller.
  public static func < (left: Self, right: Self) -> Bool {
    left.storage < right.storage
  }
}
