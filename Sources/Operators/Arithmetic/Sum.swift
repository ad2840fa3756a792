public import Networks
public import Tensors

/// The elementwise sum of inputs of one shape, in their order.
public struct Sum: Operator, ListedOperator {
  /// Creates a sum.
  public init() {}

  /// `sum`.
  public var name: String { "sum" }
  /// A sum, where branches join.
  public var kind: OperatorKind { .sum }
  package static var examples: [OperatorExample] {
    let maps: Shape = [18, 3, 4]
    return [
      OperatorExample(Sum(), maps), OperatorExample(Sum(), maps, maps),
      OperatorExample(Sum(), maps, maps, maps, maps, maps, maps, maps, maps, maps, maps, maps),
      OperatorExample(Sum(), [5, 7], [5, 7], [5, 7]), OperatorExample(Sum(), [4], [4]),
    ]
  }

  /// The common shape of the inputs.
  public func outputShape(_ inputs: [Shape]) throws(ShapeProblem) -> Shape {
    guard inputs.allSatisfy({ $0 == inputs[0] }) else {
      throw ShapeProblem("cannot add \(inputs.map(\.description).joined(separator: " and "))")
    }
    return inputs[0]
  }

  /// The identity on each input.
  public var derivative: Derivative {
    Derivative(reads: [], zero: .ifAllInputsAre, shortcut: .sum)
  }

  /// Any.
  public func layouts(given: [Layout], inputs: [Shape], output: Shape) -> OperatorLayouts {
    .same(given: given, inputs: inputs, output: output)
  }

  /// Its attributes, its code in PyTorch and its nodes in ONNX.
  public func exported(inputs: [Shape], output: Shape) -> ExportedOperation {
    ExportedOperation(
      pyTorch: .function { $0.joined(separator: " + ") }, onnx: .node("Sum"))
  }

  /// Needs no numbers.
  public func bound(in context: BindingContext) -> any BoundOperator { BoundSum() }
}

private final class BoundSum: BoundOperator {
  func apply(_ inputs: [Tensor], into output: Tensor) { output.combine(plain: inputs) }

  func pushforward(_ tangents: [Tensor?], at point: OperatorPoint, into output: Tensor) {
    let terms = tangents.compactMap(\.self)
    if terms.isEmpty { output.clear() } else { output.combine(plain: terms) }
  }

  func pullback(
    _ cotangent: Tensor, at point: OperatorPoint, toInput place: Int, into input: Tensor
  ) {
    input.copy(cotangent)
  }

  /// Nothing: a sum is the same at every point.
  func addPullbackChange(
    of cotangent: Tensor, at point: OperatorPoint, along change: OperatorChange,
    toInput place: Int, to input: Tensor
  ) {}
}
