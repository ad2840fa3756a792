/// What a parameter tensor is for; initialisers and weight selections go by it.
public enum ParameterRole: Hashable, Sendable {
  /// Weights of a layer: a convolution or a linear map; each output reads `fanIn` inputs.
  case weight(fanIn: Int)
  /// Biases of a layer whose outputs read `fanIn` inputs.
  case bias(fanIn: Int)
  /// Scales of a normalisation.
  case scale
  /// Shifts of a normalisation.
  case shift
  /// Anything else that begins as one number, such as the slopes of a PReLU or the scales of a layer.
  case constant(Float)
  /// Anything else that is drawn from a normal distribution about 0, such as positions and class tokens.
  case normal(standardDeviation: Float)

  /// Whether the tensor is the weight of a layer.
  public var isLayerWeight: Bool { if case .weight = self { true } else { false } }

  /// Whether the tensor is the bias of a layer.
  public var isLayerBias: Bool { if case .bias = self { true } else { false } }
}

/// The name, shape and role of one parameter tensor, without numbers.
public struct ParameterSpec: Hashable, Sendable {
  /// The name in the state dictionary of the equivalent PyTorch module.
  public var name: String
  /// The extents, row-major.
  public var shape: [Int]
  /// What the tensor is for.
  public var role: ParameterRole

  /// Creates a specification.
  public init(name: String, shape: [Int], role: ParameterRole) {
    self.name = name
    self.shape = shape
    self.role = role
  }

  /// Elements of the tensor.
  public var count: Int { shape.reduce(1, *) }
  /// Inputs that one output of its layer reads, 1 for what belongs to no layer.
  public var fanIn: Int {
    switch role {
    case .weight(let fanIn), .bias(let fanIn): fanIn
    case .scale, .shift, .constant, .normal: 1
    }
  }
}

/// The name, shape and first value of a tensor that belongs to a network's state but is not learned: the
/// running statistics of a batch normalisation.
public struct BufferSpec: Hashable, Sendable {
  /// The name in the state dictionary of the equivalent PyTorch module.
  public var name: String
  /// The extents, row-major.
  public var shape: [Int]
  /// What every element is before anything has been run.
  public var value: Float

  /// Creates a specification.
  public init(name: String, shape: [Int], value: Float) {
    self.name = name
    self.shape = shape
    self.value = value
  }

  /// Elements of the tensor.
  public var count: Int { shape.reduce(1, *) }
}

/// One number among the parameters of a network, or of an operator.
public struct WeightAddress: Hashable, Sendable {
  /// The position of the tensor in the network's, or the operator's, parameter order.
  public var parameter: Int
  /// The row-major position inside the tensor.
  public var index: Int

  /// Creates an address.
  public init(parameter: Int, index: Int) {
    self.parameter = parameter
    self.index = index
  }
}

/// The numbers of a network's parameters and buffers, tensor by tensor, row-major.
public struct Parameters: Sendable, Hashable {
  /// One array for each parameter tensor, in the network's order.
  public var values: [[Float]]
  /// One array for each buffer, in the network's order.
  public var buffers: [[Float]]

  /// Joins numbers to a network's specifications; without buffers, those of a network that was never
  /// run.
  public init(_ values: [[Float]], buffers: [[Float]]? = nil, for network: Network) {
    let buffers =
      buffers ?? network.buffers.map { [Float](repeating: $0.value, count: $0.count) }
    precondition(
      values.count == network.parameters.count
        && zip(values, network.parameters).allSatisfy { $0.count == $1.count },
      "\(values.count) tensors for \(network.parameters.count) specifications")
    precondition(
      buffers.count == network.buffers.count
        && zip(buffers, network.buffers).allSatisfy { $0.count == $1.count },
      "\(buffers.count) buffers for \(network.buffers.count) specifications")
    self.values = values
    self.buffers = buffers
  }
}
