internal import Networks
internal import Operators

extension BlockParameter {
  static let shortcut = BlockParameter(
    "shortcut", .word(["projected", "pooled"]), .word("projected"),
    "where the shapes differ: a 1x1 convolution with the stride, or a mean over it and a 1x1 convolution"
  )
}

/// Two convolutions and a shortcut (He et al., *Deep Residual Learning*, CVPR 2016).
enum BasicResidualBlock: BlockKind {
  static let name = "residual-basic"
  static let summary = "Two convolutions and a shortcut, as in ResNet-18."
  static let parameters: [BlockParameter] = [
    .width, .kernel(3), .stride,
    BlockParameter("groups", .whole(1...65_536), .whole(1), "convolutions side by side"),
    .normalization, .activation("relu"), .squeezeExcitation, .gate, .shortcut,
  ]

  static func grow(
    _ network: inout NetworkGrowth, _ arguments: BlockArguments
  ) throws(SpaceFault) {
    let start = network.end
    let (width, kernel) = (arguments.whole("width"), arguments.whole("kernel"))
    let (stride, groups) = (arguments.whole("stride"), arguments.whole("groups"))
    try network.unit(
      to: width, kernel: kernel, stride: stride, groups: groups, arguments, "1")
    try network.unit(
      to: width, kernel: kernel, groups: groups, arguments, activation: "none", "2")
    try network.squeezeAndExcite(
      ratio: arguments.number("squeeze-excitation"), activation: "relu",
      gate: arguments.word("gate"))
    try network.addShortcut(from: start, stride: stride, arguments)
    try network.activate(arguments.word("activation"), "act")
  }
}

/// Three convolutions with a narrow middle and a shortcut (He et al., CVPR 2016).
///
/// The stride is that of the convolution in the middle.
enum BottleneckResidualBlock: BlockKind {
  static let name = "residual-bottleneck"
  static let summary =
    "1x1, kernel and 1x1 convolution with a narrow middle and a shortcut, as in ResNet-50."
  static let parameters: [BlockParameter] = [
    .width, .expansion(4, "the width over that of the middle"), .kernel(3), .stride,
    BlockParameter(
      "groups", .whole(1...65_536), .whole(1), "convolutions side by side in the middle"),
    .normalization, .activation("relu"), .squeezeExcitation, .gate, .shortcut,
  ]

  static func grow(
    _ network: inout NetworkGrowth, _ arguments: BlockArguments
  ) throws(SpaceFault) {
    let start = network.end
    let (width, stride) = (arguments.whole("width"), arguments.whole("stride"))
    let groups = arguments.whole("groups")
    let middle = try network.scaled(
      width, by: 1 / arguments.number("expansion"), multipleOf: groups)
    try network.unit(to: middle, kernel: 1, arguments, "1")
    try network.unit(
      to: middle, kernel: arguments.whole("kernel"), stride: stride, groups: groups, arguments, "2")
    try network.unit(to: width, kernel: 1, arguments, activation: "none", "3")
    try network.squeezeAndExcite(
      ratio: arguments.number("squeeze-excitation"), activation: "relu",
      gate: arguments.word("gate"))
    try network.addShortcut(from: start, stride: stride, arguments)
    try network.activate(arguments.word("activation"), "act")
  }
}

/// A wide depthwise convolution between two 1x1 convolutions, with a shortcut where shapes are equal.
///
/// Sandler et al., *MobileNetV2*, CVPR 2018; with squeeze-and-excitation Howard et al., *Searching for
/// MobileNetV3*, ICCV 2019.
enum InvertedResidualBlock: BlockKind {
  static let name = "inverted-residual"
  static let summary =
    "1x1, depthwise and 1x1 convolution with a wide middle, as in MobileNetV2 and, with "
    + "squeeze-excitation, MobileNetV3."
  static let parameters: [BlockParameter] = [
    .width,
    .expansion(6, "the width of the middle over that of the input; 1 for no first convolution"),
    .kernel(3), .stride, .normalization, .activation("relu6"), .squeezeExcitation, .divisor, .gate,
  ]

  static func grow(
    _ network: inout NetworkGrowth, _ arguments: BlockArguments
  ) throws(SpaceFault) {
    try network.require(.maps, by: name)
    let (start, shape) = (network.end, network.shape)
    let expansion = arguments.number("expansion")
    let hidden = try network.scaled(network.width, by: expansion)
    if expansion != 1 { try network.unit(to: hidden, kernel: 1, arguments, "1") }
    try network.unit(
      to: hidden, kernel: arguments.whole("kernel"), stride: arguments.whole("stride"),
      groups: hidden, arguments, "2")
    try network.squeezeAndExcite(
      ratio: arguments.number("squeeze-excitation"), divisor: arguments.whole("divisor"),
      activation: "relu",
      gate: arguments.word("gate"))
    try network.unit(
      to: arguments.whole("width"), kernel: 1, arguments, activation: "none", "3")
    if network.shape == shape { try network.add(Sum(), "sum", reading: [start, network.end]) }
  }
}

/// A depthwise convolution and a perceptron for each place, with a shortcut.
///
/// Z. Liu et al., *A ConvNet for the 2020s*, CVPR 2022. Where stride or width differ, a normalised
/// convolution with windows as large as the stride comes first.
enum ConvNeXtBlock: BlockKind {
  static let name = "convnext"
  static let summary =
    "Depthwise convolution, layer normalisation and two 1x1 convolutions with a shortcut."
  static let parameters: [BlockParameter] = [
    .width, .kernel(7), .expansion(4, "the width of the middle over that of the block"), .stride,
    .activation("gelu"),
    BlockParameter(
      "layer-scale", .number(0...10), .number(1e-6),
      "what the learned factors of the channels begin at; 0 for none"),
  ]

  static func grow(
    _ network: inout NetworkGrowth, _ arguments: BlockArguments
  ) throws(SpaceFault) {
    try network.require(.maps, by: name)
    let (width, stride) = (arguments.whole("width"), arguments.whole("stride"))
    if stride > 1 || width != network.width {
      try network.normalize(.layer, "downsample.norm")
      try network.convolve(
        to: width, kernel: stride, stride: stride, padding: 0, bias: true, "downsample.conv")
    }
    let start = network.end
    try network.convolve(
      to: width, kernel: arguments.whole("kernel"), groups: width, bias: true, "conv")
    try network.normalize(.layer, "norm")
    let hidden = try network.scaled(width, by: arguments.number("expansion"))
    try network.convolve(to: hidden, kernel: 1, bias: true, "expand")
    try network.activate(arguments.word("activation"), "act")
    try network.convolve(to: width, kernel: 1, bias: true, "project")
    try network.scaleChannels(from: arguments.number("layer-scale"))
    try network.add(Sum(), "sum", reading: [start, network.end])
  }
}

extension NetworkGrowth {
  /// The nearest multiple of a number to a width times a factor, at least that number.
  func scaled(_ width: Int, by factor: Double, multipleOf unit: Int = 1) throws(SpaceFault) -> Int {
    let scaled = (Double(width) * factor / Double(unit)).rounded() * Double(unit)
    guard scaled <= 1_000_000 else {
      throw SpaceFault(place, "a middle of \(ChoiceValue.number(scaled)) channels is too wide")
    }
    return max(unit, Int(scaled))
  }
}
