public import Formats
public import Scoring

extension NASBench101Space: CellSpace, SearchableSpace {
  /// What the modules are.
  public var summary: String { "modules of at most seven vertices and nine edges" }
  /// The benchmark.
  public var citation: String { "Ying et al., ICML 2019" }

  /// Classes and resolution.
  public var sizes: SpaceSizes {
    get { SpaceSizes(classes: classes, resolution: resolution) }
    set {
      classes = newValue.classes
      resolution = newValue.resolution
    }
  }

  /// Reads a tuple of NASLib.
  ///
  /// - Throws: `ArchitectureError`.
  public func architecture(parsing text: String) throws -> NASBench101Architecture {
    try NASBench101Architecture(parsing: text)
  }

  /// A module with all three operations, edges from the input, and a vertex that reads two others.
  public var example: NASBench101Architecture {
    var matrix = [[Bool]](repeating: [Bool](repeating: false, count: 5), count: 5)
    for (source, target) in [(0, 1), (0, 2), (0, 4), (1, 3), (2, 3), (1, 4), (3, 4)] {
      matrix[source][target] = true
    }
    return NASBench101Architecture(
      unchecked: matrix, [.convolution3x3, .maxPool3x3, .convolution1x1])
  }

  /// Operations on the vertices of the pruned module.
  public func cellGraphs(of architecture: NASBench101Architecture) -> [CellGraph] {
    let module = architecture.pruned
    let edges = module.matrix.enumerated().flatMap { source, row in
      row.indices.filter { row[$0] }.map { CellGraph.Edge(source, $0) }
    }
    return [
      CellGraph(
        name: "module", nodes: ["input"] + module.operations.map(\.title) + ["output"],
        edges: edges)
    ]
  }

  /// Specifications drawn uniformly, then specifications with one edge or operation changed.
  public var domain: NASBench101Domain { NASBench101Domain(space: self) }

  /// CIFAR-10.
  public var tasks: [BenchmarkTask] {
    [BenchmarkTask(name: "cifar10", title: "CIFAR-10", sizes: Self.sizes)]
  }

  /// The validation accuracies of 161 modules in percent.
  ///
  /// They are on record for 250 specifications. Those of one module, which may stand with accuracies of
  /// different trainings, count as one network: the first of them, with the mean of its accuracies.
  public func accuracies(on task: BenchmarkTask) -> TaskAccuracies<NASBench101Architecture>? {
    task.name == "cifar10" ? Self.cifar10 : nil
  }

  static let cifar10: TaskAccuracies<NASBench101Architecture> = {
    var places: [String: Int] = [:]
    var modules: [(first: NASBench101Architecture, accuracies: [Double])] = []
    for (specification, accuracy) in specifications {
      let hash = specification.moduleHash
      if let place = places[hash] {
        modules[place].accuracies.append(accuracy)
      } else {
        places[hash] = modules.count
        modules.append((specification, [accuracy]))
      }
    }
    return TaskAccuracies(
      modules.map(\.first),
      modules.map { $0.accuracies.reduce(0, +) / Double($0.accuracies.count) })
  }()

  /// The 250 specifications and their accuracies as published.
  static let specifications: [(architecture: NASBench101Architecture, accuracy: Double)] = {
    let count = NASBench101Architecture.maximumVertices
    return EmbeddedRows.decode(NASBench101AccuracyText.cifar10).map { row in
      let architecture = NASBench101Architecture(
        unchecked: (0..<count).map { vertex in
          row.digits[vertex * count..<(vertex + 1) * count].map { $0 == 1 }
        },
        row.digits[count * count + 1..<row.digits.count - 1].compactMap {
          NASBench101Operation(rawValue: $0)
        })
      return (architecture, row.value)
    }
  }()

  /// The space with the sizes of a record.
  public func configured(by settings: [String: SettingValue]) -> Self {
    Self(
      width: settings.integer("width") ?? width, cells: settings.integer("cells") ?? cells,
      classes: settings.integer("classes") ?? classes,
      resolution: settings.integer("resolution") ?? resolution)
  }
}

extension NASBench101Operation {
  /// What it is called in print.
  fileprivate var title: String {
    switch self {
    case .maxPool3x3: "max-pool 3x3"
    case .convolution1x1: "convolution 1x1"
    case .convolution3x3: "convolution 3x3"
    }
  }
}
