internal import Tensors

/// What a network has and does, counted from its graph alone: whole, by operator and by layer.
///
/// Numbers are for one image, apart from the memory.
///
/// - Parameters are those that training changes; running statistics are not counted.
/// - Multiply-adds are those of convolutions, linear layers and products of activations, attention included.
///   Biases of layers count one each (`biasAdds` says how many they are: fvcore, thop and PyTorch's counter leave
///   them out); normalisations, poolings, activations, sums and resizes count nothing.
/// - Activations are the elements that convolutions, linear layers and products give, as fvcore counts them.
/// - The memory is that of a forward pass in the order of the graph that keeps a value until its last reader has
///   run; a value in another shape takes no room of its own, and nothing is computed in place.
public struct NetworkCount: Hashable, Sendable {
  /// The layers of one operator.
  public struct OperatorShare: Hashable, Sendable {
    /// The name of the operator.
    public var `operator`: String
    /// Layers.
    public var count: Int
    /// Multiply-adds for one image.
    public var multiplyAdds: Int
    /// Parameters.
    public var parameters: Int
  }

  /// One layer.
  public struct Layer: Hashable, Sendable {
    /// A name that no other layer has.
    public var name: String
    /// The name of the operator.
    public var `operator`: String
    /// The extents of its value for one image.
    public var shape: [Int]
    /// Multiply-adds for one image.
    public var multiplyAdds: Int
    /// Parameters.
    public var parameters: Int
    /// Elements that count as activations.
    public var activations: Int
  }

  /// Parameters.
  public var parameters: Int
  /// Multiply-adds for one image.
  public var multiplyAdds: Int
  /// How many of the multiply-adds are additions of biases.
  public var biasAdds: Int
  /// Trainable layers: weights of convolutions and linear layers.
  public var layers: Int
  /// Elements that convolutions, linear layers and products give for one image.
  public var activations: Int
  /// Bytes of values that are alive at one time.
  public var peakActivationBytes: Int
  /// The images in a batch that the memory is for.
  public var batch: Int
  /// By operator, in the order in which they first stand in the network.
  public var byOperator: [OperatorShare]
  /// By layer, `nil` where that was not asked for.
  public var byLayer: [Layer]?

  /// Counts.
  ///
  /// - Parameters:
  ///   - network: the network.
  ///   - batch: the images in a batch, for the memory; at least 1.
  ///   - bytesPerElement: bytes of an element of a value, for the memory.
  ///   - includesLayers: whether every layer is listed.
  public init(
    _ network: Network, batch: Int = 1, bytesPerElement: Int = 4, includesLayers: Bool = false
  ) {
    let names = network.uniqueNames
    var layers: [Layer] = []
    var shares: [OperatorShare] = []
    var place: [String: Int] = [:]
    var biasAdds = 0
    for (position, node) in network.nodes.enumerated() {
      guard let op = node.op, !(op is Reorder) else { continue }
      var layer = Layer(
        name: names[position], operator: op.name, shape: node.shape.extents,
        multiplyAdds: network.multiplyAdds(of: position),
        parameters: network.parameters[node.parameters].reduce(0) { $0 + $1.count },
        activations: 0)
      let specs = network.parameters[node.parameters]
      if layer.multiplyAdds > 0 {
        let biases = specs.count { $0.role.isLayerBias }
        if biases > 0 { biasAdds += node.shape.count }
        // A bias that stands alone adds to what the layer in front of it gave.
        if biases == 0 || biases < specs.count { layer.activations = node.shape.count }
      }
      layers.append(layer)
      let index = place[op.name] ?? shares.count
      if index == shares.count {
        place[op.name] = index
        shares.append(OperatorShare(operator: op.name, count: 0, multiplyAdds: 0, parameters: 0))
      }
      shares[index].count += 1
      shares[index].multiplyAdds += layer.multiplyAdds
      shares[index].parameters += layer.parameters
    }
    let cost = network.cost
    parameters = cost.parameters
    multiplyAdds = cost.multiplyAdds
    self.biasAdds = biasAdds
    self.layers = cost.layers
    activations = layers.reduce(0) { $0 + $1.activations }
    self.batch = batch
    peakActivationBytes = ValueLifetimes(network).peakElements * batch * bytesPerElement
    byOperator = shares
    byLayer = includesLayers ? layers : nil
  }
}

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
