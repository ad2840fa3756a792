public import Networks
public import Tensors

/// The mean of each window of feature maps.
public struct AveragePool: Operator, ListedOperator {
  /// The windows and their divisor.
  public var geometry: PoolingGeometry

  /// Creates an average pooling.
  public init(_ geometry: PoolingGeometry) { self.geometry = geometry }

  /// `average-pool`.
  public var name: String { "average-pool" }
  /// A pooling.
  public var kind: OperatorKind { .pooling }
  package static var examples: [OperatorExample] {
    [
      OperatorExample(AveragePool(PoolingGeometry(kernel: 3, stride: 1, padding: 1)), [17, 6, 7]),
      OperatorExample(AveragePool(PoolingGeometry(kernel: 2, stride: 2)), [4, 6, 7]),
      OperatorExample(
        AveragePool(PoolingGeometry(kernel: 3, stride: 2, padding: 1, countsPadding: true)),
        [4, 6, 7]),
      OperatorExample(
        AveragePool(
          PoolingGeometry(
            rows: WindowSide(kernel: 3, stride: 2), columns: WindowSide(kernel: 2, stride: 2),
            roundsUp: true)), [17, 6, 7]),
    ]
  }

  /// The shape of the output.
  public func outputShape(_ inputs: [Shape]) throws(ShapeProblem) -> Shape {
    try Windows.pooled(inputs, geometry)
  }

  /// Linear.
  public var derivative: Derivative { .linear }

  /// Any.
  public func layouts(given: [Layout], inputs: [Shape], output: Shape) -> OperatorLayouts {
    .same(given: given, inputs: inputs, output: output)
  }

  /// Cheap to compute.
  public var isRecomputed: Bool { true }

  /// Its attributes, its code in PyTorch and its nodes in ONNX.
  public func exported(inputs: [Shape], output: Shape) -> ExportedOperation {
    ExportedOperation(
      Windows.attributes(geometry) + [("countsPadding", .flag(geometry.countsPadding))],
      pyTorch: pyTorch,
      onnx: .node(
        "AveragePool",
        Windows.onnx(geometry.rows, geometry.columns) + [
          ONNXCode.Attribute("ceil_mode", .integer(geometry.roundsUp ? 1 : 0)),
          ONNXCode.Attribute("count_include_pad", .integer(geometry.countsPadding ? 1 : 0)),
        ]))
  }

  private var pyTorch: PyTorchCode {
    Windows.pooling(
      "avg_pool2d", geometry, padding: 0, countsPadding: geometry.countsPadding)
  }

  /// Joins the pooling with a worker's scratch memory.
  public func bound(in context: BindingContext) -> any BoundOperator {
    BoundAveragePool(geometry: geometry, engine: context.engine)
  }
}

private final class BoundAveragePool: BoundLinearOperator {
  let geometry: PoolingGeometry
  let engine: KernelEngine

  init(geometry: PoolingGeometry, engine: KernelEngine) {
    self.geometry = geometry
    self.engine = engine
  }

  func apply(_ inputs: [Tensor], into output: Tensor) {
    inputs[0].averagePool(geometry, into: output, on: engine)
  }
  func pushforward(_ tangent: Tensor, into output: Tensor) {
    tangent.averagePool(geometry, into: output, on: engine)
  }
  func pullback(_ cotangent: Tensor, into input: Tensor) {
    cotangent.averagePoolTransposed(geometry, into: input, on: engine)
  }
}
