public import Networks
public import Tensors

/// Fixed numbers that do not depend on the image.
public struct Constant: Operator, ListedOperator {
  /// The numbers, row-major.
  public var values: [Float]
  /// Their shape.
  public var shape: Shape

  /// Creates a constant.
  public init(_ values: [Float], shape: Shape) {
    self.values = values
    self.shape = shape
  }

  /// Creates a single number.
  public init(_ value: Float) { self.init([value], shape: []) }

  /// `constant`.
  public var name: String { "constant" }
  /// A source, which reads nothing.
  public var kind: OperatorKind { .source }
  package static var examples: [OperatorExample] {
    [
      OperatorExample(Constant((0..<60).map { Float($0 % 7) / 4 - 0.5 }, shape: [5, 3, 4])),
      OperatorExample(Constant([1, -0.5, 2], shape: [3])), OperatorExample(Constant(0.5)),
    ]
  }

  /// The shape.
  public func outputShape(_ inputs: [Shape]) throws(ShapeProblem) -> Shape {
    guard values.count == shape.count else {
      throw ShapeProblem("has \(values.count) numbers for \(shape)")
    }
    return shape
  }

  /// It depends on nothing.
  public var derivative: Derivative { Derivative(reads: [], zero: .never) }
  /// A copy.
  public var isRecomputed: Bool { true }

  /// In PyTorch and ONNX it has an axis for the batch, of the extent that the network's input has.
  public func exported(inputs: [Shape], output: Shape) -> ExportedOperation {
    let list = PyTorchCode.list(values)
    let extents = output.extents.map { ", \($0)" }.joined()
    return ExportedOperation(
      ["shape": .integers(shape.extents)],
      pyTorch: .function {
        "torch.tensor(\(list), dtype=\($0[0]).dtype, device=\($0[0]).device).reshape(1\(extents)).expand(\($0[0]).shape[0]\(extents))"
      },
      onnx: ONNXCode { [values, shape] names in
        var code = ONNXFormula(names)
        let value = code.numbers(values, shape: [1] + shape.extents)
        return code.finished(code.repeated(value, for: names.inputs[0], shape.extents))
      })
  }

  /// Writes the numbers.
  public func bound(in context: BindingContext) -> any BoundOperator {
    BoundConstant(values, context: context)
  }
}

/// Numbers that are written for every image.
private final class BoundConstant: BoundOperator {
  private let values: Tensor

  init(_ values: [Float], context: BindingContext) {
    self.values = context.arena.tensor(context.output.batch(1), precision: context.precision)
    self.values.write(values)
  }

  func apply(_ inputs: [Tensor], into output: Tensor) { output.set(repeating: values) }
  func pushforward(_ tangents: [Tensor?], at point: OperatorPoint, into output: Tensor) {
    output.clear()
  }
  /// Nothing: there is no input.
  func pullback(
    _ cotangent: Tensor, at point: OperatorPoint, toInput place: Int, into input: Tensor
  ) {}
  /// Nothing: there is no input.
  func addPullbackChange(
    of cotangent: Tensor, at point: OperatorPoint, along change: OperatorChange,
    toInput place: Int, to input: Tensor
  ) {}
}
