public import Formats
public import Networks

extension NetworkCount {
  /// The count as a member of the document of `count`.
  ///
  /// - Parameter network: what the network is called.
  /// - Returns: the member.
  public func json(network: String) -> JSONValue {
    var members: [JSONValue.Member] = [
      .init("network", .text(network)), .init("parameters", .integer(parameters)),
      .init("multiplyAdds", .integer(multiplyAdds)), .init("biasAdds", .integer(biasAdds)),
      .init("layers", .integer(layers)), .init("activations", .integer(activations)),
      .init("peakActivationBytes", .integer(peakActivationBytes)), .init("batch", .integer(batch)),
      .init(
        "byOperator",
        .array(
          byOperator.map { share in
            [
              "operator": .text(share.operator), "count": .integer(share.count),
              "multiplyAdds": .integer(share.multiplyAdds),
              "parameters": .integer(share.parameters),
            ]
          })),
    ]
    if let byLayer {
      members.append(
        .init(
          "byLayer",
          .array(
            byLayer.map { layer in
              [
                "name": .text(layer.name), "operator": .text(layer.operator),
                "shape": .array(layer.shape.map(JSONValue.integer)),
                "multiplyAdds": .integer(layer.multiplyAdds),
                "parameters": .integer(layer.parameters),
                "activations": .integer(layer.activations),
              ]
            })))
    }
    return .object(members)
  }
}
