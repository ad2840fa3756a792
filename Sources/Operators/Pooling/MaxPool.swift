public import Networks
public import Tensors

/// The maximum of each window of feature maps; where several elements are largest, the first one has the
/// derivative.
public struct MaxPool: Operator, ListedOperator {
  /// The windows; places outside the image never are the largest.
  public var geometry: PoolingGeometry

  /// Creates a max pooling.
  public init(_ geometry: PoolingGeometry) { self.geometry = geometry }

  /// `max-pool`.
  public var name: String { "max-pool" }
  /// A pooling.
  public var kind: OperatorKind { .pooling }
  package static var examples: [OperatorExample] {
    [
      OperatorExample(MaxPool(PoolingGeometry(kernel: 3, stride: 2, padding: 1)), [17, 6, 7]),
      OperatorExample(
        MaxPool(
          PoolingGeometry(
            rows: WindowSide(kernel: 2, stride: 2, dilation: 2),
            columns: WindowSide(kernel: 3, stride: 2), roundsUp: true)), [4, 6, 8]),
    ]
  }

  /// The shape of the output.
  public func outputShape(_ inputs: [Shape]) throws(ShapeProblem) -> Shape {
    try Windows.pooled(inputs, geometry)
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
      Windows.attributes(geometry),
      pyTorch: Windows.pooling("max_pool2d", geometry, padding: -.infinity),
      onnx: .node(
        "MaxPool",
        Windows.onnx(geometry.rows, geometry.columns) + [
          ONNXCode.Attribute(
            "dilations", .integers([geometry.rows.dilation, geometry.columns.dilation])),
          ONNXCode.Attribute("ceil_mode", .integer(geometry.roundsUp ? 1 : 0)),
        ]))
  }

  /// Needs no numbers.
  public func bound(in context: BindingContext) -> any BoundOperator { BoundMaxPool(geometry) }
}

/// A max pooling with memory for places.
final class BoundMaxPool: BoundCurvedOperator {
  private let maxima: WindowMaxima

  init(_ geometry: PoolingGeometry) { maxima = WindowMaxima(geometry) }

  func apply(_ inputs: [Tensor], into output: Tensor) {
    maxima.find(in: inputs[0])
    maxima.gather(inputs[0], into: output)
  }

  func pushforward(_ tangents: [Tensor?], at point: OperatorPoint, into output: Tensor)
    throws(BackendError)
  {
    guard let tangent = tangents[0] else { return output.clear() }
    // Found again: cheaper than an index for every element of a whole minibatch.
    maxima.find(in: try point.input())
    maxima.gather(tangent, into: output)
  }

  func pullback(
    _ cotangent: Tensor, at point: OperatorPoint, toInput place: Int, into input: Tensor
  ) throws(BackendError) {
    maxima.find(in: try point.input())
    maxima.scatter(cotangent, into: input)
  }

  /// Nothing: between two kinks the choice does not change.
  func addPullbackChange(
    of cotangent: Tensor, at point: OperatorPoint, along change: OperatorChange,
    toInput place: Int, to input: Tensor
  ) {}

  /// Nothing, likewise.
  func addCurvature(of first: [Tensor], at point: OperatorPoint, to output: Tensor) {}
}
