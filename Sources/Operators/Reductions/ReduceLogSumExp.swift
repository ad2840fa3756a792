public import Networks
internal import RealModule
public import Tensors

/// The logarithm of the sum of exponentials over some axes.
public struct ReduceLogSumExp: Operator, RowReduction, ListedOperator {
  /// The axes that are reduced, negative ones counted back from the last.
  public var axes: [Int]
  /// Whether the axes stay, with an extent of 1.
  public var keepsAxes: Bool

  /// Creates a reduction over axes, negative ones counted back from the last.
  public init(axes: [Int], keepsAxes: Bool = false) {
    self.axes = axes
    self.keepsAxes = keepsAxes
  }

  /// `reduce-log-sum-exp`.
  public var name: String { "reduce-log-sum-exp" }
  package static var examples: [OperatorExample] {
    OperatorExample.reductions { ReduceLogSumExp(axes: $0, keepsAxes: $1) }
  }

  /// The sum of exponentials of nothing is not 0.
  public var derivative: Derivative { Derivative(reads: .inputs, zero: .never) }

  func value(_ row: [Double]) -> Double {
    let top = row.max() ?? 0
    return top + .log(row.reduce(0) { $0 + .exp($1 - top) })
  }

  /// The softmax.
  func slopes(_ row: [Double], into slopes: inout [Double]) {
    let value = value(row)
    for j in row.indices { slopes[j] = .exp(row[j] - value) }
  }

  func slopeChanges(_ row: [Double], along tangent: [Double], into changes: inout [Double]) {
    slopes(row, into: &changes)
    let mean = zip(changes, tangent).reduce(0) { $0 + $1.0 * $1.1 }
    for j in row.indices { changes[j] *= tangent[j] - mean }
  }

  /// Its attributes, its code in PyTorch and its nodes in ONNX.
  public func exported(inputs: [Shape], output: Shape) -> ExportedOperation {
    exported("ReduceLogSumExp", inputs[0]) { "torch.logsumexp(\($0), \($1))" }
  }
}
