public import Networks
public import Tensors

/// The maximum of each channel over its places, as maps of one place; where several elements are largest, the
/// first one has the derivative.
public struct GlobalMaxPool: Operator, ListedOperator {
  /// Creates a global max pooling.
  public init() {}

  /// `global-max-pool`.
  public var name: String { "global-max-pool" }
  /// A pooling.
  public var kind: OperatorKind { .pooling }
  package static var examples: [OperatorExample] {
    [
      OperatorExample(GlobalMaxPool(), [18, 3, 4]), OperatorExample(GlobalMaxPool(), [5, 1, 1]),
    ]
  }

  /// One number for each channel.
  public func outputShape(_ inputs: [Shape]) throws(ShapeProblem) -> Shape {
    [try Arity.maps(inputs).channels, 1, 1]
  }

  /// A choice of elements that the input decides.
  public var derivative: Derivative { Derivative(reads: .inputs, zero: .ifAllInputsAre) }

  /// Any.
  public func layouts(given: [Layout], inputs: [Shape], output: Shape) -> OperatorLayouts {
    .same(given: given, inputs: inputs, output: output)
  }

  /// Its attributes, its code in PyTorch and its nodes in ONNX.
  public func exported(inputs: [Shape], output: Shape) -> ExportedOperation {
    ExportedOperation(
      pyTorch: .function { "functional.adaptive_max_pool2d(\($0[0]), 1)" },
      onnx: .node("GlobalMaxPool"))
  }

  /// A max pooling whose window is the image.
  public func bound(in context: BindingContext) -> any BoundOperator {
    let maps = context.inputs[0]
    return BoundMaxPool(
      PoolingGeometry(
        rows: WindowSide(kernel: maps.height), columns: WindowSide(kernel: maps.width)))
  }
}
