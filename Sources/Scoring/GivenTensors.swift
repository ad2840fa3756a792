public import Formats
public import Networks

/// Tensors that a caller gives instead of those drawn from the seed.
public struct GivenTensors: Sendable {
  /// Numbers of the network's parameters, in the place of those drawn by Kaiming's rule.
  public var parameters: Parameters?
  /// Numbers in the place of those drawn by other rules, by the rule.
  public var otherParameters: [Initializer: Parameters]
  /// A minibatch that serves every proxy, those of noise and those of images.
  public var inputs: Minibatch?
  /// A second minibatch, for proxies that read two.
  public var secondInputs: Minibatch?
  /// Signs that probe the blocks, for each block after the first in the shape of its output, images
  /// outermost.
  public var probes: [[Float]]?
  /// What names the origin in the settings of a record, such as a digest of a file.
  public var origin: [String: SettingValue]

  /// Creates a set of given tensors.
  public init(
    parameters: Parameters? = nil, otherParameters: [Initializer: Parameters] = [:],
    inputs: Minibatch? = nil, secondInputs: Minibatch? = nil, probes: [[Float]]? = nil,
    origin: [String: SettingValue] = [:]
  ) {
    self.parameters = parameters
    self.otherParameters = otherParameters
    self.inputs = inputs
    self.secondInputs = secondInputs
    self.probes = probes
    self.origin = origin
  }

  /// The given numbers in the place of those drawn by a rule, if there are any.
  func parameters(_ initializer: Initializer) -> Parameters? {
    initializer == .kaimingNormal ? parameters : otherParameters[initializer]
  }
}
