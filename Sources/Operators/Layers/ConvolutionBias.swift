public import Networks
public import Tensors

/// The bias of a convolution: `y[c] = x[c] + b[c]` at every place.
///
/// It is a node of its own behind the convolution and shares the convolution's name, so that the names
/// of the parameters are those of a PyTorch convolution with bias.
public struct ConvolutionBias: Operator, ListedOperator {
  /// Channels of the input.
  public var channels: Int
  /// Inputs that an output of the convolution reads, which the distribution of the biases depends on.
  public var fanIn: Int

  /// Creates a bias.
  public init(channels: Int, fanIn: Int = 1) {
    self.channels = channels
    self.fanIn = fanIn
  }

  /// `convolution-bias`.
  public var name: String { "convolution-bias" }
  /// None of those that are counted by their kind.
  public var kind: OperatorKind { .other }
  package static var examples: [OperatorExample] {
    [
      OperatorExample(ConvolutionBias(channels: 5), [5, 3, 4]),
      OperatorExample(ConvolutionBias(channels: 32), [32, 3, 4]),
      OperatorExample(ConvolutionBias(channels: 6), [6]),
      OperatorExample(ConvolutionBias(channels: 4), [4, 5]),
    ]
  }

  /// The biases, one number for each channel.
  public func parameters(named name: String) -> [ParameterSpec] {
    [ParameterSpec(name: "\(name).bias", shape: [channels], role: .bias(fanIn: fanIn))]
  }

  /// The shape of the input.
  public func outputShape(_ inputs: [Shape]) throws(ShapeProblem) -> Shape {
    let shape = try Arity.one(inputs)
    guard shape.rank > 0, shape.channels == channels else {
      throw ShapeProblem("adds a bias to \(channels) channels, got \(shape)")
    }
    return shape
  }

  /// One addition for every element.
  public func multiplyAdds(inputs: [Shape], output: Shape) -> Int { output.count }

  /// The identity in the input, apart from the constant.
  public var derivative: Derivative { .affine }

  /// Any.
  public func layouts(given: [Layout], inputs: [Shape], output: Shape) -> OperatorLayouts {
    .same(given: given, inputs: inputs, output: output)
  }

  /// Cheap to compute.
  public var isRecomputed: Bool { true }

  /// A bias meets ones.
  public func weightRule(
    _ weight: WeightAddress, inputs: [Shape], output: Shape
  ) -> WeightRule? {
    WeightRule(region: .channel(weight.index))
  }

  /// In PyTorch it is a part of the convolution, where it stands behind one.
  public func exported(inputs: [Shape], output: Shape) -> ExportedOperation {
    let places =
      output.rank > 1
      ? "[:, "
        + Array(repeating: "None", count: output.rank - 1)
        .joined(separator: ", ") + "]" : ""
    let extents = [channels] + [Int](repeating: 1, count: output.rank - 1)
    return ExportedOperation(
      ["channels": .integer(channels)],
      pyTorch: PyTorchCode(
        module: PyTorchCode.Module(
          "nn.ParameterDict", ["{\"bias\": nn.Parameter(torch.zeros(\(channels)))}"]),
        lifted: Convolution.withoutBias
      ) { "\($1[0]) + \($0)[\"bias\"]\(places)" },
      onnx: ONNXCode { names in
        [
          .constant(extents, output: names.output + "/extents"),
          ONNXCode.Node(
            "Reshape", [names.parameters[0], names.output + "/extents"],
            output: names.output + "/bias"),
          ONNXCode.Node("Add", [names.inputs[0], names.output + "/bias"], output: names.output),
        ]
      })
  }

  /// Joins the bias with its numbers.
  public func bound(in context: BindingContext) -> any BoundOperator {
    BoundConvolutionBias(channels: channels, context: context)
  }
}

private final class BoundConvolutionBias: BoundLinearOperator, BoundParametrised {
  private let channels: Int
  private let bias: [Float]
  private let ones: Tensor
  private let shift: Tensor

  init(channels: Int, context: BindingContext) {
    self.channels = channels
    bias = context.parameters[0]
    ones = context.blockedVector([Double](repeating: 1, count: channels))
    shift = context.blockedVector(bias.map(Double.init))
  }

  func apply(_ inputs: [Tensor], into output: Tensor) {
    inputs[0].affine(scale: ones, shift: shift, into: output)
  }
  func pushforward(_ tangent: Tensor, into output: Tensor) { output.combine(plain: [tangent]) }
  func pullback(_ cotangent: Tensor, into input: Tensor) { input.combine(plain: [cotangent]) }

  func addPushforward(
    ofParameters change: [ParameterTangent?], at point: OperatorPoint, to output: Tensor
  ) {
    output.set(sumOf: [AffineTerm(output)], offset: change[0]?.values(bias))
  }

  func parameterCotangent(_ cotangent: Tensor, at point: OperatorPoint) -> ParameterCotangent {
    let zeros = [Double](repeating: 0, count: channels)
    return .numbers([cotangent.centredMoments(about: zeros).sum])
  }

  /// A bias meets nothing of the input.
  func capture(_ capture: WeightCapture, of inputs: [Tensor], into plane: Tensor) {}
}
