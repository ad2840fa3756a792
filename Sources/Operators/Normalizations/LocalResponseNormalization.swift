public import Networks
internal import RealModule
public import Tensors

/// A division by the activity of neighbouring channels, `y = x (k + alpha / size sum x^2)^-beta`.
///
/// The sum runs over `size` channels about the own one. A. Krizhevsky, I. Sutskever and G. E. Hinton,
/// *ImageNet Classification with Deep Convolutional Neural Networks*, NeurIPS 2012.
public struct LocalResponseNormalization: Operator, ListedOperator {
  /// Channels that are added up, the larger half of them in front where it is even.
  public var size: Int
  /// The weight of the mean of squares.
  public var alpha: Double
  /// The power of the divisor.
  public var beta: Double
  /// What is added to the mean of squares.
  public var k: Double

  /// Creates a normalisation; the defaults are PyTorch's.
  public init(size: Int, alpha: Double = 1e-4, beta: Double = 0.75, k: Double = 1) {
    self.size = size
    self.alpha = alpha
    self.beta = beta
    self.k = k
  }

  /// `local-response-normalization`.
  public var name: String { "local-response-normalization" }
  /// A normalisation.
  public var kind: OperatorKind { .normalization }
  package static var examples: [OperatorExample] {
    [
      OperatorExample(
        LocalResponseNormalization(size: 5, alpha: 0.5, beta: 0.5, k: 2), [18, 2, 3]),
      OperatorExample(LocalResponseNormalization(size: 2, alpha: 0.75), [6, 2, 3]),
      OperatorExample(LocalResponseNormalization(size: 9, alpha: 0.75, beta: 1.25), [5, 4]),
    ]
  }

  /// The shape of the input.
  public func outputShape(_ inputs: [Shape]) throws(ShapeProblem) -> Shape {
    let shape = try Arity.one(inputs)
    guard shape.rank > 1 else { throw ShapeProblem("reads channels of places, got \(shape)") }
    guard (1...1 << 16).contains(size), k > 0, alpha >= 0 else {
      throw ShapeProblem("sums \(size) channels with alpha \(alpha) and k \(k)")
    }
    return shape
  }

  /// The derivative reads what is normalised.
  public var derivative: Derivative { Derivative(reads: .inputs, zero: .ifAllInputsAre) }

  /// Its attributes, its code in PyTorch and its nodes in ONNX.
  public func exported(inputs: [Shape], output: Shape) -> ExportedOperation {
    let numbers = "\(size), alpha=\(alpha), beta=\(beta), k=\(k)"
    return ExportedOperation(
      [
        "size": .integer(size), "alpha": .number(alpha), "beta": .number(beta), "k": .number(k),
      ],
      pyTorch: .function { "functional.local_response_norm(\($0[0]), \(numbers))" },
      onnx: ONNXCode { [size, alpha, beta, k] names in
        var code = ONNXFormula(names)
        let power = code.multiply(names.inputs[0], names.inputs[0])
        let sum = Self.windowSum(of: power, size: size, channels: output.channels, &code)
        let scaled = code.multiply(sum, code.number(Float(alpha / Double(size))))
        let base = code.add(scaled, code.number(Float(k)))
        let factor = code.node("Pow", [base, code.number(Float(-beta))])
        return code.finished(code.multiply(names.inputs[0], factor))
      })
  }

  /// ONNX's own operator centres even windows otherwise than PyTorch, so that the sum is a matrix product.
  private static func windowSum(
    of value: String, size: Int, channels: Int, _ code: inout ONNXFormula
  ) -> String {
    var matrix = [Float](repeating: 0, count: channels * channels)
    for c in 0..<channels {
      for other in window(size, about: c, of: channels) { matrix[c * channels + other] = 1 }
    }
    let rows = code.reshape(value, to: [0, 0, -1])
    let sums = code.node("MatMul", [code.numbers(matrix, shape: [channels, channels]), rows])
    return code.node("Reshape", [sums, code.node("Shape", [value])])
  }

  /// The channels that are added up for one.
  fileprivate static func window(_ size: Int, about channel: Int, of channels: Int) -> [Int] {
    let first = channel - size / 2
    return (first..<first + size).filter { (0..<channels).contains($0) }
  }

  /// Joins the normalisation with its windows.
  public func bound(in context: BindingContext) -> any BoundOperator {
    BoundLocalResponseNormalization(self, context)
  }
}

/// With `D = k + alpha / size S x^2`, where `S` sums windows, `y = x D^-beta`.
private final class BoundLocalResponseNormalization: BoundOperator {
  private let op: LocalResponseNormalization
  private let pool: TensorPool
  private let sums: AxisTable
  private let area: Int
  /// `2 alpha / size`.
  private let factor: Double

