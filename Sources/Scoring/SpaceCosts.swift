public import Networks

/// What a network costs, as its space counts it.
public struct SpaceCosts: Hashable, Sendable {
  /// Multiply-accumulates for one image.
  public var flops: Int
  /// Numbers to be trained.
  public var parameters: Int
  /// Layers, as ``SearchSpace/layerCounting`` says.
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

/// What a space counts as its layers.
public enum LayerCounting: String, Hashable, Sendable {
  /// Convolutions and linear layers, dead ones included.
  case weightLayers = "convolutions and linear layers"
  /// The sub-layers of all blocks without the classifier, which publications on chains of blocks limit.
  case subLayers = "sub-layers of all blocks"
}

/// The sizes that networks of a space have where nothing else is said.
public struct SpaceSizes: Hashable, Sendable {
  /// Outputs of the classifier.
  public var classes: Int
  /// Rows and columns of an image.
  public var resolution: Int

  /// Creates sizes.
  public init(classes: Int, resolution: Int) {
    self.classes = classes
    self.resolution = resolution
  }
}
