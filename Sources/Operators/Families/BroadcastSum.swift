internal import Networks
internal import Tensors

/// A sum of two values with signs and with broadcasting.
protocol BroadcastSum: Operator {
  /// What the second input is multiplied by: 1 or -1.
  var sign: Double { get }
}

extension BroadcastSum {
  /// A sum only where it is one.
  public var kind: OperatorKind { .other }

  /// The common shape.
  public func outputShape(_ inputs: [Shape]) throws(ShapeProblem) -> Shape {
    let (a, b) = try Arity.two(inputs)
    return try Broadcasting.shape([a, b])
  }

  /// Linear in both.
  public var derivative: Derivative { .linear }

  /// That of the inputs, where they have as many channels.
  public func layouts(given: [Layout], inputs: [Shape], output: Shape) -> OperatorLayouts {
    Broadcasting.layouts(given: given, inputs: inputs, output: output)
  }

  /// Cheap to compute.
  public var isRecomputed: Bool { true }

  /// Compiles the broadcast.
  public func bound(in context: BindingContext) -> any BoundOperator {
    BoundBroadcastSum(sign: sign, context: context)
  }
}

private final class BoundBroadcastSum: BoundOperator {
  private let factors: [Double]
  private let spread: Broadcasting

  init(sign: Double, context: BindingContext) {
    factors = [1, sign]
    spread = Broadcasting(context.storedInputs, to: context.storedOutput)
  }

  func apply(_ inputs: [Tensor], into output: Tensor) { add(inputs, into: output) }

  func pushforward(_ tangents: [Tensor?], at point: OperatorPoint, into output: Tensor) {
    add(tangents, into: output)
  }

  private func add(_ terms: [Tensor?], into output: Tensor) {
    var isFirst = true
    for (place, term) in terms.enumerated() {
      guard let term else { continue }
      output.copy(term, spread.expansion(of: place), times: factors[place], adding: !isFirst)
      isFirst = false
    }
    if isFirst { output.clear() }
  }

  func pullback(
    _ cotangent: Tensor, at point: OperatorPoint, toInput place: Int, into input: Tensor
  ) {
    if spread.isEqual(place) {
      return input.copy(
        cotangent, spread.expansion(of: place).operands([1, 0]), times: factors[place])
    }
    let boxes = spread.sum(over: place)
    input.set(
      sumOf: cotangent, times: nil, kept: boxes.kept, summed: boxes.summed,
      factor: factors[place])
  }

  /// Nothing: a sum is the same at every point.
  func addPullbackChange(
    of cotangent: Tensor, at point: OperatorPoint, along change: OperatorChange,
    toInput place: Int, to input: Tensor
  ) {}
}