  init(_ op: LocalResponseNormalization, _ context: BindingContext) {
    self.op = op
    pool = context.pool
    area = context.output.area
    factor = 2 * op.alpha / Double(op.size)
    let channels = context.output.channels
    sums = AxisTable(
      inExtent: channels,
      index: (0..<channels).map {
        LocalResponseNormalization.window(op.size, about: $0, of: channels)
      })
  }

  /// `D^power` at a value, to be given back.
  private func base(_ x: Tensor, power: Double) -> Tensor {
    let (squares, base) = (pool.take(like: x), pool.take(like: x))
    squares.set(productOf: x, and: x)
    squares.map(sums, inner: area, into: base)
    let (k, scale) = (op.k, factor / 2)
    let function = { (sum: Double) -> Double in Double.pow(k + scale * sum, power) }
    switch x.precision {
    case .float: base.mapElements(into: base, Float.self) { Float(function(Double($0))) }
    case .double: base.mapElements(into: base, Double.self, function)
    }
    pool.give(squares)
    return base
  }

  func apply(_ inputs: [Tensor], into output: Tensor) {
    let base = base(inputs[0], power: -op.beta)
    output.set(productOf: inputs[0], and: base)
    pool.give(base)
  }

  /// `y' = D^-beta x' - beta f x D^(-beta - 1) S(x x')`, with `f = 2 alpha / size`.
  func pushforward(_ tangents: [Tensor?], at point: OperatorPoint, into output: Tensor)
    throws(BackendError)
  {
    guard let tangent = tangents[0] else { return output.clear() }
    let x = try point.input()
    let (product, sum) = (pool.take(like: tangent), pool.take(like: tangent))
    product.set(productOf: tangent, and: x)
    product.map(sums, inner: area, into: sum)
    let outer = base(x, power: -op.beta - 1)
    outer.set(productOf: outer, and: x)
    let inner = base(x, power: -op.beta)
    output.set(productOf: tangent, and: inner)
    product.set(productOf: sum, and: outer)
    output.add(product, times: -op.beta * factor)
    for tensor in [product, sum, outer, inner] { pool.give(tensor) }
  }

  /// `dx = D^-beta dy - beta f x S^T(x D^(-beta - 1) dy)`.
  func pullback(
    _ cotangent: Tensor, at point: OperatorPoint, toInput place: Int, into input: Tensor
  ) throws(BackendError) {
    let x = try point.input()
    let (product, sum) = (pool.take(like: cotangent), pool.take(like: cotangent))
    let outer = base(x, power: -op.beta - 1)
    outer.set(productOf: outer, and: x)
    product.set(productOf: cotangent, and: outer)
    product.mapTransposed(sums, inner: area, into: sum)
    let inner = base(x, power: -op.beta)
    input.set(productOf: cotangent, and: inner)
    product.set(productOf: sum, and: x)
    input.add(product, times: -op.beta * factor)
    for tensor in [product, sum, outer, inner] { pool.give(tensor) }
  }

  /// The change of the pullback, with `D' = f S(x x')`.
  ///
  ///     -beta D^(-beta - 1) D' dy - beta f x' S^T(x D^(-beta - 1) dy)
  ///     - beta f x S^T(x' D^(-beta - 1) dy - (beta + 1) x D^(-beta - 2) D' dy)
  func addPullbackChange(
    of cotangent: Tensor, at point: OperatorPoint, along change: OperatorChange,
    toInput place: Int, to input: Tensor
  ) throws(BackendError) {
    guard let tangent = change.inputs[0] else { return }
    let x = try point.input()
    let beta = op.beta
    let (term, sum, dTangent) = (
      pool.take(like: cotangent), pool.take(like: cotangent), pool.take(like: cotangent)
    )
    // D', but for f.
    term.set(productOf: tangent, and: x)
    term.map(sums, inner: area, into: dTangent)
    let first = base(x, power: -beta - 1)
    first.set(productOf: first, and: cotangent)
    let second = base(x, power: -beta - 2)
    second.set(productOf: second, and: cotangent)
    second.set(productOf: second, and: dTangent)
    second.set(productOf: second, and: x)
    term.set(productOf: first, and: dTangent)
    input.add(term, times: -beta * factor)
    term.set(productOf: first, and: x)
    term.mapTransposed(sums, inner: area, into: sum)
    term.set(productOf: sum, and: tangent)
    input.add(term, times: -beta * factor)
    term.set(productOf: first, and: tangent)
    term.add(second, times: -(beta + 1) * factor)
    term.mapTransposed(sums, inner: area, into: sum)
    term.set(productOf: sum, and: x)
    input.add(term, times: -beta * factor)
    for tensor in [term, sum, dTangent, first, second] { pool.give(tensor) }
  }
}
