public import Formats
public import Scoring

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
