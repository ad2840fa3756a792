public import Formats
internal import Interchange
public import Networks

/// What networks have and do.
public struct CountReport: Report {
  /// The count of one network.
  public struct Entry: Hashable, Sendable {
    /// What the network is called.
    public let network: String
    /// Its count.
    public let count: NetworkCount

    /// Creates an entry.
    public init(network: String, count: NetworkCount) {
      self.network = network
      self.count = count
    }
  }

  /// The networks.
  public let entries: [Entry]

  /// Creates a report.
  public init(_ entries: [Entry]) { self.entries = entries }

  /// A row for each network; then its operators, or its layers where they were counted, with more digits.
  public func table(_ layout: TableLayout) -> String {
    var whole = TextTable([
      .architecture("network"), .init("parameters", .right), .init("multiply-adds", .right),
      .init("layers", .right), .init("activations", .right), .init("peak memory", .right),
    ])
    for entry in entries {
      let count = entry.count
      whole.add([
        entry.network, grouped(count.parameters), grouped(count.multiplyAdds),
        grouped(count.layers), grouped(count.activations),
        byteText(count.peakActivationBytes),
      ])
    }
    let parts = entries.map { entry in
      let title = entries.count > 1 ? "\n\(entry.network)\n" : "\n"
      return title
        + (entry.count.byLayer.map { Self.layers($0, layout) }
          ?? Self.operators(entry.count.byOperator, layout))
    }
    return whole.text(layout) + parts.joined()
  }

  private static func operators(
    _ shares: [NetworkCount.OperatorShare], _ layout: TableLayout
  ) -> String {
    var table = TextTable([
      .init("operator", .left), .init("count", .right), .init("parameters", .right),
      .init("multiply-adds", .right),
    ])
    for share in shares {
      table.add([
        share.operator, grouped(share.count), grouped(share.parameters),
        grouped(share.multiplyAdds),
      ])
    }
    return table.text(layout)
  }

  private static func layers(_ layers: [NetworkCount.Layer], _ layout: TableLayout) -> String {
    var table = TextTable([
      .architecture("layer"), .init("operator", .left), .init("shape", .right),
      .init("parameters", .right), .init("multiply-adds", .right), .init("activations", .right),
    ])
    for layer in layers {
      table.add([
        layer.name, layer.operator, layer.shape.map(String.init).joined(separator: "x"),
        grouped(layer.parameters), grouped(layer.multiplyAdds), grouped(layer.activations),
      ])
    }
    return table.text(layout)
  }

  /// The counts, a member for each network.
  public var json: JSONValue { .array(lines) }

  /// The count of each network.
  public var lines: [JSONValue] { entries.map { $0.count.json(network: $0.network) } }

  private var hasLayers: Bool { entries.contains { $0.count.byLayer != nil } }

  /// The names of the counts; with layers, a record for each of them.
  public var header: [String] {
    hasLayers
      ? [
        "network", "layer", "operator", "shape", "parameters", "multiplyAdds", "activations",
      ]
      : [
        "network", "parameters", "multiplyAdds", "biasAdds", "layers", "activations",
        "peakActivationBytes", "batch",
      ]
  }

  /// One record for each network, or for each layer.
  public var records: [[String]] {
    guard hasLayers else {
      return entries.map { entry in
        let count = entry.count
        return [entry.network]
          + [
            count.parameters, count.multiplyAdds, count.biasAdds, count.layers, count.activations,
            count.peakActivationBytes, count.batch,
          ].map(String.init)
      }
    }
    return entries.flatMap { entry in
      (entry.count.byLayer ?? []).map { layer in
        [
          entry.network, layer.name, layer.operator,
          layer.shape.map(String.init).joined(separator: "x"), "\(layer.parameters)",
          "\(layer.multiplyAdds)", "\(layer.activations)",
        ]
      }
    }
  }
}
