internal import Networks
internal import Operators
internal import Tensors

/// Patches of an image as tokens (Dosovitskiy et al., *An Image is Worth 16x16 Words*, ICLR 2021).
enum PatchEmbeddingBlock: BlockKind {
  static let name = "patch-embedding"
  static let summary = "A convolution with windows side by side whose places become tokens."
  static let parameters: [BlockParameter] = [
    BlockParameter("width", .whole(1...65_536), .required, "features of a token"),
    BlockParameter("patch", .whole(1...512), .whole(16), "rows and columns of a patch"),
    BlockParameter("class-token", .flag, .flag(true), "whether a learned token comes first"),
    BlockParameter("positions", .flag, .flag(true), "whether learned positions are added"),
  ]

  static func grow(
    _ network: inout NetworkGrowth, _ arguments: BlockArguments
  ) throws(SpaceFault) {
    let (width, patch) = (arguments.whole("width"), arguments.whole("patch"))
    try network.convolve(to: width, kernel: patch, stride: patch, padding: 0, bias: true, "conv")
    try network.add(Reshape(to: [width, -1]), "flatten")
    try network.add(Transpose([1, 0]), "tokens")
    if arguments.flag("class-token") == true {
      let tokens = network.end
      let first = try network.parameter(
        [1, width], .normal(standardDeviation: 0.02), "class_token")
      try network.add(Concatenate(axis: 0), "with_class", reading: [first, tokens])
      network.hasClassToken = true
    }
    if arguments.flag("positions") == true {
      let tokens = network.end
      let positions = try network.parameter(
        network.shape, .normal(standardDeviation: 0.02), "positions")
      try network.add(Add(), "placed", reading: [tokens, positions])
    }
  }
}

/// An encoder of a transformer that normalises first: attention and a perceptron, each with a shortcut.
///
/// Vaswani et al., *Attention Is All You Need*, NeurIPS 2017; Dosovitskiy et al., ICLR 2021.
enum TransformerBlock: BlockKind {
  static let name = "transformer"
  static let summary =
    "Self-attention and a perceptron for each token, each normalised first, with shortcuts."
  static let parameters: [BlockParameter] = [
    BlockParameter("heads", .whole(1...256), .whole(3), "attentions side by side"),
    BlockParameter(
      "head-width", .whole(1...4096), .derived("the features of a token over the heads"),
      "features of a query"),
    BlockParameter(
      "mlp-ratio", .number(0.001...64), .whole(4),
      "the width of the perceptron over that of a token"),
    BlockParameter(
      "normalization", .word(["layer", "rms"]), .word("layer"), "normalisation of tokens"),
    .activation("gelu"),
    BlockParameter("bias", .flag, .flag(true), "whether queries, keys and values have biases"),
  ]

  static func grow(
    _ network: inout NetworkGrowth, _ arguments: BlockArguments
  ) throws(SpaceFault) {
    try network.require(.tokens, by: name)
    let normalization = arguments.normalization
    let (start, width) = (network.end, network.width)
    try network.normalize(normalization, "norm1")
    try attend(&network, arguments)
    try network.add(Sum(), "sum1", reading: [start, network.end])
    let middle = network.end
    try network.normalize(normalization, "norm2")
    let hidden = try network.scaled(width, by: arguments.number("mlp-ratio"))
    try network.add(Linear(inFeatures: width, outFeatures: hidden), "mlp1")
    try network.activate(arguments.word("activation"), "mlp_act")
    try network.add(Linear(inFeatures: hidden, outFeatures: width), "mlp2")
    try network.add(Sum(), "sum2", reading: [middle, network.end])
  }

  private static func attend(
    _ network: inout NetworkGrowth, _ arguments: BlockArguments
  ) throws(SpaceFault) {
    let (heads, width, tokens) = (arguments.whole("heads"), network.width, network.shape[0])
    let headWidth: Int
    if arguments.values["head-width"] == nil {
      guard width % heads == 0 else {
        throw SpaceFault(
          network.place,
          "\(heads) heads do not divide \(width) features; choose others, or say head-width")
      }
      headWidth = width / heads
    } else {
      headWidth = arguments.whole("head-width")
    }
    let inner = heads * headWidth
    try network.add(
      Linear(
        inFeatures: width, outFeatures: 3 * inner, hasBias: arguments.flag("bias") ?? true), "qkv")
    let joint = network.end
    var parts: [Int] = []
    for (number, part) in ["query", "key", "value"].enumerated() {
      try network.add(
        Slice(axis: 1, from: number * inner, count: inner), "\(part).slice", reading: [joint])
      try network.add(Reshape(to: [tokens, heads, headWidth]), "\(part).heads")
      try network.add(Transpose([1, 0, 2]), part)
      parts.append(network.end)
    }
    try network.add(ScaledDotProductAttention(), "attention", reading: parts)
    try network.add(Transpose([1, 0, 2]), "tokens")
    try network.add(Reshape(to: [tokens, inner]), "joined")
    try network.add(Linear(inFeatures: inner, outFeatures: width), "proj")
  }
}
