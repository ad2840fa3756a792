public import Networks
public import Tensors

/// A convolution with constant weights, such as a blur in front of a stride.
///
/// R. Zhang, *Making Convolutional Networks Shift-Invariant Again*, ICML 2019.
public struct FixedConvolution: Operator, ListedOperator {
  /// The convolution.
  public var convolution: Convolution
  /// Its weights, row-major.
  public var weights: [Float]

  /// Joins a convolution with weights.
  public init(_ convolution: Convolution, weights: [Float]) {
    self.convolution = convolution
    self.weights = weights
  }

  /// `fixed-convolution`.
  public var name: String { "fixed-convolution" }
  /// None of those that are counted by their kind: it has no weights that are trained.
  public var kind: OperatorKind { .other }
  package static var examples: [OperatorExample] {
    let blur: [Float] = [1, 2, 1, 2, 4, 2, 1, 2, 1].map { $0 / 16 }
    return [
      OperatorExample(
        FixedConvolution(
          Convolution(inChannels: 18, outChannels: 18, kernel: 3, stride: 2, groups: 18),
          weights: [[Float]](repeating: blur, count: 18).flatMap { $0 }), [18, 5, 6]),
      OperatorExample(
        FixedConvolution(
          Convolution(inChannels: 2, outChannels: 3, kernel: 1), weights: [1, -1, 0.5, 2, 0, 1]),
        [2, 3, 4]),
    ]
  }

  /// The shape of the convolution's output.
  public func outputShape(_ inputs: [Shape]) throws(ShapeProblem) -> Shape {
    let output = try convolution.outputShape(inputs)
    let count = convolution.geometry(inputs[0]).weightCount
    guard weights.count == count else {
      throw ShapeProblem("has \(weights.count) weights for \(count)")
    }
    return output
  }

  /// Those of the convolution: the work is the same.
  public func multiplyAdds(inputs: [Shape], output: Shape) -> Int {
    convolution.multiplyAdds(inputs: inputs, output: output)
  }

  /// Linear.
  public var derivative: Derivative { .linear }

  /// Those of the convolution.
  public func layouts(given: [Layout], inputs: [Shape], output: Shape) -> OperatorLayouts {
    convolution.layouts(given: given, inputs: inputs, output: output)
  }

  /// Its attributes, its code in PyTorch and its nodes in ONNX.
  public func exported(inputs: [Shape], output: Shape) -> ExportedOperation {
    let code = convolution.exported(inputs: inputs, output: output)
    let shape = convolution.geometry(inputs[0]).weightShape
    return ExportedOperation(
      code.attributes.map { ($0.name, $0.value) },
      pyTorch: pyTorch(shape),
      onnx: ONNXCode { [weights] names in
        let filter = "\(names.output)/weights"
        var own = names
        own.parameters = [filter]
        return [.constant(weights, shape: shape, output: filter)] + code.onnx.nodes(own)
      })
  }

  private func pyTorch(_ shape: [Int]) -> PyTorchCode {
    let list = PyTorchCode.list(weights)
    let extents = shape.map(String.init).joined(separator: ", ")
    let (rows, columns) = (convolution.rows, convolution.columns)
    let sides = [columns.before, columns.after, rows.before, rows.after]
    let padding = sides.map(String.init).joined(separator: ", ")
    let arguments = [
      "stride=\(Windows.pair(rows.stride, columns.stride))",
      "dilation=\(Windows.pair(rows.dilation, columns.dilation))", "groups=\(convolution.groups)",
    ].joined(separator: ", ")
    return .function { inputs in
      let x = inputs[0]
      let weights =
        "torch.tensor(\(list), dtype=\(x).dtype, device=\(x).device).reshape(\(extents))"
      return "functional.conv2d(functional.pad(\(x), (\(padding))), \(weights), \(arguments))"
    }
  }

  /// Binds the convolution to the weights.
  public func bound(in context: BindingContext) -> any BoundOperator {
    let own = BindingContext(
      engine: context.engine, arena: context.arena, pool: context.pool, inputs: context.inputs,
      output: context.output, inputBlocks: context.inputBlocks, outputBlock: context.outputBlock,
      isFiltering: context.isFiltering, parameters: [weights], buffers: [])
    return BoundFixedConvolution(
      BoundConvolution(geometry: convolution.geometry(context.inputs[0]), context: own))
  }
}

/// A convolution whose weights nobody asks for.
private final class BoundFixedConvolution: BoundLinearOperator {
  private let convolution: BoundConvolution

  init(_ convolution: BoundConvolution) { self.convolution = convolution }

  func apply(_ inputs: [Tensor], into output: Tensor) throws(BackendError) {
    try convolution.apply(inputs, into: output)
  }
  func pushforward(_ tangent: Tensor, into output: Tensor) throws(BackendError) {
    try convolution.pushforward(tangent, into: output)
  }
  func pullback(_ cotangent: Tensor, into input: Tensor) throws(BackendError) {
    try convolution.pullback(cotangent, into: input)
  }
}
