public import Formats
public import Scoring

/// The tasks of TransNAS-Bench-101 whose results are embedded.
///
/// One network serves all of them, with the number of classes that published proxies were computed for.
private enum TransNASTask {
  static let classScene = BenchmarkTask(name: "class_scene", sizes: TransNASMicroSpace.sizes)
  static let jigsaw = BenchmarkTask(name: "jigsaw", sizes: TransNASMicroSpace.sizes)
  static let normal = BenchmarkTask(name: "normal", sizes: TransNASMicroSpace.sizes)
}

extension TransNASMicroSpace: SearchableSpace {
  /// What the cells are.
  public var summary: String { "cells with one of four operations on each of six edges" }
  /// The benchmark.
  public var citation: String { "Duan et al., CVPR 2021" }

  /// Classes and resolution.
  public var sizes: SpaceSizes {
    get { SpaceSizes(classes: classes, resolution: resolution) }
    set {
      classes = newValue.classes
      resolution = newValue.resolution
    }
  }

  /// Reads a cell in one of its notations.
  ///
  /// - Throws: `ArchitectureError`.
  public func architecture(parsing text: String) throws -> TransNASMicroArchitecture {
    try TransNASMicroArchitecture(parsing: text)
  }

  /// A cell with all four operations.
  public var example: TransNASMicroArchitecture {
    TransNASMicroArchitecture(operations: [
      .skip, .none, .convolution1x1, .convolution3x3, .convolution3x3, .convolution3x3,
    ])
  }

  /// 4,096.
  public var architectureCount: Int? { TransNASMicroArchitecture.count }

  /// Operations on the edges of four nodes.
  public func cellGraphs(of architecture: TransNASMicroArchitecture) -> [CellGraph] {
    let edges = zip(TransNASMicroArchitecture.edges, architecture.operations).map {
      CellGraph.Edge($0.source, $0.target, operation: $1.title, isZero: $1 == .none)
    }
    return [CellGraph(name: "cell", nodes: ["input", "1", "2", "output"], edges: edges)]
  }

  /// Cells drawn uniformly, then cells with one edge drawn anew.
  public var domain: TransNASMicroDomain { TransNASMicroDomain(space: self) }

  /// Scene classification, jigsaw puzzles, surface normals.
  public var tasks: [BenchmarkTask] {
    [TransNASTask.classScene, TransNASTask.jigsaw, TransNASTask.normal]
  }

  /// What all cells reached in validation: accuracies in percent; of normals the structural similarity
  /// times a hundred.
  public func accuracies(on task: BenchmarkTask) -> TaskAccuracies<TransNASMicroArchitecture>? {
    switch task.name {
    case TransNASTask.classScene.name: Self.classScene
    case TransNASTask.jigsaw.name: Self.jigsaw
    case TransNASTask.normal.name: Self.normal
    default: nil
    }
  }

  static let classScene = table(TransNASMicroAccuracyText.classScene)
  static let jigsaw = table(TransNASMicroAccuracyText.jigsaw)
  static let normal = table(TransNASMicroAccuracyText.normal, times: 100)

  private static func table(
    _ text: String, times factor: Double = 1
  ) -> TaskAccuracies<TransNASMicroArchitecture> {
    TaskAccuracies(
      Array(TransNASMicroArchitecture.all),
      EmbeddedNumbers.decodeFloats(text).map { factor * $0 })
  }

  /// The space with the sizes of a record.
  public func configured(by settings: [String: SettingValue]) -> Self {
    Self(
      width: settings.integer("width") ?? width, classes: settings.integer("classes") ?? classes,
      resolution: settings.integer("resolution") ?? resolution)
  }
}

extension TransNASMacroSpace: SearchableSpace {
  /// What the networks are.
  public var summary: String { "chains of four to six modules of two residual blocks" }
  /// The benchmark.
  public var citation: String { "Duan et al., CVPR 2021" }

  /// Classes and resolution.
  public var sizes: SpaceSizes {
    get { SpaceSizes(classes: classes, resolution: resolution) }
    set {
      classes = newValue.classes
      resolution = newValue.resolution
    }
  }

  /// Reads a network in one of its notations.
  ///
  /// - Throws: `ArchitectureError`.
  public func architecture(parsing text: String) throws -> TransNASMacroArchitecture {
    try TransNASMacroArchitecture(parsing: text)
  }

  /// A network with a module of each kind.
  public var example: TransNASMacroArchitecture { Self.allKinds }

  private static let allKinds =
    TransNASMacroArchitecture.all.first {
      $0.modules == TransNASModule.allCases
    } ?? TransNASMacroArchitecture.all[0]

  /// 3,256.
  public var architectureCount: Int? { TransNASMacroArchitecture.all.count }

  /// Networks drawn uniformly, then networks with one module changed, added or left out.
  public var domain: TransNASMacroDomain { TransNASMacroDomain(space: self) }

  /// Scene classification, surface normals.
  public var tasks: [BenchmarkTask] { [TransNASTask.classScene, TransNASTask.normal] }

  /// What all networks but `64-113444-basic` reached in validation: accuracies in percent; of normals the
  /// structural similarity times a hundred.
  public func accuracies(on task: BenchmarkTask) -> TaskAccuracies<TransNASMacroArchitecture>? {
    switch task.name {
    case TransNASTask.classScene.name: Self.classScene
    case TransNASTask.normal.name: Self.normal
    default: nil
    }
  }

  static let classScene = table(TransNASMacroAccuracyText.classScene)
  static let normal = table(TransNASMacroAccuracyText.normal, times: 100)

  private static func table(
    _ text: String, times factor: Double = 1
  ) -> TaskAccuracies<TransNASMacroArchitecture> {
    TaskAccuracies(
      TransNASMacroArchitecture.all.filter { $0.description != "64-113444-basic" },
      EmbeddedNumbers.decodeFloats(text).map { factor * $0 })
  }

  /// The space with the sizes of a record.
  public func configured(by settings: [String: SettingValue]) -> Self {
    var epsilon = shortcutEpsilon
    if case .number(let value) = settings["shortcutEpsilon"] { epsilon = value }
    return Self(
      width: settings.integer("width") ?? width, classes: settings.integer("classes") ?? classes,
      resolution: settings.integer("resolution") ?? resolution, shortcutEpsilon: epsilon)
  }
}

extension TransNASOperation {
  /// What it is called in print.
  fileprivate var title: String {
    switch self {
    case .none: "none"
    case .skip: "skip"
    case .convolution1x1: "convolution 1x1"
    case .convolution3x3: "convolution 3x3"
    }
  }
}
