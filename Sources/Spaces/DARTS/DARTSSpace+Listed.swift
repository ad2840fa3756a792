public import Formats
public import Scoring

extension DARTSSpace: CellSpace, SearchableSpace {
  /// What the cells are.
  public var summary: String { "normal and reduction cells of four nodes with two edges each" }
  /// The space, and the benchmark.
  public var citation: String { "Liu et al., ICLR 2019; Zela et al., ICLR 2022" }

  /// Classes and resolution.
  public var sizes: SpaceSizes {
    get { SpaceSizes(classes: classes, resolution: resolution) }
    set {
      classes = newValue.classes
      resolution = newValue.resolution
    }
  }

  /// Reads a genotype in one of its notations.
  ///
  /// - Throws: `ArchitectureError`.
  public func architecture(parsing text: String) throws -> DARTSArchitecture {
    try DARTSArchitecture(parsing: text)
  }

  /// A genotype with all operations of the search.
  public var example: DARTSArchitecture { Self.cifar10.architectures[100] }

  /// Operations on the edges of both cells, whose nodes are joined in the output.
  public func cellGraphs(of architecture: DARTSArchitecture) -> [CellGraph] {
    func graph(_ name: String, _ cell: [DARTSEdge]) -> CellGraph {
      let edges = cell.enumerated().map { place, edge in
        CellGraph.Edge(
          edge.source, place / 2 + 2, operation: edge.operation.rawValue,
          isZero: edge.operation == .none)
      }
      return CellGraph(
        name: name, nodes: ["c_{k-2}", "c_{k-1}", "0", "1", "2", "3", "c_{k}"],
        edges: edges + (2...5).map { CellGraph.Edge($0, 6) })
    }
    return [
      graph("normal cell", architecture.normal), graph("reduction cell", architecture.reduction),
    ]
  }

  /// Genotypes drawn uniformly, then genotypes with one edge changed.
  public var domain: DARTSDomain { DARTSDomain(space: self) }

  /// CIFAR-10.
  public var tasks: [BenchmarkTask] {
    [BenchmarkTask(name: "cifar10", title: "CIFAR-10", sizes: Self.sizes)]
  }

  /// What the surrogate of NAS-Bench-301 predicts for 250 genotypes, as validation accuracy in percent.
  public func accuracies(on task: BenchmarkTask) -> TaskAccuracies<DARTSArchitecture>? {
    task.name == "cifar10" ? Self.cifar10 : nil
  }

  static let cifar10: TaskAccuracies<DARTSArchitecture> = {
    let rows = EmbeddedRows.decode(NASBench301AccuracyText.cifar10)
    let architectures = rows.compactMap { row in
      let edges = stride(from: 0, to: row.digits.count, by: 2).map { place in
        DARTSEdge(DARTSOperation.searched[row.digits[place + 1]], source: row.digits[place])
      }
      return DARTSArchitecture(
        normal: Array(edges.prefix(DARTSArchitecture.edges)),
        reduction: Array(edges.dropFirst(DARTSArchitecture.edges)))
    }
    return TaskAccuracies(architectures, rows.map(\.value))
  }()

  /// The space with the sizes of a record.
  public func configured(by settings: [String: SettingValue]) -> Self {
    Self(
      width: settings.integer("width") ?? width, cells: settings.integer("cells") ?? cells,
      hasStem: settings["stem"] != .text("off"), classes: settings.integer("classes") ?? classes,
      resolution: settings.integer("resolution") ?? resolution)
  }
}
