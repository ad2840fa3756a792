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
