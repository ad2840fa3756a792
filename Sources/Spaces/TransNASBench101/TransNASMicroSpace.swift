public import Formats
public import Networks
internal import Operators
public import Scoring
internal import Tensors

/// The micro space of TransNAS-Bench-101: ten equal cells, 4,096 architectures.
///
/// Y. Duan et al., *TransNAS-Bench-101: Improving Transferability and Generalizability of Cross-Task
/// Neural Architecture Search*, CVPR 2021. Whatever the task, the network is the encoder with a mean
/// of each channel and a linear layer.
public struct TransNASMicroSpace: SearchSpace {
  /// `transnas101-micro`.
  public static let name = "transnas101-micro"
  /// The 63 scenes with which published proxies were computed, and 256x256 pixels.
  public static let sizes = SpaceSizes(classes: 63, resolution: 256)

  /// Channels behind the stem.
  public var width: Int
  /// Outputs of the classifier.
  public var classes: Int
  /// Rows and columns of an input image.
  public var resolution: Int

  /// Creates the space; the defaults are the benchmark's.
  public init(
    width: Int = 64, classes: Int = Self.sizes.classes, resolution: Int = Self.sizes.resolution
  ) {
    self.width = width
    self.classes = classes
    self.resolution = resolution
  }

  /// The sizes.
  public var settings: [String: SettingValue] {
    [
      "width": .integer(width), "classes": .integer(classes), "resolution": .integer(resolution),
    ]
  }

  /// The network of a cell.
  ///
  /// A node is the sum of its edges; edges that lead nowhere are built too. Edges from the input of a cell
  /// change its shape: there a skip is a factorised reduction, and nothing is a map of zeros.
  /// Parameters are named and ordered as in the benchmark's PyTorch module.
  ///
  /// - Throws: `NetworkError` where there is nothing of a size.
  public func network(for architecture: TransNASMicroArchitecture) throws(NetworkError) -> Network {
    let modules = TransNASMicroArchitecture.modules.compactMap { TransNASModule(rawValue: $0) }
    return try TransNASSkeleton(width: width, classes: classes, resolution: resolution)
      .network(of: modules) { (builder, cell) throws(NetworkError) in
        try Self.add(architecture, as: cell, to: &builder)
      }
  }

  private static func add(
    _ architecture: TransNASMicroArchitecture, as cell: TransNASSkeleton.Cell,
    to builder: inout NetworkBuilder
  ) throws(NetworkError) -> Int {
    let side = builder.shape(of: cell.input)
    func reduced(_ side: Int) -> Int { (side + cell.stride - 1) / cell.stride }
    let shape = Shape(
      channels: cell.outChannels, height: reduced(side.height), width: reduced(side.width))
    var values = [cell.input]
    var sums: [[Int]] = [[], [], []]
    for (number, edge) in TransNASMicroArchitecture.edges.enumerated() {
      // Edges come in the order of their targets, so a target is complete before it is read.
      while values.count <= edge.source {
        values.append(
          try sum(sums[values.count - 1], of: shape, in: &builder, node: values.count, cell.name))
      }
      let output = try add(
        architecture.operations[number], reading: values[edge.source],
        as: edge.source == 0 ? cell : cell.inner, to: &builder,
        name: "\(cell.name).edges.\(number)")
      if let output { sums[edge.target - 1].append(output) }
    }
    return try sum(sums[2], of: shape, in: &builder, node: 3, cell.name)
  }

  /// The sum of edges; where none has a value, a constant.
  private static func sum(
    _ edges: [Int], of shape: Shape, in builder: inout NetworkBuilder, node: Int, _ name: String
  ) throws(NetworkError) -> Int {
    guard edges.isEmpty else { return try builder.add(Sum(), edges, name: "\(name).node\(node)") }
    return try builder.add(
      Constant([Float](repeating: 0, count: shape.count), shape: shape), [],
      name: "\(name).node\(node)")
  }

  /// Adds an edge; `nil` where it is zero and nothing of the input's shape.
  private static func add(
    _ operation: TransNASOperation, reading input: Int, as cell: TransNASSkeleton.Cell,
    to builder: inout NetworkBuilder, name: String
  ) throws(NetworkError) -> Int? {
    switch operation {
    case .none:
      return cell.keepsShape ? try builder.add(Zero(), input, name: name) : nil
    case .skip:
      if cell.keepsShape { return input }
      return try builder.addFactorizedReduction(
        reading: input, from: cell.inChannels, to: cell.outChannels, stride: cell.stride,
        name: name, parts: ("convs.0", "convs.1", "bn"))
    case .convolution1x1, .convolution3x3:
      return try builder.addPreactivatedUnit(
        Convolution(
          inChannels: cell.inChannels, outChannels: cell.outChannels,
          kernel: operation == .convolution3x3 ? 3 : 1, stride: cell.stride),
        reading: input, name: "\(name).ops")
    }
  }
}

extension TransNASSkeleton.Cell {
  /// What edges between the inner nodes see: the output's width, and no stride.
  fileprivate var inner: Self {
    var inner = self
    inner.inChannels = outChannels
    inner.stride = 1
    return inner
  }
}
