public import Networks
public import Tensors

/// Attention, `softmax(scale Q K^T + bias) V`, of the last two axes of its inputs.
///
/// A. Vaswani et al., *Attention Is All You Need*, NeurIPS 2017. It reads queries `[.., tokens,
/// width]`, keys `[.., others, width]`, values `[.., others, outWidth]` and, if it has one, a bias that
/// is spread over `[.., tokens, others]`. The softmax is not kept: it is computed again where a
/// derivative is taken.
public struct ScaledDotProductAttention: Operator, ListedOperator {
  /// What products of queries and keys are multiplied by, `nil` for one over the root of the width.
  public var scale: Double?
  /// Whether a bias is read.
  public var hasBias: Bool

  /// Creates an attention.
  public init(scale: Double? = nil, hasBias: Bool = false) {
    self.scale = scale
    self.hasBias = hasBias
  }

  /// `scaled-dot-product-attention`.
  public var name: String { "scaled-dot-product-attention" }
  /// A product of values of the graph.
  public var kind: OperatorKind { .product }
  package static var examples: [OperatorExample] {
    [
      OperatorExample(ScaledDotProductAttention(), [2, 5, 4], [2, 5, 4], [2, 5, 4]),
      OperatorExample(
        ScaledDotProductAttention(scale: 0.75, hasBias: true), [2, 5, 4], [2, 6, 4], [2, 6, 3],
        [1, 5, 6]),
      OperatorExample(
        ScaledDotProductAttention(hasBias: true), [3, 2, 3, 4], [3, 2, 3, 4], [3, 2, 3, 4],
        [2, 3, 3]),
      OperatorExample(ScaledDotProductAttention(), [4, 3], [5, 3], [5, 2]),
    ]
  }

  /// The shape of the products of queries and keys.
  private func scores(_ inputs: [Shape]) -> Shape {
    Shape(inputs[0].extents.dropLast() + [inputs[1][inputs[1].rank - 2]])
  }

  /// Tokens of the queries by elements of the values.
  public func outputShape(_ inputs: [Shape]) throws(ShapeProblem) -> Shape {
    let names = ["queries", "keys", "values"] + (hasBias ? ["bias"] : [])
    guard inputs.count == names.count else {
      throw ShapeProblem("reads \(names.joined(separator: ", ")), got \(inputs.count) inputs")
    }
    let (q, k, v) = (inputs[0], inputs[1], inputs[2])
    guard q.rank > 1, q.rank == k.rank, q.rank == v.rank,
      q.extents.dropLast(2) == k.extents.dropLast(2),
      k.extents.dropLast() == v.extents.dropLast(), q.last == k.last
    else { throw ShapeProblem("queries \(q), keys \(k) and values \(v) do not fit") }
    let scores = try Axes.shape(scores(inputs).extents)
    if hasBias {
      let common = try Broadcasting.shape([inputs[3], scores])
      guard common == scores else {
        throw ShapeProblem("a bias \(inputs[3]) for products \(scores)")
      }
    }
    return Shape(q.extents.dropLast() + [v.last])
  }

  /// The derivative reads everything but a bias, which is not told apart.
  public var derivative: Derivative { Derivative(reads: .inputs, zero: .ifAllInputsAre) }

  /// Both products.
  public func multiplyAdds(inputs: [Shape], output: Shape) -> Int {
    scores(inputs).count * (inputs[0].last + output.last)
  }

  /// Its attributes, its code in PyTorch and its nodes in ONNX.
  public func exported(inputs: [Shape], output: Shape) -> ExportedOperation {
    let scale = scale ?? 1 / Double(inputs[0].last).squareRoot()
    let rank = output.rank
    let bias = hasBias ? inputs[3] : nil
    return ExportedOperation(
      ["scale": .number(scale), "bias": .flag(hasBias)],
      pyTorch: .function { variables in
        let (q, k, v) = (variables[0], variables[1], variables[2])
        var scores = "\(scale) * torch.matmul(\(q), \(k).transpose(-1, -2))"
        if let bias {
          scores += " + " + Broadcasting.pyTorch(variables[3], rank: bias.rank, among: rank)
        }
        return "torch.matmul(torch.softmax(\(scores), -1), \(v))"
      },
      onnx: ONNXCode { names in
        var code = ONNXFormula(names)
        let order = [Int](0..<rank - 1) + [rank, rank - 1]
        let keys = code.node(
          "Transpose", [names.inputs[1]], [ONNXCode.Attribute("perm", .integers(order))])
        var scores = code.multiply(
          code.node("MatMul", [names.inputs[0], keys]), code.number(Float(scale)))
        if let bias {
          var value = names.inputs[3]
          if bias.rank < rank {
            value = code.node(
              "Unsqueeze", [value, code.integers(Array(1...rank - bias.rank))])
          }
          scores = code.add(scores, value)
        }
        let shares = code.node("Softmax", [scores], [ONNXCode.Attribute("axis", .integer(-1))])
        return code.finished(code.node("MatMul", [shares, names.inputs[2]]))
      })
  }

