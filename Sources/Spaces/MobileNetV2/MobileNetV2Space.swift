public import Formats
public import Networks
public import Scoring

/// The MobileNetV2 space: chains of convolutions and inverted residuals with a classifier.
///
/// The networks that are searched have no squeeze-and-excitation; those that are trained at last have it.
public struct MobileNetV2Space: SearchSpace {
  /// `mobilenet-v2`.
  public static let name = "mobilenet-v2"
  /// Images of ImageNet and ten classes: VKDNW of its thousand classes takes some twenty times as long.
  public static let sizes = SpaceSizes(classes: 10, resolution: 224)
  /// The largest resolution: up to it no count overflows.
  public static let maximumResolution = 1024
  /// The sub-layers, which the searches of this space limit.
  public static var layerCounting: LayerCounting { .subLayers }

  /// Outputs of the classifier.
  public var classes: Int
  /// Rows and columns of an input image.
  public var resolution: Int
  /// Whether every inverted-residual unit reweighs its channels before the last convolution.
  ///
  /// Hu, Shen and Sun, *Squeeze-and-Excitation Networks*, CVPR 2018.
  public var squeezeExcitation: Bool

  /// Creates the space of networks for some images and classes.
  public init(
    classes: Int = Self.sizes.classes, resolution: Int = Self.sizes.resolution,
    squeezeExcitation: Bool = false
  ) {
    self.classes = classes
    self.resolution = resolution
    self.squeezeExcitation = squeezeExcitation
  }

  /// Classes and resolution, and squeeze-and-excitation where there is some.
  public var settings: [String: SettingValue] {
    var settings: [String: SettingValue] = [
      "classes": .integer(classes), "resolution": .integer(resolution),
    ]
    if squeezeExcitation { settings["squeezeExcitation"] = .text("on") }
    return settings
  }

  /// Multiply-accumulates without biases, all parameters, and the sub-layers.
  ///
  /// - Throws: `NetworkError` where the images have no rows, or more than ``maximumResolution``.
  public func costs(of architecture: MobileNetV2Architecture) throws(NetworkError) -> SpaceCosts {
    try checkSizes()
    let counts = counts(of: architecture)
    return SpaceCosts(
      flops: counts.multiplyAdds, parameters: counts.parameters, layers: architecture.layers,
      weightLayers: counts.convolutions + counts.linearLayers)
  }

  /// Refuses images and classes that no network has.
  func checkSizes() throws(NetworkError) {
    guard (1...Self.maximumResolution).contains(resolution), classes > 0 else {
      throw NetworkError(
        node: "input",
        problem: "images of \(resolution) rows in \(classes) classes; rows are 1 to "
          + "\(Self.maximumResolution)")
    }
  }

  /// All counts of the network of an architecture.
  ///
  /// - Parameters:
  ///   - architecture: the blocks.
  ///   - squeezeExcitation: whether every inverted-residual unit has it, `nil` for what the space says.
  /// - Returns: the counts; the resolution must be 1 to 1,024, the classes 1 to 1,000,000.
  public func counts(
    of architecture: MobileNetV2Architecture, squeezeExcitation: Bool? = nil
  ) -> MobileNetV2Counts {
    MobileNetV2Counts(
      architecture, resolution: resolution, classes: classes,
      squeezeExcitation: squeezeExcitation ?? self.squeezeExcitation)
  }
}

extension MobileNetV2Space: SearchableSpace {
  /// What the networks are.
  public var summary: String { "chains of inverted residuals" }
  /// The notation and the start of its searches.
  public var citation: String { "Lin et al., ICCV 2021" }

  /// Classes and resolution.
  public var sizes: SpaceSizes {
    get { SpaceSizes(classes: classes, resolution: resolution) }
    set {
      classes = newValue.classes
      resolution = newValue.resolution
    }
  }

  /// 1,024: up to it no count overflows.
  public var maximumResolution: Int { Self.maximumResolution }

  /// Reads the blocks of a network.
  ///
  /// - Throws: `MobileNetV2ParsingError`.
  public func architecture(parsing text: String) throws -> MobileNetV2Architecture {
    try MobileNetV2Architecture(parsing: text)
  }

  /// The network that ZiCo found within 450 million multiply-accumulates.
  public var example: MobileNetV2Architecture { .zico450 }

  /// The mutations of the released start.
  public var domain: MobileNetV2Domain { MobileNetV2Domain(space: self, start: .releasedStart) }

  /// The space of the networks of a record, which may have squeeze-and-excitation.
  public func configured(by settings: [String: SettingValue]) -> Self {
    var space = self
    if case .integer(let classes) = settings["classes"] { space.classes = classes }
    if case .integer(let resolution) = settings["resolution"] { space.resolution = resolution }
    space.squeezeExcitation = settings["squeezeExcitation"] == .text("on")
    return space
  }
}
