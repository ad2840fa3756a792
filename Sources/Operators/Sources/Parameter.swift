public import Networks
public import Tensors

/// Learned numbers that do not depend on the image: position embeddings, class tokens, scales of a layer.
public struct Parameter: Operator, ListedOperator {
  /// The shape of the numbers.
  public var shape: Shape
  /// What they are for, and how they begin.
  public var role: ParameterRole
  /// The last part of the name in the state dictionary, behind that of the node.
  public var key: String

  /// Creates a parameter.
  public init(shape: Shape, role: ParameterRole, key: String = "weight") {
    self.shape = shape
    self.role = role
    self.key = key
  }

  /// `parameter`.
  public var name: String { "parameter" }
  /// A source, which reads nothing.
  public var kind: OperatorKind { .source }
  package static var examples: [OperatorExample] {
    [
      OperatorExample(Parameter(shape: [18, 2, 3], role: .normal(standardDeviation: 0.5))),
      OperatorExample(
        Parameter(shape: [4, 5], role: .normal(standardDeviation: 0.5), key: "tokens")),
      OperatorExample(Parameter(shape: [7], role: .constant(0.5))),
      OperatorExample(Parameter(shape: [], role: .constant(0.5))),
    ]
  }

  /// The numbers themselves.
  public func parameters(named name: String) -> [ParameterSpec] {
    [ParameterSpec(name: "\(name).\(key)", shape: shape.extents, role: role)]
  }

  /// The shape.
  public func outputShape(_ inputs: [Shape]) throws(ShapeProblem) -> Shape { shape }

  /// It depends on nothing but its numbers.
  public var derivative: Derivative { Derivative(reads: [], zero: .never) }
  /// A copy.
  public var isRecomputed: Bool { true }

  /// A number is an element.
  public func weightRule(
    _ weight: WeightAddress, inputs: [Shape], output: Shape
  ) -> WeightRule? {
    WeightRule(region: .element(weight.index))
  }

  /// In PyTorch and ONNX it has an axis for the batch, of the extent that the network's input has.
  public func exported(inputs: [Shape], output: Shape) -> ExportedOperation {
    let extents = output.extents.map { ", \($0)" }.joined()
    let list = output.extents.map { "\($0)," }.joined(separator: " ")
    return ExportedOperation(
      ["shape": .integers(shape.extents)],
      pyTorch: PyTorchCode(
        module: PyTorchCode.Module(
          "nn.ParameterDict", ["{\"\(key)\": nn.Parameter(torch.zeros((\(list))))}"])
      ) { [key] in "\($0)[\"\(key)\"].expand(\($1[0]).shape[0]\(extents))" },
      onnx: ONNXCode { [shape] names in
        var code = ONNXFormula(names)
        let value = code.reshape(names.parameters[0], to: [1] + shape.extents)
        return code.finished(code.repeated(value, for: names.inputs[0], shape.extents))
      })
  }

  /// Writes the numbers.
  public func bound(in context: BindingContext) -> any BoundOperator { BoundParameter(context) }
}

private final class BoundParameter: BoundParametrised {
  private let context: BindingContext
  private let values: Tensor

  init(_ context: BindingContext) {
    self.context = context
    values = context.arena.tensor(context.output.batch(1), precision: context.precision)
    values.write(context.parameters[0])
  }

  func apply(_ inputs: [Tensor], into output: Tensor) { output.set(repeating: values) }
  func pushforward(_ tangents: [Tensor?], at point: OperatorPoint, into output: Tensor) {
    output.clear()
  }
  /// Nothing: there is no input.
  func pullback(
    _ cotangent: Tensor, at point: OperatorPoint, toInput place: Int, into input: Tensor
  ) {}
  /// Nothing: there is no input.
  func addPullbackChange(
    of cotangent: Tensor, at point: OperatorPoint, along change: OperatorChange,
    toInput place: Int, to input: Tensor
  ) {}

  func addPushforward(
    ofParameters change: [ParameterTangent?], at point: OperatorPoint, to output: Tensor
  ) {
    guard let change = change[0]?.values(context.parameters[0]) else { return }
    let image = context.pool.take(like: values)
    image.write(change)
    output.set(repeating: image, adding: true)
    context.pool.give(image)
  }

  func parameterCotangent(_ cotangent: Tensor, at point: OperatorPoint) -> ParameterCotangent {
    .numbers([cotangent.columnSums(cotangent.shape.imageCount)])
  }

  /// A number meets nothing.
  func capture(_ capture: WeightCapture, of inputs: [Tensor], into plane: Tensor) {}
}
