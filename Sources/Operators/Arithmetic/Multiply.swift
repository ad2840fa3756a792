public import Networks
public import Tensors

/// The elementwise product of two values with broadcasting.
///
/// Feature maps times a number for each channel, as maps of one place, are the last step of
/// squeeze-and-excitation: J. Hu, L. Shen and G. Sun, *Squeeze-and-Excitation Networks*, CVPR 2018.
public struct Multiply: Operator, ListedOperator {
  /// Creates a product.
  public init() {}

  /// `multiply`.
  public var name: String { "multiply" }
  /// A product of values of the graph.
  public var kind: OperatorKind { .product }
  package static var examples: [OperatorExample] { OperatorExample.broadcasting(Multiply()) }

  /// The common shape.
  public func outputShape(_ inputs: [Shape]) throws(ShapeProblem) -> Shape {
    let (a, b) = try Arity.two(inputs)
    return try Broadcasting.shape([a, b])
  }

  /// Linear in each input.
  public var derivative: Derivative { Derivative(reads: .inputs, zero: .ifAnyInputIs) }

  /// That of the inputs, where they have as many channels.
  public func layouts(given: [Layout], inputs: [Shape], output: Shape) -> OperatorLayouts {
    Broadcasting.layouts(given: given, inputs: inputs, output: output)
  }

  /// Cheap to compute.
  public var isRecomputed: Bool { true }

  /// Its attributes, its code in PyTorch and its nodes in ONNX.
  public func exported(inputs: [Shape], output: Shape) -> ExportedOperation {
    .broadcast("Mul", inputs: inputs, output: output) { "\($0) * \($1)" }
  }

  /// Compiles the broadcast.
  public func bound(in context: BindingContext) -> any BoundOperator {
    BoundMultiply(context)
  }
}

private final class BoundMultiply: BoundCurvedOperator {
  private let spread: Broadcasting

  init(_ context: BindingContext) {
    spread = Broadcasting(context.storedInputs, to: context.storedOutput)
  }

  func apply(_ inputs: [Tensor], into output: Tensor) {
    output.set(productOf: inputs[0], and: inputs[1], spread.product(0, 1))
  }

  /// `y' = a' b + a b'`.
  func pushforward(_ tangents: [Tensor?], at point: OperatorPoint, into output: Tensor)
    throws(BackendError)
  {
    if tangents[0] == nil, tangents[1] == nil { return output.clear() }
    if let a = tangents[0] {
      output.set(productOf: a, and: try point.input(1), spread.product(0, 1))
    }
    if let b = tangents[1] {
      output.set(
        productOf: try point.input(0), and: b, spread.product(0, 1), adding: tangents[0] != nil)
    }
  }

  /// `da = dy b`, summed over the axes along which `a` was spread.
  func pullback(
    _ cotangent: Tensor, at point: OperatorPoint, toInput place: Int, into input: Tensor
  ) throws(BackendError) {
    add(cotangent, times: try point.input(1 - place), to: place, input, adding: false)
  }

  private func add(
    _ u: Tensor, times other: Tensor, to place: Int, _ input: Tensor, adding adds: Bool
  ) {
    if spread.isEqual(place) {
      let box = spread.expansion(of: 1 - place)
      input.set(productOf: u, and: other, box.operands([1, 0, 1]), adding: adds)
    } else {
      let boxes = spread.sum(over: place, with: 1 - place)
      input.set(sumOf: u, times: other, kept: boxes.kept, summed: boxes.summed, adding: adds)
    }
  }

  /// The pullback is linear in the values that it reads, so its change is the pullback at theirs.
  func addPullbackChange(
    of cotangent: Tensor, at point: OperatorPoint, along change: OperatorChange,
    toInput place: Int, to input: Tensor
  ) {
    guard let other = change.inputs[1 - place] else { return }
    add(cotangent, times: other, to: place, input, adding: true)
  }

  /// `2 a' b'`.
  func addCurvature(of first: [Tensor], at point: OperatorPoint, to output: Tensor) {
    for _ in 0..<2 {
      output.set(productOf: first[0], and: first[1], spread.product(0, 1), adding: true)
    }
  }
}
