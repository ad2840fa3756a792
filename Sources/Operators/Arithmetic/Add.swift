public import Networks
public import Tensors

/// The sum of two values with broadcasting; `Sum` adds any number of values of one shape.
public struct Add: BroadcastSum, ListedOperator {
  /// Creates a sum.
  public init() {}

  public var name: String { "add" }
  var sign: Double { 1 }
  package static var examples: [OperatorExample] { OperatorExample.broadcasting(Add()) }

  public func exported(inputs: [Shape], output: Shape) -> ExportedOperation {
    .broadcast("Add", inputs: inputs, output: output) { "\($0) + \($1)" }
  }
}
