public import Formats
public import Scoring

extension AutoFormerSpace: SearchableSpace {
  /// What the networks are.
  public var summary: String {
    "vision transformers of \(size.depths[0]) to \(size.depths[size.depths.count - 1]) layers"
  }
  /// The publication.
  public var citation: String { "Chen et al., ICCV 2021" }

  /// Classes and resolution.
  public var sizes: SpaceSizes {
    get { SpaceSizes(classes: classes, resolution: resolution) }
    set {
      classes = newValue.classes
      resolution = newValue.resolution
    }
  }

  /// Reads an architecture of this size.
  ///
  /// - Throws: `ArchitectureError`.
  public func architecture(parsing text: String) throws -> AutoFormerArchitecture {
    try AutoFormerArchitecture(parsing: text, size: size)
  }

  /// A network of the fewest layers, which choose everything that there is in turn.
  public var example: AutoFormerArchitecture {
    AutoFormerArchitecture(
      unchecked: size.embeddings[0],
      (0..<size.depths[0]).map { layer in
        AutoFormerArchitecture.Layer(
          heads: size.heads[layer % size.heads.count],
          ratio: size.ratios[layer % size.ratios.count])
      })
  }

  /// Architectures of this size drawn uniformly, then architectures with one choice changed.
  public var domain: AutoFormerDomain { AutoFormerDomain(space: self) }

  /// The space with the sizes of a record, and with what is not as published.
  public func configured(by settings: [String: SettingValue]) -> Self {
    Self(
      size: size, classes: settings.integer("classes") ?? classes,
      resolution: settings.integer("resolution") ?? resolution,
      hasRelativePositions: settings["relativePositions"] != .text("off"),
      maximumDistance: settings.integer("maximumDistance") ?? maximumDistance,
      readsMean: settings["reads"] != .text("class-token"))
  }
}
