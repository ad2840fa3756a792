public import Networks
public import Tensors

/// The mean over some axes.
public struct ReduceMean: Operator, ReductionOperator, ListedOperator {
  /// The axes that are reduced, negative ones counted back from the last.
  public var axes: [Int]
  /// Whether the axes stay, with an extent of 1.
  public var keepsAxes: Bool

  /// Creates a mean over axes, negative ones counted back from the last.
  public init(axes: [Int], keepsAxes: Bool = false) {
    self.axes = axes
    self.keepsAxes = keepsAxes
  }

  /// `reduce-mean`.
  public var name: String { "reduce-mean" }
  package static var examples: [OperatorExample] {
    OperatorExample.reductions { ReduceMean(axes: $0, keepsAxes: $1) }
  }

  /// Linear.
  public var derivative: Derivative { .linear }

  /// Its attributes, its code in PyTorch and its nodes in ONNX.
  public func exported(inputs: [Shape], output: Shape) -> ExportedOperation {
    exported("ReduceMean", inputs[0]) { "torch.mean(\($0), \($1))" }
  }

  /// Compiles the sum.
  public func bound(in context: BindingContext) -> any BoundOperator {
    BoundAxisSum(
      spread(in: context), times: Double(context.output.count) / Double(context.inputs[0].count))
  }
}
