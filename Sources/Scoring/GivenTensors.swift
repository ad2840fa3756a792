public import Formats
public import Networks

/// Tensors that a caller gives instead of those drawn from the seed.
public struct GivenTensors: Sendable {
  /// Numbers of the network's parameters, in the place of those drawn by Kaiming's rule and by
  /// PyTorch's.
  public var parameters: Parameters?
  /// Numbers in the place of those drawn by one rule, by the rule.
  public var otherParameters: [Initializer: Parameters]
  /// A minibatch that serves every proxy, those of noise and those of images.
  public var inputs: Minibatch?
  /// A second minibatch, for proxies that read two.
  public var secondInputs: Minibatch?
  /// Signs that probe the blocks, for each block after the first in the shape of its output, images
  /// outermost.
  public var probes: [[Float]]?
  /// The two orthonormal directions of the circle that Dextr walks on, each an image.
  public var circle: [[Double]]?
  /// The classes whose logits the released Dextr looks at.
  public var coordinates: [Int]?
  /// What names the origin in the settings of a record, such as a digest of a file.
  public var origin: [String: SettingValue]

  /// Creates a set of given tensors.
  public init(
    parameters: Parameters? = nil, otherParameters: [Initializer: Parameters] = [:],
    inputs: Minibatch? = nil, secondInputs: Minibatch? = nil, probes: [[Float]]? = nil,
    circle: [[Double]]? = nil, coordinates: [Int]? = nil,
    origin: [String: SettingValue] = [:]
  ) {
    self.parameters = parameters
    self.otherParameters = otherParameters
    self.inputs = inputs
    self.secondInputs = secondInputs
    self.probes = probes
    self.circle = circle
    self.coordinates = coordinates
    self.origin = origin
  }

  /// The given numbers in the place of those drawn by a rule, if there are any.
  ///
  /// A network that is given has its numbers whichever usual rule a proxy asks for; numbers of variance 1
  /// are what Zen is defined by, so they are no others.
  func parameters(_ initializer: Initializer) -> Parameters? {
    otherParameters[initializer] ?? (initializer == .standardNormal ? nil : parameters)
  }
}
