public import Networks

/// Tensors that a caller gives instead of those drawn from the seed.
public struct GivenTensors: Sendable {
  /// Numbers of the network's parameters.
  public var parameters: Parameters?
  /// A minibatch that serves every proxy, those of noise and those of images.
  public var inputs: Minibatch?
  /// A second minibatch, for proxies that read two.
  public var secondInputs: Minibatch?
  /// What names the origin in the settings of a record, such as a digest of a file.
  public var origin: [String: SettingValue]

  /// Creates a set of given tensors.
  public init(
    parameters: Parameters? = nil, inputs: Minibatch? = nil, secondInputs: Minibatch? = nil,
    origin: [String: SettingValue] = [:]
  ) {
    self.parameters = parameters
    self.inputs = inputs
    self.secondInputs = secondInputs
    self.origin = origin
  }
}
