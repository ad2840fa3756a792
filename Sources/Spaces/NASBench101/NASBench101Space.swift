public import Formats
public import Networks
internal import Operators
public import Scoring
internal import Tensors

/// NAS-Bench-101: nine equal modules in three stages, 423,624 distinct modules.
///
/// C. Ying et al., *NAS-Bench-101: Towards Reproducible Neural Architecture Search*, ICML 2019.
public struct NASBench101Space: SearchSpace {
  /// `nas-bench-101`.
  public static let name = "nas-bench-101"
  /// Ten classes and 32x32 pixels, as in CIFAR-10.
  public static let sizes = SpaceSizes(classes: 10, resolution: 32)

  /// Channels of the stem and the first stage; the others have two and four times as many.
  public var width: Int
  /// Modules of each of the three stages, which are its cells.
  public var cells: Int
  /// Outputs of the classifier.
  public var classes: Int
  /// Rows and columns of an input image.
  public var resolution: Int

  /// Creates the space; the defaults are the benchmark's.
  public init(
    width: Int = 128, cells: Int = 3, classes: Int = Self.sizes.classes,
    resolution: Int = Self.sizes.resolution
  ) {
    self.width = width
    self.cells = cells
    self.classes = classes
    self.resolution = resolution
  }

  /// The sizes.
  public var settings: [String: SettingValue] {
    [
      "width": .integer(width), "cells": .integer(cells), "classes": .integer(classes),
      "resolution": .integer(resolution),
    ]
  }

  /// The network of a module.
  ///
  /// A stem of a 3x3 convolution, three stages with 2x2 max poolings between them, the mean of each channel
  /// and a linear layer. Edges from the input of a module are 1x1 convolutions with batch normalisation
  /// and ReLU; what an interior vertex reads of wider ones is their first channels. Parameters are named
  /// and ordered as in NASLib's PyTorch module: those of the vertices of a module, then those of the
  /// edges from its input.
  ///
  /// - Throws: `NetworkError` where there is nothing of a size, or fewer channels than vertices share.
  public func network(for architecture: NASBench101Architecture) throws(NetworkError) -> Network {
    try SizeCheck.check(resolution: resolution, classes: classes, width: width)
    guard (1...100).contains(cells) else {
      throw NetworkError(
        node: "layers", problem: "stages of \(cells) modules; they have 1 to 100")
    }
    let module = architecture.pruned
    var builder = NetworkBuilder(
      input: Shape(channels: 3, height: resolution, width: resolution))
    var node = try builder.addConvolutionUnit(
      Convolution(inChannels: 3, outChannels: width, kernel: 3), reading: 0,
      name: "layers.0.conv_bn_relu")
    builder.endBlock()
    var layer = 1
    var channels = width
    for stage in 0..<3 {
      if stage > 0 {
        node = try builder.add(
          MaxPool(PoolingGeometry(kernel: 2, stride: 2)), node, name: "layers.\(layer)")
        layer += 1
      }
      for _ in 0..<cells {
        let outChannels = width << stage
        node = try Self.add(
          module, channels: module.channels(from: channels, to: outChannels), to: &builder,
          reading: node, name: "layers.\(layer)")
        builder.endBlock()
        channels = outChannels
        layer += 1
      }
    }
    try builder.addClassifier(reading: node, classes: classes, name: "classifier")
    return builder.build()
  }

  private static func add(
    _ module: NASBench101Architecture, channels: [Int], to builder: inout NetworkBuilder,
    reading input: Int, name: String
  ) throws(NetworkError) -> Int {
    let output = module.vertices - 1
    var values = [input]
    // Convolutions and normalisations of the vertices, and those of the edges from the input.
    var ofVertices: [Int] = []
    var ofEdges: [Int] = []
    func project(to vertex: Int) throws(NetworkError) -> Int {
      let node = try builder.addConvolutionUnit(
        Convolution(inChannels: channels[0], outChannels: channels[vertex], kernel: 1),
        reading: input, name: "\(name).input_op.\(vertex).conv_bn_relu")
      ofEdges += [node - 2, node - 1]
      return node
    }
    for vertex in 1..<output {
      var read: [Int] = []
      for source in 1..<vertex where module.matrix[source][vertex] {
        read.append(
          channels[source] == channels[vertex]
            ? values[source]
            : try builder.add(
              Slice(axis: 0, from: 0, count: channels[vertex]), values[source],
              name: "\(name).truncated.\(source).\(vertex)"))
      }
      if module.matrix[0][vertex] { read.append(try project(to: vertex)) }
      let sum =
        read.count == 1 ? read[0] : try builder.add(Sum(), read, name: "\(name).sum.\(vertex)")
      let prefix = "\(name).vertex_op.\(vertex)"
      let operation = module.operations[vertex - 1]
      switch operation {
      case .maxPool3x3:
        values.append(
          try builder.add(
            MaxPool(PoolingGeometry(kernel: 3, stride: 1, padding: 1)), sum,
            name: "\(prefix).maxpool"))
      case .convolution1x1, .convolution3x3:
        let kernel = operation == .convolution1x1 ? 1 : 3
        values.append(
          try builder.addConvolutionUnit(
            Convolution(
              inChannels: channels[vertex], outChannels: channels[vertex], kernel: kernel),
            reading: sum, name: "\(prefix).conv\(kernel)x\(kernel).conv_bn_relu"))
        ofVertices += [values[vertex] - 2, values[vertex] - 1]
      }
    }
    let last = (1..<output).filter { module.matrix[$0][output] }.map { values[$0] }
    var result: [Int] = []
    if last.count > 1 {
      result.append(try builder.add(Concatenate(), last, name: "\(name).concat"))
    } else {
      result += last
    }
    if module.matrix[0][output] { result.append(try project(to: output)) }
    builder.register(inOrder: ofVertices + ofEdges)
    return result.count == 1 ? result[0] : try builder.add(Sum(), result, name: "\(name).sum")
  }
}
