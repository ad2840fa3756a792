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

extension NASBench201Architecture: LosslessStringConvertible {
  /// The architecture string of the benchmark, such as
  /// `|nor_conv_3x3~0|+|none~0|skip_connect~1|+|none~0|none~1|avg_pool_3x3~2|`.
  ///
  /// The groups belong to nodes 1 to 3; each lists the operation and source of the incoming edges.
  public var description: String {
    var text = ""
    text.reserveCapacity(100)
    for (number, edge) in Self.edges.enumerated() {
      if edge.source == 0 {
        text += edge.target == 1 ? "|" : "+|"
      }
      text += "\(self[number].rawValue)~\(edge.source)|"
    }
    return text
  }

  /// The architecture of a text in any of the four forms, or `nil` if it has none of them.
  ///
  /// ``init(parsing:)`` says what is wrong with the text.
  ///
  /// - Parameter description: an architecture string, a benchmark index, an operation tuple or a dictionary of
  ///   edges.
  public init?(_ description: String) {
    guard let architecture = try? Self(parsing: description) else { return nil }
    self = architecture
  }
}

extension NASBench201Architecture {
  /// The index in NAS-Bench-201 and in the topology space of NATS-Bench, 0 to 15,624.
  ///
  /// The order is a fixed shuffle without a formula; it comes with the accuracy table.
  public var benchmarkIndex: Int {
    AccuracyTable.nasBench201.index(of: self)
  }

  /// The architecture with an index of the benchmark.
  ///
  /// - Parameter benchmarkIndex: 0 to 15,624.
  public init(benchmarkIndex: Int) {
    self = AccuracyTable.nasBench201.architecture(atIndex: benchmarkIndex)
  }

  /// The operations as NASLib and GRAF write them, such as `(2, 2, 2, 2, 2, 2)`.
  ///
  /// The codes are those of ``NASBench201Operation/nasLibCode``, and the edges come by their source:
  /// (0,1), (0,2), (0,3), (1,2), (1,3), (2,3).
  public var operationTuple: String {
    let codes = Self.nasLibEdgeOrder.map { String(self[$0].nasLibCode) }
    return "(" + codes.joined(separator: ", ") + ")"
  }

  /// The number in ``edges`` of each edge of an operation tuple.
  static let nasLibEdgeOrder = [0, 1, 3, 2, 4, 5]
}

// An edge is alive if its operation is not `none`, its source is reached from the input of the
// cell, and the output is reached from its target. All other edges are dead: they do not change
// what the cell computes.

extension NASBench201Architecture {
  /// The edges that what the cell computes depends on, in canonical order.
  ///
  /// They are the edges on the paths from input to output that no `none` interrupts.
  public var liveEdges: [Edge] {
    let live = liveMask
    return (0..<6).filter { live >> $0 & 1 == 1 }.map { Self.edges[$0] }
  }

  /// Whether no operation other than `none` stands on a dead edge.
  ///
  /// 9,445 architectures satisfy this, which the literature also calls the unique or valid
  /// networks: 9,444 connected ones, and the cell of six `none`, which has no edge to be dead.
  public var isLive: Bool { liveMask == openMask }

  /// Whether the output of the cell depends on its input; 341 architectures are not connected.
  public var isConnected: Bool { liveMask != 0 }

  /// The architecture with `none` on every dead edge.
  ///
  /// It computes the same function. Pruning maps the space onto the architectures that are live,
  /// each of which it leaves as it is.
  public var pruned: NASBench201Architecture {
    let live = liveMask
    return NASBench201Architecture(
      operations: (0..<6).map { live >> $0 & 1 == 1 ? self[$0] : NASBench201Operation.none })
  }

  /// The edges with an operation other than `none`, one bit an edge in canonical order.
  private var openMask: UInt8 {
    var mask: UInt8 = 0
    for edge in 0..<6 where self[edge] != NASBench201Operation.none {
      mask |= 1 << edge
    }
    return mask
  }

  /// The edges that are alive, one bit an edge in canonical order.
  private var liveMask: UInt8 {
    let open = openMask
    let edges = Self.edges
    // One bit a node: reached from the input, and from where the output is reached.
    var reached: UInt8 = 0b0001
    var reaches: UInt8 = 0b1000
    // Edges come by their target, so one pass in each direction meets every path.
    for (number, edge) in edges.enumerated() where open >> number & 1 == 1 {
      reached |= (reached >> edge.source & 1) << edge.target
    }
    for (number, edge) in edges.enumerated().reversed() where open >> number & 1 == 1 {
      reaches |= (reaches >> edge.target & 1) << edge.source
    }
    var live: UInt8 = 0
    for (number, edge) in edges.enumerated() {
      live |= (open >> number & reached >> edge.source & reaches >> edge.target & 1) << number
    }
    return live
  }
}
