public import Networks
public import Tensors

/// The minimum over some axes; where several elements are smallest they share the derivative.
public struct ReduceMinimum: Operator, RowReduction, ListedOperator {
  /// The axes that are reduced, negative ones counted back from the last.
  public var axes: [Int]
  /// Whether the axes stay, with an extent of 1.
  public var keepsAxes: Bool

  /// Creates a minimum over axes, negative ones counted back from the last.
  public init(axes: [Int], keepsAxes: Bool = false) {
    self.axes = axes
    self.keepsAxes = keepsAxes
  }

  /// `reduce-minimum`.
  public var name: String { "reduce-minimum" }
  package static var examples: [OperatorExample] {
    OperatorExample.reductions { ReduceMinimum(axes: $0, keepsAxes: $1) }
  }

  func value(_ row: [Double]) -> Double {
    row.contains(where: \.isNaN) ? .nan : row.min() ?? .nan
  }

  func slopes(_ row: [Double], into slopes: inout [Double]) {
    let smallest = value(row)
    let share = 1 / Double(row.count { $0 == smallest })
    for j in row.indices { slopes[j] = row[j] == smallest ? share : 0 }
  }

  /// None, between two kinks.
  func slopeChanges(_ row: [Double], along tangent: [Double], into changes: inout [Double]) {
    for j in changes.indices { changes[j] = 0 }
  }

  /// Its attributes, its code in PyTorch and its nodes in ONNX.
  public func exported(inputs: [Shape], output: Shape) -> ExportedOperation {
    exported("ReduceMin", inputs[0]) { "torch.amin(\($0), \($1))" }
  }
}
