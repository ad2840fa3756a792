internal import Networks
internal import Operators
internal import Tensors

extension Rules {
  /// Products of matrices.
  static let products: [String: Rule] = [
    "MatMul": Call.one { (call, translation) throws(ModelProblem) in
      if let linear = try translation.linear(call) { return linear }
      return try translation.product(
        translation.traced(call, 0), translation.traced(call, 1), for: call)
    },
    "Gemm": Call.one { (call, translation) throws(ModelProblem) in
      try translation.generalProduct(call)
    },
    "Einsum": Call.one { (call, translation) throws(ModelProblem) in
      try Einsum.of(call, &translation)
    },
    "Attention": Call.one { (call, translation) throws(ModelProblem) in
      try translation.attention(call)
    },
  ]
}

extension Translation {
  /// A product with a matrix of the file on the right: a linear layer, `nil` where it is none.
  fileprivate mutating func linear(_ call: Call) throws(ModelProblem) -> Traced? {
    guard case .known(let matrix) = call.input(1), matrix.shape.count == 2, let view = matrix.view,
      !LearnedTensors.isBuffer(view.name), case .traced(let x) = call.input(0), x.batch != nil
    else { return nil }
    return try linear(x, matrix, for: call)
  }

  /// A linear layer on the last axis, of weights `[in, out]`.
  mutating func linear(_ x: Traced, _ matrix: KnownTensor, for call: Call) throws(ModelProblem)
    -> Traced
  {
    guard x.rank > 0, x.shape.rank > 0, try own(x.rank - 1, of: x) == x.shape.rank - 1,
      x.shape.last == matrix.shape[0]
    else { throw .malformed("multiplies \(extents(x)) by \(matrix.shape)") }
    let (inputs, outputs) = (matrix.shape[0], matrix.shape[1])
    guard outputs > 0 else { throw .malformed("has weights \(matrix.shape)") }
    return try add(
      Linear(inFeatures: inputs, outFeatures: outputs, hasBias: false), [x.layer], for: call,
      batch: x.batch, parameters: [LayerTensor(matrix.transposed([1, 0]))])
  }

  /// The product of the matrices in the last two axes of two values.
  mutating func product(_ a: Traced, _ b: Traced, for call: Call) throws(ModelProblem) -> Traced {
    guard a.rank > 0, b.rank > 0 else { throw .malformed("multiplies numbers") }
    // A vector is a matrix of one row on the left, of one column on the right, and the axis goes again.
    var (x, y) = (a, b)
    if a.rank == 1 { x = try reshaped(a, toFile: [1] + extents(a), for: call) }
    if b.rank == 1 { y = try reshaped(b, toFile: extents(b) + [1], for: call) }
    var result = try matrixProduct(x, y, for: call)
    var target = extents(result)
    if b.rank == 1 { target.removeLast() }
    if a.rank == 1 { target.remove(at: target.count - (b.rank == 1 ? 1 : 2)) }
    if target != extents(result) { result = try reshaped(result, toFile: target, for: call) }
    return result
  }

  private mutating func matrixProduct(_ a: Traced, _ b: Traced, for call: Call)
    throws(ModelProblem) -> Traced
  {
    /// Where the images lie counted from the end: 0 for columns, 1 for rows.
    func place(_ value: Traced) -> Int? { value.batch.map { value.rank - 1 - $0.axis } }
    switch (place(a), place(b)) {
    case (0?, _), (_, 1?): throw .unsupported("sums over the images of a batch")
    case (1?, nil):
      return try withRows(a, for: call) { (x, translation) throws(ModelProblem) in
        try translation.add(MatMul(), [x, b.layer], for: call, batch: nil)
      }
    case (nil, 0?):
      return try withColumns(b, for: call) { (y, translation) throws(ModelProblem) in
        try translation.add(MatMul(), [a.layer, y], for: call, batch: nil)
      }
    case (1?, _?), (_?, 0?): throw .unsupported("pairs the images of a batch")
    default: break
    }
    let lined = try aligned([a, b], for: call)
    return try add(MatMul(), lined.layers, for: call, batch: lined.batch)
  }

  /// A product where the rows of the left matrices are images.
  private mutating func withRows(
    _ value: Traced, for call: Call,
    _ product: (Int, inout Translation) throws(ModelProblem) -> Traced
  ) throws(ModelProblem) -> Traced {
    guard value.batch?.isKept != true else {
      var result = try product(value.layer, &self)
      result.batch = value.batch
      result.batch?.axis += result.shape.rank - value.rank
      return result
    }
    var extents = value.shape.extents
    extents.insert(1, at: extents.count - 1)
    let rows = try reshaped(value, to: extents, for: call, batch: nil)
    let result = try product(rows.layer, &self)
    var own = result.shape.extents
    own.remove(at: own.count - 2)
    var place = value.batch
    place?.axis += own.count + 1 - value.rank
    return try reshaped(result, to: own, for: call, batch: place)
  }

