internal import Networks
internal import Operators
internal import Tensors

extension FlexiBERTBlock {
  /// Attention of half of the heads beside convolutions of as many, a linear layer, the sum with the input, and a
  /// layer normalisation.
  ///
  /// Z.-H. Jiang et al., *ConvBERT: Improving BERT with Span-based Dynamic Convolution*, NeurIPS 2020. The `m` heads of
  /// either kind are `hidden / heads` wide. A convolution has for token `i` and head `j` the kernel
  /// `softmax(K (c_i * q_i))_j` over its taps, where `q` are the queries of the attention and `c` is a separable
  /// convolution of the tokens; it is applied to a linear map `u` of the tokens, all channels of the head alike:
  /// `sum over t of kernel_ijt u_(i + t - (taps - 1) / 2)`, with zeros outside.
  mutating func addConvolution(reading input: Int, kernel: Int) throws(NetworkError) -> Int {
    let heads = max(1, layer.heads / 2)
    let all = heads * (hidden / layer.heads)
    let queries = try addLinear(reading: input, from: hidden, to: all, name: "\(prefix).query")
    let keys = try addLinear(reading: input, from: hidden, to: all, name: "\(prefix).key")
    let values = try addLinear(reading: input, from: hidden, to: all, name: "\(prefix).value")
    let separable = try addSeparable(reading: input, width: all, kernel: kernel)
    let spans = try builder.add(Multiply(), separable, queries, name: "\(prefix).spans")
    var kernels = try addLinear(
      reading: spans, from: all, to: heads * kernel, name: "\(prefix).conv_kernel_layer")
    kernels = try builder.add(
      Reshape(to: [tokens, heads, 1, kernel]), kernels, name: "\(prefix).kernels.taps")
    kernels = try builder.add(Softmax(), kernels, name: "\(prefix).kernels")
    let windows = try addWindows(reading: input, heads: heads, width: all, kernel: kernel)
    let products = try builder.add(MatMul(), kernels, windows, name: "\(prefix).local.heads")
    let local = try builder.add(
      Reshape(to: [tokens, all]), products, name: "\(prefix).local")
    let attended = try attend(
      queries: queries, keys: keys, values: values, heads: heads, name: prefix)
    let both = try builder.add(Concatenate(axis: 1), attended, local, name: "\(prefix).both")
    return try addOutput(
      reading: both, width: 2 * all, beside: input, name: "\(name).operation.output")
  }

  /// A convolution of each channel along the tokens, one of all channels of a token, and a bias:
  /// `[tokens, width]`.
  private mutating func addSeparable(
    reading input: Int, width: Int, kernel: Int
  ) throws(NetworkError) -> Int {
    let prefix = "\(prefix).key_conv_attn_layer"
    let across = try builder.add(Transpose([1, 0]), input, name: "\(prefix).channels")
    let maps = try builder.add(
      Reshape(to: [hidden, tokens, 1]), across, name: "\(prefix).maps")
    let depthwise = try builder.add(
      Convolution(
        inChannels: hidden, outChannels: hidden,
        rows: WindowSide(kernel: kernel, padding: (kernel - 1) / 2),
        columns: WindowSide(kernel: 1), groups: hidden), maps, name: "\(prefix).depthwise")
    let pointwise = try builder.add(
      Convolution(inChannels: hidden, outChannels: width, kernel: 1), depthwise,
      name: "\(prefix).pointwise")
    let shifted = try builder.add(
      ConvolutionBias(channels: width, fanIn: hidden), pointwise, name: prefix)
    // The reference registers the bias first.
    builder.register(inOrder: [shifted, depthwise, pointwise])
    let channels = try builder.add(
      Reshape(to: [width, tokens]), shifted, name: "\(prefix).matrix")
    return try builder.add(Transpose([1, 0]), channels, name: "\(prefix).tokens")
  }

  /// What each token's convolutions read: `[tokens, heads, taps, width of a head]`.
  private mutating func addWindows(
    reading input: Int, heads: Int, width: Int, kernel: Int
  ) throws(NetworkError) -> Int {
    let prefix = "\(prefix).conv_out_layer"
    let mapped = try addLinear(reading: input, from: hidden, to: width, name: prefix)
    let margin = (kernel - 1) / 2
    let padded = try builder.add(
      Pad(before: [margin, 0], after: [margin, 0]), mapped, name: "\(prefix).padded")
    let places = (0..<tokens).flatMap { token in token..<token + kernel }
    let taps = try builder.add(
      Gather(axis: 0, indices: places), padded, name: "\(prefix).taps")
    let parts = try builder.add(
      Reshape(to: [tokens, kernel, heads, width / heads]), taps, name: "\(prefix).split")
    return try builder.add(Transpose([0, 2, 1, 3]), parts, name: "\(prefix).windows")
  }
}
