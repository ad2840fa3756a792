internal import Networks
internal import Operators
internal import Tensors

/// Adds a layer of FlexiBERT to a network: an operation that mixes tokens, and a feed-forward part.
///
/// With the operation `y = Op(x)` the layer is `LN(L f(...f(y)) + y)`, where each `f` is a linear layer with a GELU,
/// and `L` is linear.
struct FlexiBERTBlock {
  /// What layer normalisations add to the variance.
  static let epsilon = 1e-12

  /// The network that grows.
  var builder: NetworkBuilder
  /// Tokens.
  let tokens: Int
  /// The width of tokens.
  let hidden: Int
  /// The width of the feed-forward part.
  let width: Int
  /// What else the layer is.
  let layer: FlexiBERTArchitecture.Layer
  /// What names begin with.
  let name: String

  /// What names of the operation begin with.
  var prefix: String { "\(name).operation.operation" }

  /// Adds the layer and returns its output, `[tokens, hidden]`.
  mutating func add(reading input: Int) throws(NetworkError) -> Int {
    let mixed =
      switch layer.operation {
      case .dotProduct, .weightedProduct: try addAttention(reading: input)
      case .fourier, .cosine: try addTransform(reading: input)
      case .convolution5: try addConvolution(reading: input, kernel: 5)
      case .convolution9: try addConvolution(reading: input, kernel: 9)
      }
    var node = mixed
    for depth in 0..<layer.depth {
      let name =
        "\(name).intermediate." + (depth == 0 ? "dense_in" : "dense_list.\(depth - 1)")
      node = try builder.add(
        Linear(inFeatures: depth == 0 ? hidden : width, outFeatures: width), node, name: name)
      node = try builder.add(GELU(), node, name: "\(name).gelu")
    }
    return try addOutput(reading: node, width: width, beside: mixed, name: "\(name).output")
  }

  /// A linear layer to the width of tokens, the sum with what lies beside it, and a layer normalisation.
  mutating func addOutput(
    reading input: Int, width: Int, beside other: Int, name: String
  ) throws(NetworkError) -> Int {
    let dense = try addLinear(reading: input, from: width, to: hidden, name: "\(name).dense")
    let sum = try builder.add(Sum(), dense, other, name: "\(name).sum")
    return try builder.add(
      LayerNormalization(shape: [hidden], epsilon: Self.epsilon), sum, name: "\(name).LayerNorm")
  }

  /// A linear layer.
  mutating func addLinear(
    reading input: Int, from inFeatures: Int, to outFeatures: Int, name: String
  ) throws(NetworkError) -> Int {
    try builder.add(
      Linear(inFeatures: inFeatures, outFeatures: outFeatures), input, name: name)
  }

  /// Tokens `[tokens, heads * width]` cut into heads, `[heads, tokens, width]`.
  mutating func split(_ input: Int, heads: Int, name: String) throws(NetworkError) -> Int {
    let width = builder.shape(of: input).last / heads
    let parts = try builder.add(
      Reshape(to: [tokens, heads, width]), input, name: "\(name).split")
    return try builder.add(Transpose([1, 0, 2]), parts, name: "\(name).heads")
  }

  /// Heads `[heads, tokens, width]` put together, `[tokens, heads * width]`.
  mutating func join(_ input: Int, name: String) throws(NetworkError) -> Int {
    let shape = builder.shape(of: input)
    let parts = try builder.add(Transpose([1, 0, 2]), input, name: "\(name).tokens")
    return try builder.add(
      Reshape(to: [tokens, shape[0] * shape[2]]), parts, name: "\(name).joined")
  }
}
