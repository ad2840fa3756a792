public import Networks
public import Tensors

/// A normalisation over the last axes of each image.
///
/// J. L. Ba, J. R. Kiros and G. E. Hinton, *Layer Normalization*, arXiv 1607.06450.
public struct LayerNormalization: Operator, RowNormalizationOperator, ListedOperator {
  /// The extents of the axes that are normalised together.
  public var shape: [Int]
  /// What is added to the variance.
  public var epsilon: Double
  /// Whether there is a learned scale.
  public var hasScale: Bool
  /// Whether there is a learned shift.
  public var hasShift: Bool

  /// Creates a layer normalisation; the default epsilon is PyTorch's.
  public init(shape: [Int], epsilon: Double = 1e-5, hasScale: Bool = true, hasShift: Bool = true) {
    self.shape = shape
    self.epsilon = epsilon
    self.hasScale = hasScale
    self.hasShift = hasShift
  }

  /// `layer-normalization`.
  public var name: String { "layer-normalization" }
  var centres: Bool { true }
  var isByChannel: Bool { false }
  var parameterShape: [Int] { shape }
  package static var examples: [OperatorExample] {
    [
      OperatorExample(LayerNormalization(shape: [21]), [5, 21]),
      OperatorExample(LayerNormalization(shape: [4, 5]), [3, 4, 5]),
      OperatorExample(LayerNormalization(shape: [9], epsilon: 0.5), [9]),
      OperatorExample(
        LayerNormalization(shape: [6], hasScale: false, hasShift: false), [2, 3, 6]),
      OperatorExample(LayerNormalization(shape: [6], hasShift: false), [4, 6]),
    ]
  }

  func rows(of shape: Shape) -> RowView {
    RowView(shape.rank - self.shape.count..<shape.rank, of: shape)
  }

  /// The shape of the input.
  public func outputShape(_ inputs: [Shape]) throws(ShapeProblem) -> Shape {
    let input = try Arity.one(inputs)
    guard !shape.isEmpty, input.extents.suffix(shape.count) == shape[...] else {
      throw ShapeProblem("normalises the last axes \(shape), got \(input)")
    }
    guard hasScale || !hasShift else { throw ShapeProblem("has a shift without a scale") }
    try check(input)
    return input
  }

  /// Its attributes, its code in PyTorch and its nodes in ONNX.
  public func exported(inputs: [Shape], output: Shape) -> ExportedOperation {
    let list = shape.map(String.init).joined(separator: ", ")
    var arguments = ["(\(list),)", "eps=\(epsilon)"]
    if !hasScale { arguments.append("elementwise_affine=False") }
    if hasScale, !hasShift { arguments.append("bias=False") }
    return ExportedOperation(
      [
        "shape": .integers(shape), "epsilon": .number(epsilon), "scale": .flag(hasScale),
        "shift": .flag(hasShift),
      ],
      pyTorch: .module("nn.LayerNorm", arguments),
      onnx: ONNXCode { [shape, hasScale, epsilon] names in
        var code = ONNXFormula(names)
        let count = shape.reduce(1, *)
        let scale =
          hasScale
          ? names.parameters[0]
          : code.numbers([Float](repeating: 1, count: count), shape: shape)
        return code.finished(
          code.node(
            "LayerNormalization",
            [names.inputs[0], scale] + names.parameters.dropFirst(),
            [
              ONNXCode.Attribute("axis", .integer(-shape.count)),
              ONNXCode.Attribute("epsilon", .number(Float(epsilon))),
            ]))
      })
  }
}
