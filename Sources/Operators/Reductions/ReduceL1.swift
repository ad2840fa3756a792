public import Networks
public import Tensors

/// The sum of absolute values over some axes; the derivative at 0 is 0.
public struct ReduceL1: Operator, RowReduction, ListedOperator {
  /// The axes that are reduced, negative ones counted back from the last.
  public var axes: [Int]
  /// Whether the axes stay, with an extent of 1.
  public var keepsAxes: Bool

  /// Creates a norm over axes, negative ones counted back from the last.
  public init(axes: [Int], keepsAxes: Bool = false) {
    self.axes = axes
    self.keepsAxes = keepsAxes
  }

  /// `reduce-l1`.
  public var name: String { "reduce-l1" }
  package static var examples: [OperatorExample] {
    OperatorExample.reductions { ReduceL1(axes: $0, keepsAxes: $1) }
  }

  func value(_ row: [Double]) -> Double { row.reduce(0) { $0 + abs($1) } }

  func slopes(_ row: [Double], into slopes: inout [Double]) {
    for j in row.indices { slopes[j] = row[j] > 0 ? 1 : row[j] < 0 ? -1 : 0 }
  }

  /// None, between two kinks.
  func slopeChanges(_ row: [Double], along tangent: [Double], into changes: inout [Double]) {
    for j in changes.indices { changes[j] = 0 }
  }

  /// Its attributes, its code in PyTorch and its nodes in ONNX.
  public func exported(inputs: [Shape], output: Shape) -> ExportedOperation {
    exported("ReduceL1", inputs[0]) { "torch.linalg.vector_norm(\($0), 1, \($1))" }
  }
}
