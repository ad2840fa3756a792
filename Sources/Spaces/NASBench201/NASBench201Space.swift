public import Formats
public import Networks
public import Scoring
internal import Synchronization

/// NAS-Bench-201 with a skeleton: 15,625 cells (Dong and Yang, ICLR 2020).
public struct NASBench201Space: SearchSpace {
  /// `nas-bench-201`.
  public static let name = "nas-bench-201"
  /// Everything of the networks but the cell.
  public var skeleton: NASBench201Skeleton

  /// Creates the space of networks with a skeleton.
  public init(skeleton: NASBench201Skeleton = NASBench201Skeleton()) {
    self.skeleton = skeleton
  }

  /// The sizes of the skeleton.
  public var settings: [String: SettingValue] {
    [
      "width": .integer(skeleton.channels), "cells": .integer(skeleton.cells),
      "classes": .integer(skeleton.classes), "resolution": .integer(skeleton.resolution),
    ]
  }

  /// Ten classes and 32x32 pixels, as in CIFAR-10.
  public static let sizes = SpaceSizes(classes: 10, resolution: 32)

  /// The network of a cell.
  public func network(for architecture: NASBench201Architecture) throws(NetworkError) -> Network {
    try skeleton.network(of: architecture)
  }
}

extension NASBench201Space {
  /// What the network of a cell costs.
  ///
  /// Every edge of a stage has one width and one resolution, so that a cell costs what a cell without
  /// convolutions costs, and as much for each of its convolutions wherever it stands. The three numbers
  /// are read off the graphs of three cells, once for each skeleton.
  ///
  /// - Throws: `NetworkError` when the resolution is too small for two halvings.
  public func costs(of architecture: NASBench201Architecture) throws(NetworkError) -> SpaceCosts {
    let parts = try CellCosts.of(skeleton)
    let small = architecture.count(of: .convolution1x1)
    let large = architecture.count(of: .convolution3x3)
    func sum(_ part: KeyPath<SpaceCosts, Int>) -> Int {
      parts.bare[keyPath: part]
        + small * (parts.convolution1x1[keyPath: part] - parts.bare[keyPath: part])
        + large * (parts.convolution3x3[keyPath: part] - parts.bare[keyPath: part])
    }
    return SpaceCosts(
      flops: sum(\.flops), parameters: sum(\.parameters), layers: sum(\.layers))
  }
}

/// The costs of three cells, of which those of all cells are made.
private struct CellCosts: Sendable {
  /// Without convolutions.
  let bare: SpaceCosts
  /// With one 1x1 convolution.
  let convolution1x1: SpaceCosts
  /// With one 3x3 convolution.
  let convolution3x3: SpaceCosts

  private init(_ skeleton: NASBench201Skeleton) throws(NetworkError) {
    func costs(first operation: NASBench201Operation) throws(NetworkError) -> SpaceCosts {
      SpaceCosts(
        try skeleton.network(
          of: NASBench201Architecture(
            operations: [operation] + [NASBench201Operation](repeating: .none, count: 5))))
    }
    bare = try costs(first: .none)
    convolution1x1 = try costs(first: .convolution1x1)
    convolution3x3 = try costs(first: .convolution3x3)
  }

  private static let known = Mutex<[NASBench201Skeleton: CellCosts]>([:])

  static func of(_ skeleton: NASBench201Skeleton) throws(NetworkError) -> CellCosts {
    if let known = known.withLock({ $0[skeleton] }) { return known }
    let made = try CellCosts(skeleton)
    known.withLock { $0[skeleton] = made }
    return made
  }
}

extension NASBench201Space: CellSpace, SearchableSpace {
  /// What the cells are.
  public var summary: String { "cells with one of five operations on each of six edges" }
  /// The benchmark.
  public var citation: String { "Dong and Yang, ICLR 2020" }

  /// Classes and resolution of the skeleton.
  public var sizes: SpaceSizes {
    get { SpaceSizes(classes: skeleton.classes, resolution: skeleton.resolution) }
    set {
      skeleton.classes = newValue.classes
      skeleton.resolution = newValue.resolution
    }
  }

  /// Channels of the first stage.
  public var width: Int {
    get { skeleton.channels }
    set { skeleton.channels = newValue }
  }

  /// Cells of each of the three stages.
  public var cells: Int {
    get { skeleton.cells }
    set { skeleton.cells = newValue }
  }

