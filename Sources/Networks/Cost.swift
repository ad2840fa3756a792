/// What a network costs, counted from its graph alone.
public struct Cost: Hashable, Sendable {
  /// Multiply-accumulate operations of convolutions and linear layers for one image; their biases
  /// count, normalisation, pooling, activations and sums do not.
  public var multiplyAdds: Int
  /// Parameters, those of batch normalisation included, buffers not.
  public var parameters: Int
  /// Parameter tensors.
  public var tensors: Int
  /// Convolutions and linear layers.
  public var layers: Int
}

extension Network {
  /// The cost of this network.
  public var cost: Cost {
    Cost(
      multiplyAdds: nodes.indices.reduce(0) { $0 + multiplyAdds(of: $1) },
      parameters: parameters.reduce(0) { $0 + $1.count },
      tensors: parameters.count,
      layers: parameters.count { $0.role.isLayerWeight })
  }
}
