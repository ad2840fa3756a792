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