  /// Reads a cell in one of its notations.
  ///
  /// - Throws: `NASBench201ParsingError`.
  public func architecture(parsing text: String) throws -> NASBench201Architecture {
    try NASBench201Architecture(parsing: text)
  }

  /// A cell with all five operations.
  public var example: NASBench201Architecture {
    NASBench201Architecture(operations: [
      .convolution3x3, .convolution1x1, .averagePool3x3, .skipConnect, .none, .convolution3x3,
    ])
  }

  /// All cells, those that are live, and of both those that differ.
  public var populations: [SpacePopulation] {
    NASBench201Population.allCases.map {
      SpacePopulation(name: $0.rawValue, count: $0.count, meaning: $0.meaning)
    }
  }

  /// 15,625.
  public var architectureCount: Int? { NASBench201Architecture.count }

  /// The index of the benchmark.
  public var indexing: (@Sendable (NASBench201Architecture) -> Int)? { { $0.benchmarkIndex } }

  /// Operations on the edges of four nodes.
  public func cellGraphs(of architecture: NASBench201Architecture) -> [CellGraph] {
    let edges = zip(NASBench201Architecture.edges, architecture.operations).map {
      CellGraph.Edge($0.source, $0.target, operation: $1.rawValue, isZero: $1 == .none)
    }
    return [CellGraph(name: "cell", nodes: ["input", "1", "2", "output"], edges: edges)]
  }

  /// Cells drawn uniformly, then cells with one edge drawn anew.
  public var domain: NASBench201Domain { NASBench201Domain(space: self) }

  /// The three data sets.
  public var tasks: [BenchmarkTask] { BenchmarkDataset.allCases.map(\.task) }

  /// The accuracies of all cells in the order of the index, or what they cost on a device, less being better.
  public func accuracies(on task: BenchmarkTask) -> TaskAccuracies<NASBench201Architecture>? {
    if let dataset = BenchmarkDataset(rawValue: task.name) { return Self.accuracies(on: dataset) }
    guard let cost = deviceCosts.first(where: { $0.name == task.name }) else { return nil }
    let measured = AccuracyTable.nasBench201.architectures.compactMap { cell in
      value(of: cost, for: cell).map { (cell: cell, cost: $0) }
    }
    return TaskAccuracies(measured.map(\.cell), measured.map { -$0.cost })
  }

  /// Latencies on six devices and the energy on one of them.
  public var deviceCosts: [DeviceCost] { NASBench201DeviceTable.costs }

  /// What the network of a cell costs with the skeleton of the benchmark; `nil` where the device cannot run it.
  public func value(of cost: DeviceCost, for architecture: NASBench201Architecture) -> Double? {
    NASBench201DeviceTable.value(of: cost, for: architecture)
  }

  /// The accuracies of all cells on a data set, in the order of the index.
  public static func accuracies(
    on dataset: BenchmarkDataset
  ) -> TaskAccuracies<NASBench201Architecture> {
    switch dataset {
    case .cifar10: cifar10
    case .cifar100: cifar100
    case .imageNet16: imageNet16
    }
  }

  private static let cifar10 = table(.cifar10)
  private static let cifar100 = table(.cifar100)
  private static let imageNet16 = table(.imageNet16)

  private static func table(
    _ dataset: BenchmarkDataset
  ) -> TaskAccuracies<NASBench201Architecture> {
    let table = AccuracyTable.nasBench201
    return TaskAccuracies(
      table.architectures, table.accuracies(of: table.architectures, on: dataset))
  }

  /// The space with the skeleton of a record.
  public func configured(by settings: [String: SettingValue]) -> Self {
    func size(_ name: String, _ usual: Int) -> Int {
      if case .integer(let size) = settings[name] { size } else { usual }
    }
    return NASBench201Space(
      skeleton: NASBench201Skeleton(
        channels: size("width", width), cells: size("cells", cells),
        classes: size("classes", sizes.classes), resolution: size("resolution", sizes.resolution)))
  }
}

extension BenchmarkDataset {
  /// The data set as a task of NAS-Bench-201.
  public var task: BenchmarkTask {
    BenchmarkTask(
      name: rawValue, title: description,
      sizes: SpaceSizes(classes: classCount, resolution: resolution))
  }
}
