public import Networks
public import Tensors

/// The sum of two values with broadcasting; `Sum` adds any number of values of one shape.
public struct Add: BroadcastSum, ListedOperator {
  /// Creates a sum.
  public init() {}

  /// `add`.
  public var name: String { "add" }
  var sign: Double { 1 }
  package static var examples: [OperatorExample] { OperatorExample.broadcasting(Add()) }

  /// Its attributes, its code in PyTorch and its nodes in ONNX.
  public func exported(inputs: [Shape], output: Shape) -> ExportedOperation {
    .broadcast("Add", inputs: inputs, output: output) { "\($0) + \($1)" }
  }
}
