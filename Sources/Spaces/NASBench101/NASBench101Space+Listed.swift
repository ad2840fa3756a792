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

  /// Specifications drawn uniformly, then specifications with one edge or operation changed.
  public var domain: NASBench101Domain { NASBench101Domain(space: self) }

  /// CIFAR-10.
  public var tasks: [BenchmarkTask] {
    [BenchmarkTask(name: "cifar10", title: "CIFAR-10", sizes: Self.sizes)]
  }

  /// The validation accuracies of 250 specifications in percent.
  ///
  /// They are 161 modules, of which some stand with accuracies of different trainings. What is computed
  /// of their number, such as an interval, has to take those of one ``NASBench101Architecture/moduleHash``
  /// together.
  public func accuracies(on task: BenchmarkTask) -> TaskAccuracies<NASBench101Architecture>? {
    task.name == "cifar10" ? Self.cifar10 : nil
  }

  static let cifar10: TaskAccuracies<NASBench101Architecture> = {
    let rows = EmbeddedRows.decode(NASBench101AccuracyText.cifar10)
    let count = NASBench101Architecture.maximumVertices
    let architectures = rows.map { row in
      NASBench101Architecture(
        unchecked: (0..<count).map { vertex in
          row.digits[vertex * count..<(vertex + 1) * count].map { $0 == 1 }
        },
        row.digits[count * count + 1..<row.digits.count - 1].compactMap {
          NASBench101Operation(rawValue: $0)
        })
    }
    return TaskAccuracies(architectures, rows.map(\.value))
  }()

  /// The space with the sizes of a record.
  public func configured(by settings: [String: SettingValue]) -> Self {
    Self(
      width: settings.integer("width") ?? width, cells: settings.integer("cells") ?? cells,
      classes: settings.integer("classes") ?? classes,
      resolution: settings.integer("resolution") ?? resolution)
  }
}