  /// A product where the columns of the right matrices are images.
  private mutating func withColumns(
    _ value: Traced, for call: Call,
    _ product: (Int, inout Translation) throws(ModelProblem) -> Traced
  ) throws(ModelProblem) -> Traced {
    guard value.batch?.isKept != true else {
      var result = try product(value.layer, &self)
      result.batch = value.batch
      result.batch?.axis += result.shape.rank - value.rank
      return result
    }
    let columns = try reshaped(
      value, to: value.shape.extents + [1], for: call, batch: nil)
    let result = try product(columns.layer, &self)
    var place = value.batch
    place?.axis += result.shape.rank - value.rank
    return try reshaped(
      result, to: Array(result.shape.extents.dropLast()), for: call, batch: place)
  }

  /// `alpha A B + beta C`.
  fileprivate mutating func generalProduct(_ call: Call) throws(ModelProblem) -> Traced {
    let (alpha, beta) = (
      Rules.exact(try call.number("alpha", default: 1)),
      Rules.exact(try call.number("beta", default: 1))
    )
    var a = try traced(call, 0)
    guard a.rank == 2 else { throw .malformed("multiplies values of \(a.rank) axes") }
    if try call.flag("transA") {
      var place = a.batch
      if let axis = place?.axis { place?.axis = 1 - axis }
      a = try transposed(a, [1, 0].compactMap(a.axis), for: call, batch: place)
    }
    var result: Traced
    let isTransposed = try call.flag("transB")
    if case .known(let known) = call.input(1), known.shape.count == 2, known.view != nil,
      a.batch != nil
    {
      result = try linear(a, isTransposed ? known.transposed([1, 0]) : known, for: call)
    } else {
      var b = try traced(call, 1)
      guard b.rank == 2 else { throw .malformed("multiplies values of \(b.rank) axes") }
      if isTransposed {
        var place = b.batch
        if let axis = place?.axis { place?.axis = 1 - axis }
        b = try transposed(b, [1, 0].compactMap(b.axis), for: call, batch: place)
      }
      result = try product(a, b, for: call)
    }
    result = try affine(result, factor: alpha, for: call)
    guard call.has(2), beta != 0 else { return result }
    if case .known(let bias) = call.input(2), bias.view == nil,
      bias.numbers().allSatisfy({ $0 == 0 })
    {
      return result
    }
    let bias = try affine(traced(call, 2), factor: beta, for: call)
    return try sum(result, bias, for: call)
  }

  /// Attention of queries, keys and values, `[batch, heads, tokens, width]` or `[batch, tokens, heads width]`.
  fileprivate mutating func attention(_ call: Call) throws(ModelProblem) -> Traced {
    guard !call.has(4), !call.has(5), try !call.flag("is_causal"),
      try call.number("softcap", default: 0) == 0,
      call.node.outputs.dropFirst().allSatisfy(\.isEmpty)
    else { throw .unsupported("with a cache, a cap or a causal mask") }
    var heads: [Traced] = []
    for place in 0..<3 {
      var value = try traced(call, place)
      if value.rank == 3 {
        let name = place == 0 ? "q_num_heads" : "kv_num_heads"
        guard let count = try call.integer(name), count > 0 else {
          throw .malformed("lacks \(name)")
        }
        let own = extents(value)
        value = try reshaped(
          value, toFile: [own[0], own[1], count, own[2] / count], for: call)
        guard let place = value.batch, place.axis == 0 else { throw .unsupported(nil) }
        let order = [0, 2, 1, 3].compactMap(value.axis)
        value = try transposed(value, order, for: call, batch: place)
      }
      heads.append(value)
    }
    guard let place = heads[0].batch, heads.allSatisfy({ $0.batch == place }) else {
      throw .unsupported("of values that are not those of one image each")
    }
    let scale = try call.number("scale", default: 1 / Double(heads[0].shape.last).squareRoot())
    var layers = heads.map(\.layer)
    if call.has(3) {
      let mask = try traced(call, 3)
      var probe = heads[0]
      probe.shape = Shape(
        probe.shape.extents.dropLast() + [heads[1].shape[heads[1].shape.rank - 2]])
      let lined = try aligned([probe, mask], for: call)
      layers.append(lined.layers[1])
    }
    let result = try add(
      ScaledDotProductAttention(scale: scale, hasBias: call.has(3)), layers, for: call,
      batch: place)
    guard try traced(call, 0).rank == 3 else { return result }
    let back = try transposed(
      result, [0, 2, 1, 3].compactMap(result.axis), for: call, batch: place)
    let own = extents(back)
    return try reshaped(back, toFile: [own[0], own[1], own[2] * own[3]], for: call)
  }
}
