public import Networks
public import Tensors

/// The difference of two values with broadcasting.
public struct Subtract: BroadcastSum, ListedOperator {
  /// Creates a difference.
  public init() {}

  /// `subtract`.
  public var name: String { "subtract" }
  var sign: Double { -1 }
  package static var examples: [OperatorExample] { OperatorExample.broadcasting(Subtract()) }

  /// Its attributes, its code in PyTorch and its nodes in ONNX.
  public func exported(inputs: [Shape], output: Shape) -> ExportedOperation {
    .broadcast("Sub", inputs: inputs, output: output) { "\($0) - \($1)" }
  }
}
