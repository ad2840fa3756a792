/// What a parameter tensor is for; initialisers and weight selections go by it.
public enum ParameterRole: Hashable, Sendable {
  /// Weights of a convolution, `[out, in / groups, height, width]`.
  case convolutionWeight
  /// Biases of a convolution, `[out]`.
  case convolutionBias
  /// Weights of a linear layer, `[out, in]`.
  case denseWeight
  /// Biases of a linear layer, `[out]`.
  case denseBias
  /// Scales of a batch normalisation, `[channels]`.
  case normalizationScale
  /// Shifts of a batch normalisation, `[channels]`.
  case normalizationShift

  /// Whether the tensor is the weight of a convolution or a linear layer.
  public var isLayerWeight: Bool { self == .convolutionWeight || self == .denseWeight }

  /// Whether the tensor is the bias of a convolution or a linear layer.
  public var isLayerBias: Bool { self == .convolutionBias || self == .denseBias }
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
  /// Inputs that one output of a layer reads: the product of all extents but the first.
  public var fanIn: Int { shape.dropFirst().reduce(1, *) }
}

/// One number among the parameters of a network.
public struct WeightAddress: Hashable, Sendable {
  /// The position of the tensor in the network's parameter order.
  public var parameter: Int
  /// The row-major position inside the tensor.
  public var index: Int

  /// Creates an address.
  public init(parameter: Int, index: Int) {
    self.parameter = parameter
    self.index = index
  }
}
