public import Networks
internal import Operators
public import Scoring
internal import Tensors

/// The fixed part of a NAS-Bench-201 network: everything but the operations of its cell.
///
/// Stem, `cells` cells at width `channels`, a reduction block that doubles the width and halves the
/// resolution, as many cells, a second reduction, as many cells, and a head. The benchmark's own
/// networks have 16 channels and 5 cells (Dong and Yang, *NAS-Bench-201*, ICLR 2020).
public struct NASBench201Skeleton: Hashable, Sendable {
  /// Channels of the first stage.
  public var channels: Int
  /// Cells of each of the three stages.
  public var cells: Int
  /// Outputs of the classifier.
  public var classes: Int
  /// Rows and columns of an input image.
  public var resolution: Int

  /// Creates a skeleton; the defaults are the benchmark's for CIFAR-10.
  public init(
    channels: Int = 16, cells: Int = 5, classes: Int = NASBench201Space.sizes.classes,
    resolution: Int = NASBench201Space.sizes.resolution
  ) {
    self.channels = channels
    self.cells = cells
    self.classes = classes
    self.resolution = resolution
  }

  /// The network of a cell.
  ///
  /// Every edge is built, those that lead nowhere included: they count as parameters. Parameters are
  /// named and ordered as in the benchmark's PyTorch module.
  ///
  /// - Throws: `NetworkError` when the resolution is too small for two halvings.
  public func network(of cell: NASBench201Architecture) throws(NetworkError) -> Network {
    var builder = NetworkBuilder(
      input: Shape(channels: 3, height: resolution, width: resolution))
    var node = try builder.add(
      Convolution(inChannels: 3, outChannels: channels, kernel: 3), 0, name: "stem.0")
    node = try builder.add(BatchNormalization(channels: channels), node, name: "stem.1")
    builder.endBlock()

    var block = 0
    for stage in 0..<3 {
      let width = channels << stage
      if stage > 0 {
        node = try addReduction(to: &builder, reading: node, width: width, name: "cells.\(block)")
        builder.endBlock()
        block += 1
      }
      for _ in 0..<cells {
        node = try addCell(
          cell, to: &builder, reading: node, width: width, name: "cells.\(block)")
        builder.endBlock()
        block += 1
      }
    }

    let width = channels * 4
    node = try builder.add(BatchNormalization(channels: width), node, name: "lastact.0")
    node = try builder.add(ReLU(), node, name: "lastact.1")
    node = try builder.add(GlobalAveragePool(), node, name: "global_pooling")
    _ = try builder.add(
      Linear(inFeatures: width, outFeatures: classes), node, name: "classifier")
    return builder.build()
  }

  private func addCell(
    _ cell: NASBench201Architecture, to builder: inout NetworkBuilder, reading input: Int,
    width: Int, name: String
  ) throws(NetworkError) -> Int {
    var values = [input]
    var sums: [[Int]] = [[], [], []]
    for (number, edge) in NASBench201Architecture.edges.enumerated() {
      // Edges come in the order of their targets, so a target is complete before it is read.
      while values.count <= edge.source {
        values.append(try builder.add(Sum(), sums[values.count - 1], name: name))
      }
      let source = values[edge.source]
      let prefix = "\(name).layers.\(number)"
      let output: Int
      switch cell[number] {
      case .none: output = try builder.add(Zero(), source, name: prefix)
      case .skipConnect: output = source
      case .averagePool3x3:
        output = try builder.add(
          AveragePool(PoolingGeometry(kernel: 3, stride: 1, padding: 1)), source, name: prefix)
      case .convolution1x1, .convolution3x3:
        output = try addUnit(
          to: &builder, reading: source, from: width, to: width,
          kernel: cell[number] == .convolution3x3 ? 3 : 1, stride: 1, name: prefix)
      }
      sums[edge.target - 1].append(output)
    }
    return try builder.add(Sum(), sums[2], name: name)
  }

  /// ReLU, convolution, batch normalisation.
  private func addUnit(
    to builder: inout NetworkBuilder, reading input: Int, from: Int, to width: Int, kernel: Int,
    stride: Int, name: String
  ) throws(NetworkError) -> Int {
    var node = try builder.add(ReLU(), input, name: "\(name).op.0")
    node = try builder.add(
      Convolution(inChannels: from, outChannels: width, kernel: kernel, stride: stride), node,
      name: "\(name).op.1")
    return try builder.add(BatchNormalization(channels: width), node, name: "\(name).op.2")
  }

  private func addReduction(
    to builder: inout NetworkBuilder, reading input: Int, width: Int, name: String
  ) throws(NetworkError) -> Int {
    let half = width / 2
    let first = try addUnit(
      to: &builder, reading: input, from: half, to: width, kernel: 3, stride: 2,
      name: "\(name).conv_a")
    let main = try addUnit(
      to: &builder, reading: first, from: width, to: width, kernel: 3, stride: 1,
      name: "\(name).conv_b")
    let pooled = try builder.add(
      AveragePool(PoolingGeometry(kernel: 2, stride: 2)), input, name: "\(name).downsample.0")
    let shortcut = try builder.add(
      Convolution(inChannels: half, outChannels: width, kernel: 1), pooled,
      name: "\(name).downsample.1")
    return try builder.add(Sum(), shortcut, main, name: name)
  }
}