  /// Finds the matrices.
  public func bound(in context: BindingContext) -> any BoundOperator {
    BoundAttention(
      scale: scale ?? 1 / Double(context.inputs[0].last).squareRoot(),
      scores: scores(context.inputs), context)
  }
}

/// Attention with memory for its products.
///
/// With `P = softmax(S)` and the derivative `D` of softmax, `dP = dO V^T` and `dS = D dP`, the cotangents are
/// `dQ = scale dS K`, `dK = scale dS^T Q`, `dV = P^T dO` and `dS` itself for the bias.
private final class BoundAttention: BoundOperator {
  private let scale: Double
  private let pool: TensorPool
  private let scores: Shape
  private let rows: RowView
  private let bias: Broadcasting?
  /// `A B^T` for queries and keys, and for outputs and values.
  private let scoring: MatrixBatch
  private let weighing: MatrixBatch
  /// `P V`, and `dS K`.
  private let mixing: MatrixBatch
  private let queries: MatrixBatch
  /// `P^T dO`, and `dS^T Q`.
  private let values: MatrixBatch
  private let keys: MatrixBatch

  init(scale: Double, scores: Shape, _ context: BindingContext) {
    self.scale = scale
    self.scores = scores
    pool = context.pool
    let (l, s) = (scores[scores.rank - 2], scores.last)
    let (width, outWidth) = (context.inputs[0].last, context.output.last)
    let heads = scores.count / (l * s)
    rows = RowView(outer: heads * l, count: s, inner: 1)
    bias =
      context.inputs.count > 3
      ? Broadcasting(
        [StoredShape(shape: context.inputs[3], block: 1)], to: StoredShape(shape: scores, block: 1))
      : nil
    func batch(
      _ rows: Int, _ inner: Int, _ columns: Int, transposesA: Bool = false,
      transposesB: Bool = false
    ) -> MatrixBatch {
      MatrixBatch(
        rows: rows, columns: columns, inner: inner, transposesA: transposesA,
        transposesB: transposesB,
        offsets: (0..<heads).map {
          .init(a: $0 * rows * inner, b: $0 * inner * columns, c: $0 * rows * columns)
        })
    }
    scoring = batch(l, width, s, transposesB: true)
    weighing = batch(l, outWidth, s, transposesB: true)
    mixing = batch(l, s, outWidth)
    queries = batch(l, s, width)
    values = batch(s, l, outWidth, transposesA: true)
    keys = batch(s, l, width, transposesA: true)
  }

  private func take(_ batch: Int) -> Tensor { pool.take(scores.batch(batch), block: 1) }

  /// The softmax at values, to be given back.
  private func shares(_ q: Tensor, _ k: Tensor, _ bias: Tensor?) -> Tensor {
    let (s, p) = (take(q.shape.batch), take(q.shape.batch))
    s.set(products: scoring, of: q, and: k, times: scale)
    if let bias, let spread = self.bias { s.copy(bias, spread.expansion(of: 0), adding: true) }
    s.softmax(rows, into: p)
    pool.give(s)
    return p
  }

  private func shares(at point: OperatorPoint) throws(BackendError) -> Tensor {
    shares(
      try point.input(0), try point.input(1), bias == nil ? nil : try point.input(3))
  }

  func apply(_ inputs: [Tensor], into output: Tensor) {
    let p = shares(inputs[0], inputs[1], inputs.count > 3 ? inputs[3] : nil)
    output.set(products: mixing, of: p, and: inputs[2])
    pool.give(p)
  }

  /// The tangent of the scores, to be given back, `nil` for zero.
  private func scoreTangent(_ tangents: [Tensor?], at point: OperatorPoint, batch: Int)
    throws(BackendError) -> Tensor?
  {
    let ofBias = tangents.count > 3 ? tangents[3] : nil
    guard tangents[0] != nil || tangents[1] != nil || ofBias != nil else { return nil }
    let s = take(batch)
    var adds = false
    if let q = tangents[0] {
      s.set(products: scoring, of: q, and: try point.input(1), times: scale)
      adds = true
    }
    if let k = tangents[1] {
      s.set(products: scoring, of: try point.input(0), and: k, times: scale, adding: adds)
      adds = true
    }
    if let ofBias, let bias { s.copy(ofBias, bias.expansion(of: 0), adding: adds) }
    return s
  }

