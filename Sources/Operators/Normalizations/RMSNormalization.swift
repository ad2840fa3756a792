public import Networks
public import Tensors

/// A division by the root of the mean square over the last axes of each image.
///
/// B. Zhang and R. Sennrich, *Root Mean Square Layer Normalization*, NeurIPS 2019.
public struct RMSNormalization: Operator, RowNormalizationOperator, ListedOperator {
  /// The extents of the axes that are normalised together.
  public var shape: [Int]
  /// What is added to the mean square.
  public var epsilon: Double
  /// Whether there is a learned scale.
  public var hasScale: Bool

  /// Creates a normalisation.
  public init(shape: [Int], epsilon: Double = 1e-6, hasScale: Bool = true) {
    self.shape = shape
    self.epsilon = epsilon
    self.hasScale = hasScale
  }

  /// `rms-normalization`.
  public var name: String { "rms-normalization" }
  var hasShift: Bool { false }
  var centres: Bool { false }
  var isByChannel: Bool { false }
  var parameterShape: [Int] { shape }
  package static var examples: [OperatorExample] {
    [
      OperatorExample(RMSNormalization(shape: [21]), [5, 21]),
      OperatorExample(RMSNormalization(shape: [4, 5], epsilon: 0.25), [3, 4, 5]),
      OperatorExample(RMSNormalization(shape: [9], hasScale: false), [9]),
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
    try check(input)
    return input
  }

  /// Its attributes, its code in PyTorch and its nodes in ONNX.
  public func exported(inputs: [Shape], output: Shape) -> ExportedOperation {
    let list = shape.map(String.init).joined(separator: ", ")
    return ExportedOperation(
      ["shape": .integers(shape), "epsilon": .number(epsilon), "scale": .flag(hasScale)],
      pyTorch: .module(
        "nn.RMSNorm",
        ["(\(list),)", "eps=\(epsilon)"] + (hasScale ? [] : ["elementwise_affine=False"])),
      onnx: ONNXCode { [shape, hasScale, epsilon] names in
        var code = ONNXFormula(names)
        let x = names.inputs[0]
        let axes = ONNXCode.Attribute("axes", .integers(Array(-shape.count..<0)))
        let mean = code.node("ReduceMean", [code.multiply(x, x)], [axes])
        let root = code.node("Sqrt", [code.add(mean, code.number(Float(epsilon)))])
        let value = code.node("Div", [x, root])
        return code.finished(hasScale ? code.multiply(value, names.parameters[0]) : value)
      })
  }
}
