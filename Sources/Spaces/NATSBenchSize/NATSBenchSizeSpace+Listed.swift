public import Scoring

extension NATSBenchSizeSpace: SearchableSpace {
  /// What the networks are.
  public var summary: String { "one cell in five widths of eight to 64 channels" }
  /// The benchmark.
  public var citation: String { "Dong et al., TPAMI 2021" }

  /// Classes and resolution.
  public var sizes: SpaceSizes {
    get { SpaceSizes(classes: classes, resolution: resolution) }
    set {
      classes = newValue.classes
      resolution = newValue.resolution
    }
  }

  /// Reads five widths.
  ///
  /// - Throws: `ArchitectureError`.
  public func architecture(parsing text: String) throws -> NATSBenchSizeArchitecture {
    try NATSBenchSizeArchitecture(parsing: text)
  }

  /// A network whose cells change the width and keep it.
  public var example: NATSBenchSizeArchitecture { NATSBenchSizeArchitecture(rank: 0o01347) }

  /// 32,768.
  public var architectureCount: Int? { NATSBenchSizeArchitecture.count }

  /// Widths drawn uniformly, then widths with one of them drawn anew.
  public var domain: NATSBenchSizeDomain { NATSBenchSizeDomain(space: self) }
}
