public import Networks
public import Tensors

/// The maximum over some axes; where several elements are largest they share the derivative.
public struct ReduceMaximum: Operator, RowReduction, ListedOperator {
  /// The axes that are reduced, negative ones counted back from the last.
  public var axes: [Int]
  /// Whether the axes stay, with an extent of 1.
  public var keepsAxes: Bool

  /// Creates a maximum over axes, negative ones counted back from the last.
  public init(axes: [Int], keepsAxes: Bool = false) {
    self.axes = axes
    self.keepsAxes = keepsAxes
  }

  /// `reduce-maximum`.
  public var name: String { "reduce-maximum" }
  package static var examples: [OperatorExample] {
    OperatorExample.reductions { ReduceMaximum(axes: $0, keepsAxes: $1) }
  }

  func value(_ row: [Double]) -> Double {
    row.contains(where: \.isNaN) ? .nan : row.max() ?? .nan
  }

  func slopes(_ row: [Double], into slopes: inout [Double]) {
    let largest = value(row)
    let share = 1 / Double(row.count { $0 == largest })
    for j in row.indices { slopes[j] = row[j] == largest ? share : 0 }
  }

  /// None, between two kinks.
  func slopeChanges(_ row: [Double], along tangent: [Double], into changes: inout [Double]) {
    for j in changes.indices { changes[j] = 0 }
  }

  /// Its attributes, its code in PyTorch and its nodes in ONNX.
  public func exported(inputs: [Shape], output: Shape) -> ExportedOperation {
    exported("ReduceMax", inputs[0]) { "torch.amax(\($0), \($1))" }
  }
}
