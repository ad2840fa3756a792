public import Formats
public import Networks
internal import Tensors

/// A network as a JSON graph for other programs.
public struct NetworkDocument: Sendable {
  /// The name of the format, under `format`.
  public static let format = "training-free-nas network"
  /// The version of the format, which grows when a reader of the one before could be misled.
  public static let version = 2

  /// The document.
  public let json: JSONValue

  /// Describes a network.
  ///
  /// - Parameters:
  ///   - network: the network.
  ///   - costs: what it costs as its space counts it, `nil` for what the graph shows.
  ///   - space: the name of its search space.
  ///   - architecture: its text there.
  ///   - settings: what the network depends on besides, such as its classes.
  ///   - seed: the seed of the weights that go with it.
  public init(
    _ network: Network, costs: SpaceCosts? = nil, space: String, architecture: String,
    settings: [String: SettingValue],
    seed: UInt64
  ) {
    let names = network.uniqueNames
    let costs = costs ?? SpaceCosts(network)
    json = [
      "format": .text(Self.format), "version": .integer(Self.version),
      "space": .text(space), "architecture": .text(architecture),
      "settings": JSONValue(settings: settings),
      "seed": .unsigned(seed),
      "multiplyAdds": .integer(costs.flops), "parameters": .integer(costs.parameters),
      "output": .text(names[network.output]),
      "blocks": .array(network.blockOutputs.map { .text(names[$0]) }),
      "nodes": .array(
        network.nodes.indices.map { position in
          let node = network.nodes[position]
          let exported = node.op?.exported(
            inputs: network.inputShapes(of: position), output: node.shape)
          return [
            "name": .text(names[position]),
            "operation": .text(node.op?.name ?? "input"),
            "attributes": .object(
              (exported?.attributes ?? []).map {
                JSONValue.Member($0.name, Self.value($0.value))
              }),
            "inputs": .array(node.inputs.map { .text(names[$0]) }),
            "shape": .array(node.shape.extents.map(JSONValue.integer)),
            "parameters": .array(
              network.parameters[node.parameters].map {
                ["name": .text($0.name), "shape": .array($0.shape.map(JSONValue.integer))]
              }),
          ]
        }),
    ]
  }

  private static func value(_ value: ExportedOperation.Value) -> JSONValue {
    switch value {
    case .integer(let value): .integer(value)
    case .number(let value): .number(value)
    case .flag(let value): .boolean(value)
    case .integers(let values): .array(values.map(JSONValue.integer))
    case .text(let value): .text(value)
    }
  }
}
