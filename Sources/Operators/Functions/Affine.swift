public import Networks
public import Tensors

/// A number times each element, and a number added: `y = a x + b`.
public struct Affine: Operator, ListedOperator {
  /// What each element is multiplied by.
  public var factor: Double
  /// What is added to each product.
  public var offset: Double

  /// Creates a function.
  public init(factor: Double = 1, offset: Double = 0) {
    self.factor = factor
    self.offset = offset
  }

  /// `affine`.
  public var name: String { "affine" }
  /// None of those that are counted by their kind.
  public var kind: OperatorKind { .other }
  package static var examples: [OperatorExample] {
    OperatorExample.pointwise(Affine(factor: 0.75))
      + OperatorExample.pointwise(Affine(factor: -2, offset: 0.5))
  }

  /// The shape of the input.
  public func outputShape(_ inputs: [Shape]) throws(ShapeProblem) -> Shape {
    guard factor.isFinite, offset.isFinite else {
      throw ShapeProblem("multiplies by \(factor) and adds \(offset)")
    }
    return try Arity.one(inputs)
  }

  /// Linear, and a constant where something is added.
  public var derivative: Derivative { offset == 0 ? .linear : .affine }

  /// Any.
  public func layouts(given: [Layout], inputs: [Shape], output: Shape) -> OperatorLayouts {
    .same(given: given, inputs: inputs, output: output)
  }

  /// Cheap to compute.
  public var isRecomputed: Bool { true }

  /// Its attributes, its code in PyTorch and its nodes in ONNX.
  public func exported(inputs: [Shape], output: Shape) -> ExportedOperation {
    ExportedOperation(
      ["factor": .number(factor), "offset": .number(offset)],
      pyTorch: .function { [factor, offset] in
        let product = factor == 1 ? $0[0] : "\(factor) * \($0[0])"
        return offset == 0 ? product : "\(product) + \(offset)"
      },
      onnx: ONNXCode { [factor, offset] names in
        var code = ONNXFormula(names)
        var value = names.inputs[0]
        if factor != 1 { value = code.multiply(value, code.number(Float(factor))) }
        if offset != 0 { value = code.add(value, code.number(Float(offset))) }
        return code.finished(value)
      })
  }

  /// Needs no numbers.
  public func bound(in context: BindingContext) -> any BoundOperator {
    BoundAffine(factor: factor, offset: offset)
  }
}

private final class BoundAffine: BoundLinearOperator {
  private let factor: Double
  private let offset: Double

  init(factor: Double, offset: Double) {
    self.factor = factor
    self.offset = offset
  }

  func apply(_ inputs: [Tensor], into output: Tensor) {
    map(inputs[0], offset: offset, into: output)
    if offset != 0 { output.clearPadding() }
  }
  func pushforward(_ tangent: Tensor, into output: Tensor) { map(tangent, offset: 0, into: output) }
  func pullback(_ cotangent: Tensor, into input: Tensor) { map(cotangent, offset: 0, into: input) }

  private func map(_ x: Tensor, offset: Double, into y: Tensor) {
    switch x.precision {
    case .float:
      let (a, b) = (Float(factor), Float(offset))
      x.mapElements(into: y, Float.self) { a * $0 + b }
    case .double:
      let (a, b) = (factor, offset)
      x.mapElements(into: y, Double.self) { a * $0 + b }
    }
  }
}
