internal import Networks
internal import Operators
internal import Tensors

/// What the networks of both spaces of TransNAS-Bench-101 have in common: stem, modules of two cells, head.
struct TransNASSkeleton {
  /// Channels behind the stem.
  var width: Int
  /// Outputs of the classifier.
  var classes: Int
  /// Rows and columns of an input image.
  var resolution: Int

  /// A cell as it is to be added.
  struct Cell {
    /// The node that it reads.
    var input: Int
    var inChannels: Int
    var outChannels: Int
    var stride: Int
    var name: String

    /// Whether input and output have one shape.
    var keepsShape: Bool { inChannels == outChannels && stride == 1 }
  }

  /// Builds a network: the first cell of each module changes width and resolution, the second keeps them.
  ///
  /// - Parameters:
  ///   - modules: what each module does.
  ///   - add: adds a cell and returns its output.
  /// - Returns: the network.
  /// - Throws: `NetworkError` where there is nothing of a size.
  func network(
    of modules: [TransNASModule],
    add: (inout NetworkBuilder, Cell) throws(NetworkError) -> Int
  ) throws(NetworkError) -> Network {
    try SizeCheck.check(resolution: resolution, classes: classes, width: width)
    guard width.isMultiple(of: 2) else {
      throw NetworkError(
        node: "encoder.stem.0", problem: "half of a width of \(width) channels")
    }
    var builder = NetworkBuilder(
      input: Shape(channels: 3, height: resolution, width: resolution))
    var node = try builder.addNormalized(
      Convolution(inChannels: 3, outChannels: width / 2, kernel: 3, stride: 2), reading: 0,
      name: "encoder.stem")
    node = try builder.addPreactivatedUnit(
      Convolution(inChannels: width / 2, outChannels: width, kernel: 3, stride: 2),
      reading: node, name: "encoder.stem.2.ops")
    builder.endBlock()
    var channels = width
    for (number, module) in modules.enumerated() {
      for place in 0..<2 {
        let outChannels = place == 0 && module.doublesWidth ? 2 * channels : channels
        node = try add(
          &builder,
          Cell(
            input: node, inChannels: channels, outChannels: outChannels,
            stride: place == 0 && module.halvesResolution ? 2 : 1,
            name: "encoder.layer\(number).\(place)"))
        builder.endBlock()
        channels = outChannels
      }
    }
    try builder.addClassifier(reading: node, classes: classes, name: "decoder.fc")
    return builder.build()
  }
}
