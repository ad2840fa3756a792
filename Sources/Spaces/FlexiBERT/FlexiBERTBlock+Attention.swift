internal import Networks
internal import Operators
internal import Tensors

extension FlexiBERTBlock {
  /// Attention of all heads, a linear layer, the sum with the input, and a layer normalisation.
  ///
  /// A. Vaswani et al., *Attention Is All You Need*, NeurIPS 2017. Weighted products have a matrix behind the queries:
  /// `softmax((W q) k / sqrt(width of a head)) v`.
  mutating func addAttention(reading input: Int) throws(NetworkError) -> Int {
    var queries = try addLinear(
      reading: input, from: hidden, to: hidden, name: "\(prefix).query")
    let keys = try addLinear(reading: input, from: hidden, to: hidden, name: "\(prefix).key")
    let values = try addLinear(reading: input, from: hidden, to: hidden, name: "\(prefix).value")
    if layer.operation == .weightedProduct {
      queries = try builder.add(
        Linear(inFeatures: hidden, outFeatures: hidden, hasBias: false), queries,
        name: "\(prefix).weight")
    }
    let mixed = try attend(
      queries: queries, keys: keys, values: values, heads: layer.heads, name: prefix)
    return try addOutput(
      reading: mixed, width: hidden, beside: input, name: "\(name).operation.output")
  }

  /// Attention by scaled products, of tokens `[tokens, heads * width]` each.
  mutating func attend(
    queries: Int, keys: Int, values: Int, heads: Int, name: String
  ) throws(NetworkError) -> Int {
    let queries = try split(queries, heads: heads, name: "\(name).query")
    let keys = try split(keys, heads: heads, name: "\(name).key")
    let values = try split(values, heads: heads, name: "\(name).value")
    let mixed = try builder.add(
      ScaledDotProductAttention(), queries, keys, values, name: "\(name).attention")
    return try join(mixed, name: "\(name).attention")
  }
}
