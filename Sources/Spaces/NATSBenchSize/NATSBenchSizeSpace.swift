public import Formats
public import Networks
internal import Operators
public import Scoring
internal import Tensors

/// The size space of NATS-Bench: one cell in five widths, 32,768 architectures.
///
/// X. Dong, L. Liu, K. Musial and B. Gabrys, *NATS-Bench: Benchmarking NAS Algorithms for Architecture
/// Topology and Size*, TPAMI 2021.
public struct NATSBenchSizeSpace: SearchSpace {
  /// `nats-bench-size`.
  public static let name = "nats-bench-size"
  /// Ten classes and 32x32 pixels, as in CIFAR-10.
  public static let sizes = SpaceSizes(classes: 10, resolution: 32)

  /// Outputs of the classifier.
  public var classes: Int
  /// Rows and columns of an input image.
  public var resolution: Int

  /// Creates the space; the defaults are those for CIFAR-10.
  public init(classes: Int = Self.sizes.classes, resolution: Int = Self.sizes.resolution) {
    self.classes = classes
    self.resolution = resolution
  }

  /// The sizes.
  public var settings: [String: SettingValue] {
    ["classes": .integer(classes), "resolution": .integer(resolution)]
  }

  /// The network of an architecture.
  ///
  /// Stem, cell, reduction, cell, reduction, cell, head, as in NAS-Bench-201 with the cell of 3x3
  /// convolutions on all edges but the skip from node 0 to node 3. Where a cell changes the width, its edges
  /// from node 0 do, the skip by a 1x1 convolution and batch normalisation. Parameters are named and
  /// ordered as in the benchmark's PyTorch module.
  ///
  /// - Throws: `NetworkError` where there is nothing of a size.
  public func network(for architecture: NATSBenchSizeArchitecture) throws(NetworkError) -> Network {
    try SizeCheck.check(resolution: resolution, classes: classes)
    let widths = architecture.widths
    var builder = NetworkBuilder(
      input: Shape(channels: 3, height: resolution, width: resolution))
    var node = try builder.addNormalized(
      Convolution(inChannels: 3, outChannels: widths[0], kernel: 3), reading: 0, name: "stem")
    builder.endBlock()
    for place in widths.indices {
      let (from, to) = (widths[max(place - 1, 0)], widths[place])
      let name = "cells.\(place)"
      node =
        place.isMultiple(of: 2)
        ? try Self.addCell(to: &builder, reading: node, from: from, to: to, name: name)
        : try Self.addReduction(to: &builder, reading: node, from: from, to: to, name: name)
      builder.endBlock()
    }
    node = try builder.add(BatchNormalization(channels: widths[4]), node, name: "lastact.0")
    node = try builder.add(ReLU(), node, name: "lastact.1")
    try builder.addClassifier(reading: node, classes: classes, name: "classifier")
    return builder.build()
  }

  private static func addCell(
    to builder: inout NetworkBuilder, reading input: Int, from inChannels: Int,
    to outChannels: Int, name: String
  ) throws(NetworkError) -> Int {
    func edge(_ number: Int, _ source: Int) throws(NetworkError) -> Int {
      try builder.addPreactivatedUnit(
        Convolution(
          inChannels: source == input ? inChannels : outChannels, outChannels: outChannels,
          kernel: 3), reading: source, name: "\(name).layers.\(number).op")
    }
    let first = try edge(0, input)
    let second = try builder.add(
      Sum(), try edge(1, input), try edge(2, first), name: "\(name).node2")
    var skip = input
    if inChannels != outChannels {
      let prefix = "\(name).layers.3"
      skip = try builder.add(
        Convolution(inChannels: inChannels, outChannels: outChannels, kernel: 1), input,
        name: "\(prefix).conv")
      skip = try builder.add(
        BatchNormalization(channels: outChannels), skip, name: "\(prefix).bn")
    }
    return try builder.add(Sum(), skip, try edge(4, first), try edge(5, second), name: name)
  }

  private static func addReduction(
    to builder: inout NetworkBuilder, reading input: Int, from inChannels: Int,
    to outChannels: Int, name: String
  ) throws(NetworkError) -> Int {
    let first = try builder.addPreactivatedUnit(
      Convolution(inChannels: inChannels, outChannels: outChannels, kernel: 3, stride: 2),
      reading: input, name: "\(name).conv_a.op")
    let main = try builder.addPreactivatedUnit(
      Convolution(inChannels: outChannels, outChannels: outChannels, kernel: 3),
      reading: first, name: "\(name).conv_b.op")
    let pooled = try builder.add(
      AveragePool(PoolingGeometry(kernel: 2, stride: 2)), input, name: "\(name).downsample.0")
    let shortcut = try builder.add(
      Convolution(inChannels: inChannels, outChannels: outChannels, kernel: 1), pooled,
      name: "\(name).downsample.1")
    return try builder.add(Sum(), shortcut, main, name: name)
  }
}

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
