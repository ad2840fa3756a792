public import Networks
public import Tensors

/// A normalisation of each channel of each image.
///
/// D. Ulyanov, A. Vedaldi and V. Lempitsky, *Instance Normalization*, arXiv 1607.08022.
public struct InstanceNormalization: Operator, RowNormalizationOperator, ListedOperator {
  /// Channels of the input.
  public var channels: Int
  /// What is added to the variance.
  public var epsilon: Double
  /// Whether there is a learned scale.
  public var hasScale: Bool
  /// Whether there is a learned shift.
  public var hasShift: Bool

  /// Creates an instance normalisation; the defaults are PyTorch's.
  public init(
    channels: Int, epsilon: Double = 1e-5, hasScale: Bool = false, hasShift: Bool = false
  ) {
    self.channels = channels
    self.epsilon = epsilon
    self.hasScale = hasScale
    self.hasShift = hasShift
  }

  /// `instance-normalization`.
  public var name: String { "instance-normalization" }
  var centres: Bool { true }
  var isByChannel: Bool { true }
  var parameterShape: [Int] { [channels] }
  package static var examples: [OperatorExample] {
    [
      OperatorExample(
        InstanceNormalization(channels: 18, hasScale: true, hasShift: true), [18, 3, 4]),
      OperatorExample(InstanceNormalization(channels: 5), [5, 3, 4]),
      OperatorExample(
        InstanceNormalization(channels: 4, epsilon: 0.5, hasScale: true, hasShift: true), [4, 9]),
    ]
  }

  func rows(of shape: Shape) -> RowView { RowView(outer: channels, count: shape.area, inner: 1) }

  /// The shape of the input.
  public func outputShape(_ inputs: [Shape]) throws(ShapeProblem) -> Shape {
    let input = try Arity.one(inputs)
    guard (2...4).contains(input.rank), input.channels == channels, input.area > 1 else {
      throw ShapeProblem("normalises the places of \(channels) channels, got \(input)")
    }
    guard hasScale == hasShift else { throw ShapeProblem("has one of scale and shift alone") }
    try check(input)
    return input
  }

  /// Its attributes, its code in PyTorch and its nodes in ONNX.
  public func exported(inputs: [Shape], output: Shape) -> ExportedOperation {
    ExportedOperation(
      ["channels": .integer(channels), "epsilon": .number(epsilon), "affine": .flag(hasScale)],
      pyTorch: .module(
        "nn.InstanceNorm\(output.rank - 1)d",
        ["\(channels)", "eps=\(epsilon)"] + (hasScale ? ["affine=True"] : [])),
      onnx: .groups(channels, channels: channels, epsilon: epsilon, shape: inputs[0]))
  }
}
