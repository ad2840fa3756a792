public import Networks
public import Tensors

/// The mean of each channel over its places: feature maps become vectors, or maps of one place.
public struct GlobalAveragePool: Operator, ListedOperator {
  /// Whether the output has rows and columns, one of each.
  public var keepsPlaces: Bool

  /// Creates a global average pooling.
  public init(keepsPlaces: Bool = false) { self.keepsPlaces = keepsPlaces }

  /// `global-average-pool`.
  public var name: String { "global-average-pool" }
  /// A pooling.
  public var kind: OperatorKind { .pooling }
  package static var examples: [OperatorExample] {
    [
      OperatorExample(GlobalAveragePool(), [21, 6, 7]),
      OperatorExample(GlobalAveragePool(keepsPlaces: true), [21, 3, 4]),
    ]
  }

  /// One number for each channel.
  public func outputShape(_ inputs: [Shape]) throws(ShapeProblem) -> Shape {
    let maps = try Arity.maps(inputs)
    return keepsPlaces ? [maps.channels, 1, 1] : [maps.channels]
  }

  /// Linear.
  public var derivative: Derivative { .linear }

  /// Any; a vector is row-major.
  public func layouts(given: [Layout], inputs: [Shape], output: Shape) -> OperatorLayouts {
    OperatorLayouts(inputs: given, output: keepsPlaces ? given[0] : .plain)
  }

  /// Its attributes, its code in PyTorch and its nodes in ONNX.
  public func exported(inputs: [Shape], output: Shape) -> ExportedOperation {
    ExportedOperation(
      ["keepsPlaces": .flag(keepsPlaces)],
      pyTorch: .function { [keepsPlaces] in
        keepsPlaces ? "\($0[0]).mean((2, 3), keepdim=True)" : "\($0[0]).mean((2, 3))"
      },
      onnx: .node(
        "ReduceMean",
        [
          ONNXCode.Attribute("axes", .integers([2, 3])),
          ONNXCode.Attribute("keepdims", .integer(keepsPlaces ? 1 : 0)),
        ]))
  }

  /// Needs no numbers.
  public func bound(in context: BindingContext) -> any BoundOperator { BoundGlobalAveragePool() }
}

private final class BoundGlobalAveragePool: BoundLinearOperator {
  func apply(_ inputs: [Tensor], into output: Tensor) { inputs[0].globalAveragePool(into: output) }
  func pushforward(_ tangent: Tensor, into output: Tensor) {
    tangent.globalAveragePool(into: output)
  }
  func pullback(_ cotangent: Tensor, into input: Tensor) {
    cotangent.globalAveragePoolTransposed(into: input)
  }
}
