internal import Networks
internal import Operators

/// Convolution, normalisation and activation.
enum ConvolutionBlock: BlockKind {
  static let name = "convolution"
  static let summary =
    "Convolution, normalisation, activation; or, with order pre, the other way round."
  static let parameters: [BlockParameter] = [
    .width, .kernel(3), .stride,
    BlockParameter("dilation", .whole(1...64), .whole(1), "distance of the taps"),
    BlockParameter(
      "groups", .wholeOrWord(1...65_536, ["depthwise"]), .whole(1),
      "convolutions side by side; depthwise for one a channel"),
    BlockParameter(
      "padding", .whole(0...512), .derived("what keeps the size at stride 1"),
      "rows and columns of zeros on every side"),
    .normalization, .activation("relu"), .bias,
    BlockParameter(
      "order", .word(["post", "pre"]), .word("post"),
      "post for convolution, normalisation, activation; pre for normalisation, activation, convolution; "
        + "activation alone comes first in pre with normalization none"),
  ]

  static func grow(
    _ network: inout NetworkGrowth, _ arguments: BlockArguments
  ) throws(SpaceFault) {
    let normalization = arguments.normalization
    let isFirst = arguments.word("order") == "pre"
    if isFirst {
      try network.normalize(normalization, "norm")
      try network.activate(arguments.word("activation"), "act")
    }
    let groups =
      arguments.word("groups") == "depthwise" ? network.width : arguments.whole("groups")
    try network.convolve(
      to: arguments.whole("width"), kernel: arguments.whole("kernel"),
      stride: arguments.whole("stride"), dilation: arguments.whole("dilation"),
      padding: arguments.values["padding"].map { _ in arguments.whole("padding") }, groups: groups,
      bias: arguments.flag("bias") ?? (normalization == .none), "conv")
    if !isFirst {
      try network.normalize(normalization, "norm")
      try network.activate(arguments.word("activation"), "act")
    }
  }
}

/// A depthwise and a 1x1 convolution (Howard et al., *MobileNets*, 2017).
enum DepthwiseSeparableBlock: BlockKind {
  static let name = "depthwise-separable"
  static let summary =
    "A depthwise convolution and a 1x1 convolution, each normalised and activated."
  static let parameters: [BlockParameter] = [
    .width, .kernel(3), .stride, .normalization, .activation("relu"), .bias,
  ]

  static func grow(
    _ network: inout NetworkGrowth, _ arguments: BlockArguments
  ) throws(SpaceFault) {
    try network.require(.maps, by: name)
    try network.unit(
      to: network.width, kernel: arguments.whole("kernel"), stride: arguments.whole("stride"),
      groups: network.width, arguments, "1")
    try network.unit(to: arguments.whole("width"), kernel: 1, arguments, "2")
  }
}
