public import Networks
public import Tensors

/// A layer normalisation over the channels at each place of feature maps ("channels first").
///
/// Z. Liu et al., *A ConvNet for the 2020s*, CVPR 2022.
public struct ChannelLayerNormalization: Operator, RowNormalizationOperator, ListedOperator {
  /// Channels of the input.
  public var channels: Int
  /// What is added to the variance.
  public var epsilon: Double
  /// Whether there is a learned scale.
  public var hasScale: Bool
  /// Whether there is a learned shift.
  public var hasShift: Bool

  /// Creates a normalisation; the default epsilon is that of ConvNeXt.
  public init(channels: Int, epsilon: Double = 1e-6, hasScale: Bool = true, hasShift: Bool = true) {
    self.channels = channels
    self.epsilon = epsilon
    self.hasScale = hasScale
    self.hasShift = hasShift
  }

  /// `channel-layer-normalization`.
  public var name: String { "channel-layer-normalization" }
  var centres: Bool { true }
  var isByChannel: Bool { true }
  var parameterShape: [Int] { [channels] }
  package static var examples: [OperatorExample] {
    [
      OperatorExample(ChannelLayerNormalization(channels: 18, epsilon: 1e-2), [18, 3, 4]),
      OperatorExample(
        ChannelLayerNormalization(channels: 7, hasScale: false, hasShift: false), [7, 5]),
      OperatorExample(ChannelLayerNormalization(channels: 6), [6, 9, 8]),
    ]
  }

  func rows(of shape: Shape) -> RowView { RowView(0..<1, of: shape) }

  /// The shape of the input.
  public func outputShape(_ inputs: [Shape]) throws(ShapeProblem) -> Shape {
    let input = try Arity.one(inputs)
    guard input.rank > 0, input.channels == channels else {
      throw ShapeProblem("normalises \(channels) channels at each place, got \(input)")
    }
    guard hasScale == hasShift else { throw ShapeProblem("has one of scale and shift alone") }
    try check(input)
    return input
  }

  /// Its attributes, its code in PyTorch and its nodes in ONNX.
  public func exported(inputs: [Shape], output: Shape) -> ExportedOperation {
    let rank = output.rank
    let last = (Array(2...max(rank, 2)).prefix(rank - 1) + [1]).map(String.init)
    let first = ([rank] + (1..<max(rank, 1))).map(String.init)
    let arguments =
      ["\(channels)", "eps=\(epsilon)"] + (hasScale ? [] : ["elementwise_affine=False"])
    return ExportedOperation(
      ["channels": .integer(channels), "epsilon": .number(epsilon), "affine": .flag(hasScale)],
      pyTorch: PyTorchCode(module: PyTorchCode.Module("nn.LayerNorm", arguments)) {
        let value = "\($1[0]).permute(0, \(last.joined(separator: ", ")))"
        return "\($0)(\(value)).permute(0, \(first.joined(separator: ", ")))"
      },
      onnx: ONNXCode { [channels, epsilon, hasScale] names in
        var code = ONNXFormula(names)
        let to = ONNXCode.Attribute("perm", .integers([0] + last.compactMap { Int($0) }))
        let back = ONNXCode.Attribute("perm", .integers([0] + first.compactMap { Int($0) }))
        let value = code.node("Transpose", names.inputs, [to])
        let scale =
          hasScale
          ? names.parameters[0]
          : code.numbers([Float](repeating: 1, count: channels), shape: [channels])
        let normalized = code.node(
          "LayerNormalization", [value, scale] + names.parameters.dropFirst(),
          [ONNXCode.Attribute("epsilon", .number(Float(epsilon)))])
        return code.finished(code.node("Transpose", [normalized], [back]))
      })
  }
}
