public import Networks
public import Tensors

/// The root of the sum of squares over some axes; the derivative at 0 is 0.
public struct ReduceL2: Operator, RowReduction, ListedOperator {
  /// The axes that are reduced, negative ones counted back from the last.
  public var axes: [Int]
  /// Whether the axes stay, with an extent of 1.
  public var keepsAxes: Bool

  /// Creates a norm over axes, negative ones counted back from the last.
  public init(axes: [Int], keepsAxes: Bool = false) {
    self.axes = axes
    self.keepsAxes = keepsAxes
  }

  /// `reduce-l2`.
  public var name: String { "reduce-l2" }
  package static var examples: [OperatorExample] {
    OperatorExample.reductions { ReduceL2(axes: $0, keepsAxes: $1) }
  }

  func value(_ row: [Double]) -> Double { row.reduce(0) { $0 + $1 * $1 }.squareRoot() }

  func slopes(_ row: [Double], into slopes: inout [Double]) {
    let norm = value(row)
    for j in row.indices { slopes[j] = norm == 0 ? 0 : row[j] / norm }
  }

  /// `x' / |x| - x (x . x') / |x|^3`.
  func slopeChanges(_ row: [Double], along tangent: [Double], into changes: inout [Double]) {
    let norm = value(row)
    let product = zip(row, tangent).reduce(0) { $0 + $1.0 * $1.1 }
    for j in row.indices {
      changes[j] = norm == 0 ? 0 : tangent[j] / norm - row[j] * product / (norm * norm * norm)
    }
  }

  /// Its attributes, its code in PyTorch and its nodes in ONNX.
  public func exported(inputs: [Shape], output: Shape) -> ExportedOperation {
    exported("ReduceL2", inputs[0]) { "torch.linalg.vector_norm(\($0), 2, \($1))" }
  }
}
