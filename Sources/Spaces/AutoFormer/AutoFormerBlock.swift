internal import Networks
internal import Operators
internal import Tensors

/// Adds a layer of AutoFormer to a network: attention and a perceptron, each added to what it reads.
struct AutoFormerBlock {
  /// The network that grows.
  var builder: NetworkBuilder
  /// The width of tokens.
  let width: Int
  /// Heads of attention.
  let heads: Int
  /// The width of the perceptron.
  let hidden: Int
  /// Where tokens are, `nil` where attention does not see it.
  let positions: RelativePositions?
  /// What names begin with.
  let name: String

  private var headWidth: Int { AutoFormerSpace.headWidth }
  /// What products of queries and keys are multiplied by.
  private var scale: Double { 1 / Double(headWidth).squareRoot() }

  /// Adds the layer and returns its output, `[tokens, width]`.
  mutating func add(reading input: Int) throws(NetworkError) -> Int {
    let firstNorm = try builder.add(
      LayerNormalization(shape: [width]), input, name: "\(name).attn_layer_norm")
    // Nodes with parameters of the attention, in their order.
    var registered: [Int] = []
    let attended = try addAttention(reading: firstNorm, registered: &registered)
    let middle = try builder.add(Sum(), input, attended, name: "\(name).attended")
    let secondNorm = try builder.add(
      LayerNormalization(shape: [width]), middle, name: "\(name).ffn_layer_norm")
    let wide = try builder.add(
      Linear(inFeatures: width, outFeatures: hidden), secondNorm, name: "\(name).fc1")
    let active = try builder.add(GELU(), wide, name: "\(name).gelu")
    let narrow = try builder.add(
      Linear(inFeatures: hidden, outFeatures: width), active, name: "\(name).fc2")
    // The reference registers both normalisations behind the attention.
    builder.register(inOrder: registered + [firstNorm, secondNorm])
    return try builder.add(Sum(), middle, narrow, name: name)
  }

  private mutating func addAttention(
    reading input: Int, registered: inout [Int]
  ) throws(NetworkError) -> Int {
    let prefix = "\(name).attn"
    let tokens = builder.shape(of: input)[0]
    let all = headWidth * heads
    let projected = try builder.add(
      Linear(inFeatures: width, outFeatures: 3 * all), input, name: "\(prefix).qkv")
    registered.append(projected)
    let split = try builder.add(
      Reshape(to: [tokens, 3, heads, headWidth]), projected, name: "\(prefix).split")
    let ordered = try builder.add(
      Transpose([1, 2, 0, 3]), split, name: "\(prefix).ordered")
    var parts: [Int] = []
    for (place, part) in ["queries", "keys", "values"].enumerated() {
      let cut = try builder.add(
        Slice(axis: 0, from: place, count: 1), ordered, name: "\(prefix).\(part)")
      parts.append(
        try builder.add(
          Reshape(to: [heads, tokens, headWidth]), cut, name: "\(prefix).\(part).heads"))
    }
    let mixed =
      if let positions {
        try mix(
          queries: parts[0], keys: parts[1], values: parts[2], positions,
          registered: &registered)
      } else {
        try builder.add(
          Transpose([1, 0, 2]),
          try builder.add(
            ScaledDotProductAttention(scale: scale), parts[0], parts[1], parts[2],
            name: "\(prefix).attention"), name: "\(prefix).mixed")
      }
    let joined = try builder.add(
      Reshape(to: [tokens, all]), mixed, name: "\(prefix).joined")
    let output = try builder.add(
      Linear(inFeatures: all, outFeatures: width), joined, name: "\(prefix).proj")
    registered.append(output)
    return output
  }

