/// What a network costs, as its space counts it.
public struct SpaceCosts: Hashable, Sendable {
  /// Multiply-accumulates for one image.
  public var flops: Int
  /// Numbers to be trained.
  public var parameters: Int
  /// Layers, as the space counts them.
  public var layers: Int
  /// Convolutions and linear layers, whatever the space counts as its layers.
  public var weightLayers: Int

  /// Creates costs; without another number the layers are those with weights.
  public init(flops: Int, parameters: Int, layers: Int, weightLayers: Int? = nil) {
    self.flops = flops
    self.parameters = parameters
    self.layers = layers
    self.weightLayers = weightLayers ?? layers
  }

  /// The costs that a graph shows, in which the biases of layers are operations too.
  public init(_ network: Network) {
    let cost = network.cost
    self.init(flops: cost.multiplyAdds, parameters: cost.parameters, layers: cost.layers)
  }
}