  func pushforward(_ tangents: [Tensor?], at point: OperatorPoint, into output: Tensor)
    throws(BackendError)
  {
    let p = try shares(at: point)
    let s = try scoreTangent(tangents, at: point, batch: output.shape.batch)
    if let s {
      s.softmaxDerivative(rows, at: p, into: s)
      output.set(products: mixing, of: s, and: try point.input(2))
      pool.give(s)
    }
    if let v = tangents[2] {
      output.set(products: mixing, of: p, and: v, adding: s != nil)
    } else if s == nil {
      output.clear()
    }
    pool.give(p)
  }

  func pullback(
    _ cotangent: Tensor, at point: OperatorPoint, toInput place: Int, into input: Tensor
  ) throws(BackendError) {
    try pullback(
      cotangent, at: point, into: (0..<(bias == nil ? 3 : 4)).map { $0 == place ? input : nil })
  }

  /// To all inputs from one cotangent of the scores.
  func pullback(_ cotangent: Tensor, at point: OperatorPoint, into inputs: [Tensor?])
    throws(BackendError)
  {
    let p = try shares(at: point)
    if let v = inputs[2] { v.set(products: values, of: p, and: cotangent) }
    if inputs.indices.contains(where: { $0 != 2 && inputs[$0] != nil }) {
      let s = take(cotangent.shape.batch)
      s.set(products: weighing, of: cotangent, and: try point.input(2))
      s.softmaxDerivative(rows, at: p, into: s)
      for (place, input) in inputs.enumerated() where place != 2 {
        if let input { try pullScores(s, at: point, to: place, input, adding: false) }
      }
      pool.give(s)
    }
    pool.give(p)
  }

  /// Pulls a cotangent of the scores back.
  private func pullScores(
    _ s: Tensor, at point: OperatorPoint, to place: Int, _ input: Tensor, adding adds: Bool
  ) throws(BackendError) {
    switch place {
    case 0:
      input.set(products: queries, of: s, and: try point.input(1), times: scale, adding: adds)
    case 1:
      input.set(products: keys, of: s, and: try point.input(0), times: scale, adding: adds)
    default:
      guard let boxes = bias?.sum(over: 0) else { return }
      input.set(sumOf: s, times: nil, kept: boxes.kept, summed: boxes.summed, adding: adds)
    }
  }

  /// The change of `dV` is `P'^T dO` with `P' = D S'`.
  ///
  /// That of `dS` is the change of `D` along `P'`, and `D` of `dO V'^T`; those of `dQ` and `dK` follow by
  /// the rule of products.
  func addPullbackChange(
    of cotangent: Tensor, at point: OperatorPoint, along change: OperatorChange,
    toInput place: Int, to input: Tensor
  ) throws(BackendError) {
    let batch = cotangent.shape.batch
    let p = try shares(at: point)
    let pTangent = try scoreTangent(change.inputs, at: point, batch: batch)
    if let pTangent { pTangent.softmaxDerivative(rows, at: p, into: pTangent) }
    if place == 2 {
      if let pTangent {
        input.set(products: values, of: pTangent, and: cotangent, adding: true)
      }
    } else {
      let (s, sTangent) = (take(batch), take(batch))
      if let v = change.inputs[2] {
        sTangent.set(products: weighing, of: cotangent, and: v)
        sTangent.softmaxDerivative(rows, at: p, into: sTangent)
      } else {
        sTangent.clear()
      }
      s.set(products: weighing, of: cotangent, and: try point.input(2))
      if let pTangent { sTangent.addSoftmaxChange(rows, of: s, at: p, along: pTangent) }
      try pullScores(sTangent, at: point, to: place, input, adding: true)
      // What the other factor's change adds.
      s.softmaxDerivative(rows, at: p, into: s)
      if place == 0, let k = change.inputs[1] {
        input.set(products: queries, of: s, and: k, times: scale, adding: true)
      } else if place == 1, let q = change.inputs[0] {
        input.set(products: keys, of: s, and: q, times: scale, adding: true)
      }
      pool.give(s)
      pool.give(sTangent)
    }
    if let pTangent { pool.give(pTangent) }
    pool.give(p)
  }
}
