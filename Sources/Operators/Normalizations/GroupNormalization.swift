public import Networks
public import Tensors

/// A normalisation of groups of channels of each image with a scale and a shift for each channel.
///
/// Y. Wu and K. He, *Group Normalization*, ECCV 2018.
public struct GroupNormalization: Operator, RowNormalizationOperator, ListedOperator {
  /// Groups of channels that follow each other.
  public var groups: Int
  /// Channels of the input.
  public var channels: Int
  /// What is added to the variance.
  public var epsilon: Double
  /// Whether there is a learned scale.
  public var hasScale: Bool
  /// Whether there is a learned shift.
  public var hasShift: Bool

  /// Creates a group normalisation; the default epsilon is PyTorch's.
  public init(
    groups: Int, channels: Int, epsilon: Double = 1e-5, hasScale: Bool = true,
    hasShift: Bool = true
  ) {
    self.groups = groups
    self.channels = channels
    self.epsilon = epsilon
    self.hasScale = hasScale
    self.hasShift = hasShift
  }

  /// `group-normalization`.
  public var name: String { "group-normalization" }
  var centres: Bool { true }
  var isByChannel: Bool { true }
  var parameterShape: [Int] { [channels] }
  package static var examples: [OperatorExample] {
    [
      OperatorExample(GroupNormalization(groups: 3, channels: 18), [18, 3, 4]),
      OperatorExample(GroupNormalization(groups: 1, channels: 5, epsilon: 0.5), [5, 7]),
      OperatorExample(
        GroupNormalization(groups: 2, channels: 8, hasScale: false, hasShift: false), [8]),
    ]
  }

  func rows(of shape: Shape) -> RowView {
    RowView(outer: groups, count: shape.count / groups, inner: 1)
  }

  /// The shape of the input.
  public func outputShape(_ inputs: [Shape]) throws(ShapeProblem) -> Shape {
    let input = try Arity.one(inputs)
    guard input.rank > 0, input.channels == channels, groups > 0, channels % groups == 0 else {
      throw ShapeProblem("normalises \(groups) groups of \(channels) channels, got \(input)")
    }
    guard hasScale == hasShift else { throw ShapeProblem("has one of scale and shift alone") }
    try check(input)
    return input
  }

  /// Its attributes, its code in PyTorch and its nodes in ONNX.
  public func exported(inputs: [Shape], output: Shape) -> ExportedOperation {
    ExportedOperation(
      [
        "groups": .integer(groups), "channels": .integer(channels), "epsilon": .number(epsilon),
        "affine": .flag(hasScale),
      ],
      pyTorch: .module(
        "nn.GroupNorm",
        ["\(groups)", "\(channels)", "eps=\(epsilon)"] + (hasScale ? [] : ["affine=False"])),
      onnx: .groups(groups, channels: channels, epsilon: epsilon, shape: inputs[0]))
  }
}

extension ONNXCode {
  /// A group normalisation, which opset 17 has for groups as images of single channels alone.
  static func groups(_ groups: Int, channels: Int, epsilon: Double, shape: Shape) -> ONNXCode {
    ONNXCode { names in
      var code = ONNXFormula(names)
      let rows = code.reshape(names.inputs[0], to: [0, groups, -1])
      let ones = code.numbers([Float](repeating: 1, count: groups), shape: [groups])
      let zeros = code.numbers([Float](repeating: 0, count: groups), shape: [groups])
      let normalized = code.node(
        "InstanceNormalization", [rows, ones, zeros],
        [ONNXCode.Attribute("epsilon", .number(Float(epsilon)))])
      var value = code.reshape(normalized, to: [-1] + shape.extents)
      let places = [channels] + [Int](repeating: 1, count: shape.rank - 1)
      for (type, parameter) in zip(["Mul", "Add"], names.parameters) {
        value = code.node(type, [value, code.reshape(parameter, to: places)])
      }
      return code.finished(value)
    }
  }
}
