public import Networks
public import Tensors

/// The sum over some axes.
public struct ReduceSum: Operator, ReductionOperator, ListedOperator {
  /// The axes that are reduced, negative ones counted back from the last.
  public var axes: [Int]
  /// Whether the axes stay, with an extent of 1.
  public var keepsAxes: Bool

  /// Creates a sum over axes, negative ones counted back from the last.
  public init(axes: [Int], keepsAxes: Bool = false) {
    self.axes = axes
    self.keepsAxes = keepsAxes
  }

  /// `reduce-sum`.
  public var name: String { "reduce-sum" }
  package static var examples: [OperatorExample] {
    OperatorExample.reductions { ReduceSum(axes: $0, keepsAxes: $1) }
  }

  /// Linear.
  public var derivative: Derivative { .linear }

  /// Its attributes, its code in PyTorch and its nodes in ONNX.
  public func exported(inputs: [Shape], output: Shape) -> ExportedOperation {
    exported("ReduceSum", inputs[0], axesAreInput: true) { "torch.sum(\($0), \($1))" }
  }

  /// Compiles the sum.
  public func bound(in context: BindingContext) -> any BoundOperator {
    BoundAxisSum(spread(in: context), times: 1)
  }
}

extension OperatorExample {
  /// A reduction over all kinds of axes.
  static func reductions(
    domain: Domain = .all, _ make: ([Int], Bool) -> any Operator
  ) -> [OperatorExample] {
    let cases: [(axes: [Int], keeps: Bool, shape: Shape)] = [
      ([1, 2], true, [18, 3, 4]), ([1, 2], false, [18, 3, 4]), ([0], true, [18, 3, 4]),
      ([-1], false, [5, 12]), ([0], false, [5, 7]), ([0, 2], true, [3, 4, 5]),
      ([0, 1, 2], false, [3, 2, 4]), ([-2], false, [3, 4, 2, 5]), ([0], true, [9]),
      ([2], true, [17, 3, 4]),
    ]
    return cases.map { OperatorExample(make($0.axes, $0.keeps), $0.shape, domain: domain) }
  }
}
