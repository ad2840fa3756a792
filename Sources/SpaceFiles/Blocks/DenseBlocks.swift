internal import Networks
internal import Operators
internal import Tensors

/// A layer whose maps are put behind those that it reads (Huang et al., *DenseNet*, CVPR 2017).
///
/// The depth of a stage is the number of its layers.
enum DenseBlock: BlockKind {
  static let name = "dense"
  static let summary =
    "One layer of a dense block: normalised and activated 1x1 and kernel convolutions whose maps are put "
    + "behind those that it reads."
  static let parameters: [BlockParameter] = [
    BlockParameter("growth", .whole(1...4096), .whole(32), "channels that a layer adds"),
    BlockParameter(
      "expansion", .number(0...64), .whole(4),
      "the width of the middle over the growth; 0 for no 1x1 convolution"),
    .kernel(3), .normalization, .activation("relu"),
  ]

  static func grow(
    _ network: inout NetworkGrowth, _ arguments: BlockArguments
  ) throws(SpaceFault) {
    try network.require(.maps, by: name)
    let start = network.end
    let growth = arguments.whole("growth")
    let normalization = arguments.normalization
    let middle = Int((arguments.number("expansion") * Double(growth)).rounded())
    if middle > 0 {
      try network.normalize(normalization, "norm1")
      try network.activate(arguments.word("activation"), "act1")
      try network.convolve(to: middle, kernel: 1, bias: normalization == .none, "conv1")
    }
    try network.normalize(normalization, "norm2")
    try network.activate(arguments.word("activation"), "act2")
    try network.convolve(
      to: growth, kernel: arguments.whole("kernel"), bias: normalization == .none, "conv2")
    try network.add(Concatenate(), "join", reading: [start, network.end])
  }
}

/// What stands between dense blocks: fewer channels, half the rows and columns.
enum TransitionBlock: BlockKind {
  static let name = "transition"
  static let summary = "Normalisation, activation, 1x1 convolution and a mean over 2x2 places."
  static let parameters: [BlockParameter] = [
    BlockParameter(
      "width", .whole(1...65_536), .derived("half of the input"), "channels that the block gives"),
    .normalization, .activation("relu"),
  ]

  static func grow(
    _ network: inout NetworkGrowth, _ arguments: BlockArguments
  ) throws(SpaceFault) {
    try network.require(.maps, by: name)
    let width =
      arguments.values["width"] == nil ? max(1, network.width / 2) : arguments.whole("width")
    try network.normalize(arguments.normalization, "norm")
    try network.activate(arguments.word("activation"), "act")
    try network.convolve(to: width, kernel: 1, bias: arguments.normalization == .none, "conv")
    try network.add(AveragePool(PoolingGeometry(kernel: 2, stride: 2)), "pool")
  }
}
