internal import Networks

/// The MobileNetV2 space: chains of convolutions and inverted residuals with a classifier.
///
/// The defaults are those of ImageNet. Networks have no squeeze-and-excitation, as in the search;
/// ``counts(of:squeezeExcitation:)`` knows what it adds.
public struct MobileNetV2Space: SearchSpace {
  /// `mobilenet-v2`.
  public static let name = "mobilenet-v2"
  /// Outputs of the classifier.
  public var classes: Int
  /// Rows and columns of an input image.
  public var resolution: Int

  /// Creates the space of networks for some images and classes.
  public init(classes: Int = 1000, resolution: Int = 224) {
    self.classes = classes
    self.resolution = resolution
  }

  /// Classes and resolution.
  public var settings: [String: SettingValue] {
    ["classes": .integer(classes), "resolution": .integer(resolution)]
  }

  /// What the network of an architecture costs.
  ///
  /// - Parameters:
  ///   - architecture: the blocks.
  ///   - squeezeExcitation: whether every inverted-residual unit has it.
  /// - Returns: the counts; the resolution must be 1 to 1,024, the classes 1 to 1,000,000.
  public func counts(
    of architecture: MobileNetV2Architecture, squeezeExcitation: Bool = false
  ) -> MobileNetV2Counts {
    MobileNetV2Counts(
      architecture, resolution: resolution, classes: classes,
      squeezeExcitation: squeezeExcitation)
  }
}
