public import Formats
internal import Networks
public import Scoring

/// The MobileNetV2 space: chains of convolutions and inverted residuals with a classifier.
///
/// The defaults are those of ImageNet, and those of the search, whose networks have no
/// squeeze-and-excitation; the networks that are trained at last have it.
public struct MobileNetV2Space: SearchSpace {
  /// `mobilenet-v2`.
  public static let name = "mobilenet-v2"
  /// Outputs of the classifier.
  public var classes: Int
  /// Rows and columns of an input image.
  public var resolution: Int
  /// Whether every inverted-residual unit reweighs its channels before the last convolution.
  ///
  /// Hu, Shen and Sun, *Squeeze-and-Excitation Networks*, CVPR 2018.
  public var squeezeExcitation: Bool

  /// Creates the space of networks for some images and classes.
  public init(classes: Int = 1000, resolution: Int = 224, squeezeExcitation: Bool = false) {
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

  /// What the network of an architecture costs.
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
