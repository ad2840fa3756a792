public import Networks
public import Tensors

/// The product of the matrices in the last two axes of two values, with broadcasting of the axes in front.
public struct MatMul: Operator, ListedOperator {
  /// Whether matrices of the first value are transposed.
  public var transposesFirst: Bool
  /// Whether matrices of the second value are transposed.
  public var transposesSecond: Bool

  /// Creates a product.
  public init(transposesFirst: Bool = false, transposesSecond: Bool = false) {
    self.transposesFirst = transposesFirst
    self.transposesSecond = transposesSecond
  }

  /// `matmul`.
  public var name: String { "matmul" }
  /// A product of values of the graph.
  public var kind: OperatorKind { .product }
  package static var examples: [OperatorExample] {
    [
      OperatorExample(MatMul(), [3, 4], [4, 5]), OperatorExample(MatMul(), [2, 3, 4], [2, 4, 5]),
      OperatorExample(MatMul(transposesSecond: true), [2, 3, 4], [2, 5, 4]),
      OperatorExample(MatMul(transposesFirst: true), [2, 4, 3], [2, 4, 5]),
      OperatorExample(MatMul(transposesFirst: true, transposesSecond: true), [4, 3], [5, 4]),
      OperatorExample(MatMul(), [2, 3, 4], [4, 5]), OperatorExample(MatMul(), [3, 4], [2, 4, 5]),
      OperatorExample(MatMul(), [2, 1, 3, 4], [3, 4, 2]),
      OperatorExample(MatMul(transposesSecond: true), [1, 3, 4], [6, 2, 4]),
    ]
  }

  /// Rows and columns of a matrix as it enters the product.
  private func matrices(_ inputs: [Shape]) throws(ShapeProblem) -> (
    rows: Int, inner: Int, columns: Int
  ) {
    let (a, b) = try Arity.two(inputs)
    guard a.rank > 1, b.rank > 1 else {
      throw ShapeProblem("multiplies matrices, got \(a) and \(b)")
    }
    let (x, y) = (Array(a.extents.suffix(2)), Array(b.extents.suffix(2)))
    let (rows, inner) = transposesFirst ? (x[1], x[0]) : (x[0], x[1])
    let (other, columns) = transposesSecond ? (y[1], y[0]) : (y[0], y[1])
    guard inner == other else {
      throw ShapeProblem("cannot multiply \(a) by \(b): \(inner) columns for \(other) rows")
    }
    return (rows, inner, columns)
  }

  /// The common axes in front, rows, and columns.
  public func outputShape(_ inputs: [Shape]) throws(ShapeProblem) -> Shape {
    let (rows, _, columns) = try matrices(inputs)
    let outer = try Broadcasting.shape(inputs.map { Shape($0.extents.dropLast(2)) })
    return try Axes.shape(outer.extents + [rows, columns])
  }

  /// Linear in each input.
  public var derivative: Derivative { Derivative(reads: .inputs, zero: .ifAnyInputIs) }

  /// A product for each element of the output and of what is summed up.
  public func multiplyAdds(inputs: [Shape], output: Shape) -> Int {
    output.count * (inputs[0].count / Shape(inputs[0].extents.dropLast(2)).count)
      / output[output.rank - 2]
  }

  /// Its attributes, its code in PyTorch and its nodes in ONNX.
  public func exported(inputs: [Shape], output: Shape) -> ExportedOperation {
    let flags = [transposesFirst, transposesSecond]
    return ExportedOperation(
      [
        "transposesFirst": .flag(transposesFirst), "transposesSecond": .flag(transposesSecond),
      ],
      pyTorch: .function { variables in
        let values = variables.indices.map { place in
          Broadcasting.pyTorch(variables[place], rank: inputs[place].rank, among: output.rank)
            + (flags[place] ? ".transpose(-1, -2)" : "")
        }
        return "torch.matmul(\(values[0]), \(values[1]))"
      },
      onnx: ONNXCode { names in
        let aligned = Broadcasting.onnx(names, inputs, rank: output.rank)
        var nodes = aligned.nodes
        var values = aligned.names
        let order = [Int](0..<output.rank - 1) + [output.rank, output.rank - 1]
        for place in 0..<2 where flags[place] {
          let name = "\(names.output)/transposed\(place)"
          nodes.append(
            ONNXCode.Node(
              "Transpose", [values[place]], output: name,
              [ONNXCode.Attribute("perm", .integers(order))]))
          values[place] = name
        }
        return nodes + [ONNXCode.Node("MatMul", values, output: names.output)]
      })
  }