  /// Attention with relative positions, `[tokens, heads, head width]`.
  ///
  /// `softmax_j((q_i k_j + q_i r_ij) / 8) (v_j + s_ij)`, where the vectors `r_ij` and `s_ij` are sums of an
  /// entry for the rows of i and j and one for their columns. They need not be written out for
  /// all pairs of tokens: `q_i r_ij` is computed for each place of j along an axis, and the
  /// probabilities of all j at a place are summed before they meet the entries.
  private mutating func mix(
    queries: Int, keys: Int, values: Int, _ positions: RelativePositions,
    registered: inout [Int]
  ) throws(NetworkError) -> Int {
    let prefix = "\(name).attn"
    let keyTables = try addTables("rel_pos_embed_k", positions, registered: &registered)
    let valueTables = try addTables("rel_pos_embed_v", positions, registered: &registered)

    var logits = [
      try builder.add(MatMul(transposesSecond: true), queries, keys, name: "\(prefix).products")
    ]
    let tokenwise = try builder.add(
      Transpose([1, 0, 2]), queries, name: "\(prefix).queries.tokens")
    for axis in RelativePositions.Axis.allCases {
      let part = "\(prefix).rel_pos_embed_k.\(axis)"
      let products = try builder.add(
        MatMul(transposesSecond: true), tokenwise, keyTables[axis.rawValue],
        name: "\(part).products")
      let headwise = try builder.add(Transpose([1, 0, 2]), products, name: "\(part).heads")
      logits.append(
        try builder.add(
          Gather(axis: 2, indices: positions.places(along: axis)), headwise, name: "\(part).pairs"))
    }
    let sum = try builder.add(Sum(), logits, name: "\(prefix).logits")
    let scaled = try builder.add(Affine(factor: scale), sum, name: "\(prefix).scaled")
    let probabilities = try builder.add(Softmax(), scaled, name: "\(prefix).softmax")

    let weighted = try builder.add(
      MatMul(), probabilities, values, name: "\(prefix).weighted")
    var outputs = [
      try builder.add(Transpose([1, 0, 2]), weighted, name: "\(prefix).weighted.tokens")
    ]
    let ofClass = try builder.add(
      Slice(axis: 2, from: 0, count: 1), probabilities, name: "\(prefix).softmax.class")
    let patches = try builder.add(
      Slice(axis: 2, from: 1, count: positions.grid * positions.grid), probabilities,
      name: "\(prefix).softmax.patches")
    let square = try builder.add(
      Reshape(to: [heads, positions.tokens, positions.grid, positions.grid]), patches,
      name: "\(prefix).softmax.grid")
    for axis in RelativePositions.Axis.allCases {
      let part = "\(prefix).rel_pos_embed_v.\(axis)"
      // Rows are what is left when columns are summed up.
      let summed = try builder.add(
        ReduceSum(axes: [axis == .rows ? 3 : 2]), square, name: "\(part).sums")
      let places = try builder.add(
        Concatenate(axis: 2), ofClass, summed, name: "\(part).places")
      let tokens = try builder.add(Transpose([1, 0, 2]), places, name: "\(part).tokens")
      outputs.append(
        try builder.add(
          MatMul(), tokens, valueTables[axis.rawValue], name: "\(part).weighted"))
    }
    return try builder.add(Sum(), outputs, name: "\(prefix).mixed")
  }

  /// The tables of rows and columns, as `[tokens, places, head width]`.
  private mutating func addTables(
    _ table: String, _ positions: RelativePositions, registered: inout [Int]
  ) throws(NetworkError) -> [Int] {
    var tables: [Int] = []
    for axis in RelativePositions.Axis.allCases {
      let name = "\(name).attn.\(table).\(axis.table)"
      let entries = try builder.add(
        Parameter(
          shape: [positions.entries, headWidth], role: .normal(standardDeviation: 0.02)), [],
        name: name)
      registered.append(entries)
      let seen = try builder.add(
        Gather(axis: 0, indices: positions.entries(along: axis)), entries, name: "\(name).seen")
      tables.append(
        try builder.add(
          Reshape(to: [positions.tokens, positions.places, headWidth]), seen,
          name: "\(name).tokens"))
    }
    return tables
  }
}

/// How far apart the tokens of a square grid are, as places in tables of rows or columns.
///
/// A token is seen in one of `grid + 1` places along each axis: 0 is the class token, the others are
/// the rows, or columns, of the patches. What a table says of two tokens depends on the token that looks
/// and on the place of the other one alone.
struct RelativePositions {
  /// Patches along a side.
  let grid: Int
  /// The largest distance that is told from larger ones.
  let maximumDistance: Int

  /// Patches and the class token.
  var tokens: Int { grid * grid + 1 }
  /// Places along an axis.
  var places: Int { grid + 1 }
  /// Rows of a table: the class token, a row that no distance has, and the distances.
  var entries: Int { 2 * maximumDistance + 2 }

  /// An axis of the grid.
  enum Axis: Int, CaseIterable {
    case rows, columns

    /// The name of its table.
    var table: String { self == .rows ? "embeddings_table_v" : "embeddings_table_h" }
  }

  /// The place of each token along an axis.
  func places(along axis: Axis) -> [Int] {
    [0] + (0..<grid * grid).map { 1 + (axis == .rows ? $0 / grid : $0 % grid) }
  }

  /// The entry of the table for each token that looks and each place, the places of a token together.
  ///
  /// It is 0 where one of both is the class token, else the distance, cut at the largest, plus as much
  /// and one.
  func entries(along axis: Axis) -> [Int] {
    places(along: axis).flatMap { own in
      (0..<places).map { place in
        guard own > 0, place > 0 else { return 0 }
        return min(max(place - own, -maximumDistance), maximumDistance) + maximumDistance + 1
      }
    }
  }
}
