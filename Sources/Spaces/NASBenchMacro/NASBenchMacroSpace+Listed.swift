public import Formats
public import Scoring

extension NASBenchMacroSpace: SearchableSpace {
  /// What the networks are.
  public var summary: String { "chains of eight identities or inverted residuals" }
  /// The benchmark.
  public var citation: String { "Su et al., CVPR 2021" }

  /// Classes and resolution.
  public var sizes: SpaceSizes {
    get { SpaceSizes(classes: classes, resolution: resolution) }
    set {
      classes = newValue.classes
      resolution = newValue.resolution
    }
  }

  /// Reads eight digits.
  ///
  /// - Throws: `ArchitectureError`.
  public func architecture(parsing text: String) throws -> NASBenchMacroArchitecture {
    try NASBenchMacroArchitecture(parsing: text)
  }

  /// A chain with both inverted residuals and an identity.
  public var example: NASBenchMacroArchitecture { NASBenchMacroArchitecture(rank: 1288) }

  /// 6,561.
  public var architectureCount: Int? { NASBenchMacroArchitecture.count }

  /// Chains drawn uniformly, then chains with one block drawn anew.
  public var domain: NASBenchMacroDomain { NASBenchMacroDomain(space: self) }

  /// CIFAR-10.
  public var tasks: [BenchmarkTask] {
    [BenchmarkTask(name: "cifar10", title: "CIFAR-10", sizes: Self.sizes)]
  }

  /// The test accuracies of all chains in percent, means of three trainings.
  public func accuracies(on task: BenchmarkTask) -> TaskAccuracies<NASBenchMacroArchitecture>? {
    task.name == "cifar10" ? Self.cifar10 : nil
  }

  static let cifar10 = TaskAccuracies(
    Array(NASBenchMacroArchitecture.all),
    EmbeddedNumbers.decode(NASBenchMacroAccuracyText.cifar10, digits: 3).map { Double($0) / 300 })

  /// The space with the sizes of a record.
  public func configured(by settings: [String: SettingValue]) -> Self {
    Self(
      width: settings.integer("width") ?? width, classes: settings.integer("classes") ?? classes,
      resolution: settings.integer("resolution") ?? resolution)
  }
}