  /// Finds the matrices.
  public func bound(in context: BindingContext) -> any BoundOperator {
    BoundMatMul(self, context)
  }
}

private final class BoundMatMul: BoundOperator {
  private let forward: MatrixBatch
  /// The products that give the cotangent of each input, and whether the cotangent is the left factor.
  private let backward: [(products: MatrixBatch, isLeft: Bool)]

  init(_ op: MatMul, _ context: BindingContext) {
    let output = context.output
    let (m, n) = (output[output.rank - 2], output[output.rank - 1])
    let outer = StoredShape(shape: Shape(output.extents.dropLast(2)), block: 1)
    let heads = context.inputs.map {
      StoredShape(shape: Shape($0.extents.dropLast(2)), block: 1)
    }
    let areas = zip(context.inputs, heads).map { $0.count / $1.shape.count }
    let k = areas[0] / m
    let spread = Broadcasting(heads, to: outer)
    let places = (0..<2).map { place in
      spread.expansion(of: place).places(of: 0).map { $0 * areas[place] }
    }
    let triples = zip(places[0], places[1]).enumerated().map { ($1.0, $1.1, $0 * m * n) }
    let (ta, tb) = (op.transposesFirst, op.transposesSecond)
    forward = MatrixBatch(
      rows: m, columns: n, inner: k, transposesA: ta, transposesB: tb,
      offsets: triples.map { .init(a: $0.0, b: $0.1, c: $0.2) })
    // dA = dC op(B)^T, or its transpose op(B) dC^T; and dB = op(A)^T dC, or dC^T op(A).
    backward = [
      ta
        ? (
          MatrixBatch(
            rows: k, columns: m, inner: n, transposesA: tb, transposesB: true,
            offsets: triples.map { .init(a: $0.1, b: $0.2, c: $0.0) }), false
        )
        : (
          MatrixBatch(
            rows: m, columns: k, inner: n, transposesB: !tb,
            offsets: triples.map { .init(a: $0.2, b: $0.1, c: $0.0) }), true
        ),
      tb
        ? (
          MatrixBatch(
            rows: n, columns: k, inner: m, transposesA: true, transposesB: ta,
            offsets: triples.map { .init(a: $0.2, b: $0.0, c: $0.1) }), true
        )
        : (
          MatrixBatch(
            rows: k, columns: n, inner: m, transposesA: !ta,
            offsets: triples.map { .init(a: $0.0, b: $0.2, c: $0.1) }), false
        ),
    ]
  }

  func apply(_ inputs: [Tensor], into output: Tensor) {
    output.set(products: forward, of: inputs[0], and: inputs[1])
  }

  func pushforward(_ tangents: [Tensor?], at point: OperatorPoint, into output: Tensor)
    throws(BackendError)
  {
    if tangents[0] == nil, tangents[1] == nil { return output.clear() }
    if let a = tangents[0] {
      output.set(products: forward, of: a, and: try point.input(1))
    }
    if let b = tangents[1] {
      output.set(
        products: forward, of: try point.input(0), and: b, adding: tangents[0] != nil)
    }
  }

  func pullback(
    _ cotangent: Tensor, at point: OperatorPoint, toInput place: Int, into input: Tensor
  ) throws(BackendError) {
    add(cotangent, with: try point.input(1 - place), to: place, input, adding: false)
  }

  private func add(
    _ u: Tensor, with other: Tensor, to place: Int, _ input: Tensor, adding adds: Bool
  ) {
    let (products, isLeft) = backward[place]
    input.set(
      products: products, of: isLeft ? u : other, and: isLeft ? other : u, adding: adds)
  }

  /// The pullback is linear in the values that it reads, so its change is the pullback at theirs.
  func addPullbackChange(
    of cotangent: Tensor, at point: OperatorPoint, along change: OperatorChange,
    toInput place: Int, to input: Tensor
  ) {
    guard let other = change.inputs[1 - place] else { return }
    add(cotangent, with: other, to: place, input, adding: true)
  }
}
