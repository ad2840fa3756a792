public import Formats
public import Networks
internal import Operators
public import Scoring
internal import Tensors

/// The cells of DARTS, and of NAS-Bench-301, in a chain.
///
/// H. Liu, K. Simonyan and Y. Yang, *DARTS: Differentiable Architecture Search*, ICLR 2019; A. Zela
/// et al., *Surrogate NAS Benchmarks: Going Beyond the Limited Search Spaces of Tabular NAS
/// Benchmarks*, ICLR 2022. The auxiliary head of the training has no part in the logits and is left out.
public struct DARTSSpace: SearchSpace {
  /// `darts`.
  public static let name = "darts"
  /// Ten classes and 32x32 pixels, as in CIFAR-10.
  public static let sizes = SpaceSizes(classes: 10, resolution: 32)

  /// The networks behind NAS-Bench-301: 32 channels, 8 cells.
  public static let nasBench301 = DARTSSpace()
  /// The networks in which DARTS searches: 16 channels, 8 cells.
  public static let searchSize = DARTSSpace(width: 16)
  /// The networks that DARTS trains at last: 36 channels, 20 cells.
  public static let evaluationSize = DARTSSpace(width: 36, cells: 20)
  /// One reduction cell of the image itself, which SWAP scores.
  ///
  /// Y. Peng et al., *SWAP-NAS*, ICLR 2024.
  public static let swap = DARTSSpace(width: 3, cells: 1, hasStem: false)

  /// Channels of the first cells; a reduction doubles them.
  public var width: Int
  /// Cells; those at a third and at two thirds of the way are reductions.
  public var cells: Int
  /// Whether a 3x3 convolution to three times the width comes first.
  public var hasStem: Bool
  /// Outputs of the classifier.
  public var classes: Int
  /// Rows and columns of an input image.
  public var resolution: Int

  /// Creates the space; the defaults are those of NAS-Bench-301.
  public init(
    width: Int = 32, cells: Int = 8, hasStem: Bool = true, classes: Int = Self.sizes.classes,
    resolution: Int = Self.sizes.resolution
  ) {
    self.width = width
    self.cells = cells
    self.hasStem = hasStem
    self.classes = classes
    self.resolution = resolution
  }

  /// The sizes, and that there is no stem where there is none.
  public var settings: [String: SettingValue] {
    var settings: [String: SettingValue] = [
      "width": .integer(width), "cells": .integer(cells), "classes": .integer(classes),
      "resolution": .integer(resolution),
    ]
    if !hasStem { settings["stem"] = .text("off") }
    return settings
  }

  /// The network of a genotype.
  ///
  /// A cell reads the outputs of the two before it, brought to its width, and gives its four nodes one
  /// behind the other. Parameters are named and ordered as in the PyTorch module of DARTS.
  ///
  /// - Throws: `NetworkError` where there is nothing of a size.
  public func network(for architecture: DARTSArchitecture) throws(NetworkError) -> Network {
    try SizeCheck.check(resolution: resolution, classes: classes, width: width)
    guard (1...100).contains(cells) else {
      throw NetworkError(node: "cells", problem: "\(cells) cells; cells are 1 to 100")
    }
    var builder = NetworkBuilder(
      input: Shape(channels: 3, height: resolution, width: resolution))
    var stem = 0
    if hasStem {
      stem = try builder.addNormalized(
        Convolution(inChannels: 3, outChannels: 3 * width, kernel: 3), reading: 0, name: "stem")
      builder.endBlock()
    }
    var inputs = (beforeLast: stem, last: stem)
    var channels = width
    var followsReduction = false
    for number in 0..<cells {
      let reduces = number == cells / 3 || number == 2 * cells / 3
      if reduces { channels *= 2 }
      var cell = DARTSCellBuilder(
        builder: builder, width: channels, stride: reduces ? 2 : 1, name: "cells.\(number)")
      let output = try cell.add(
        reduces ? architecture.reduction : architecture.normal, beforeLast: inputs.beforeLast,
        last: inputs.last, followsReduction: followsReduction)
      builder = cell.builder
      builder.endBlock()
      inputs = (inputs.last, output)
      followsReduction = reduces
    }
    try builder.addClassifier(reading: inputs.last, classes: classes, name: "classifier")
    return builder.build()
  }
}

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
