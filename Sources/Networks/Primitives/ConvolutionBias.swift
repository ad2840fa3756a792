public import Tensors

/// The bias of a convolution: `y[c] = x[c] + b[c]` at every place.
///
/// It is a node of its own behind the convolution and shares the convolution's name, so that the names
/// of the parameters are those of a PyTorch convolution with bias.
public struct ConvolutionBias: Primitive {
  /// Channels of the input.
  public var channels: Int

  /// Creates a bias.
  public init(channels: Int) { self.channels = channels }

  /// The biases, one number for each channel.
  public func parameters(named name: String) -> [ParameterSpec] {
    [ParameterSpec(name: "\(name).bias", shape: [channels], role: .convolutionBias)]
  }

  /// The shape of the input.
  public func outputShape(_ inputs: [TensorShape]) -> Result<TensorShape, ShapeProblem> {
    guard inputs[0].channels == channels else {
      return .failure(ShapeProblem("adds a bias to \(channels) channels, got \(inputs[0])"))
    }
    return .success(inputs[0])
  }

  /// One addition for every element.
  public func multiplyAdds(inputs: [TensorShape], output: TensorShape) -> Int {
    output.imageCount
  }

  /// The identity in the input, apart from the constant.
  public var derivative: DerivativeForm { .linear }

  /// Cheap to compute.
  public var isRecomputed: Bool { true }

  /// `convolution-bias`; in PyTorch it is a part of the convolution, where it stands behind one.
  public var exported: ExportedOperation {
    ExportedOperation(
      "convolution-bias", ["channels": .integer(channels)],
      pyTorch: PyTorchCode(
        module: PyTorchCode.Module(
          "nn.ParameterDict", ["{\"bias\": nn.Parameter(torch.zeros(\(channels)))}"]),
        lifted: Convolution.withoutBias
      ) { "\($1[0]) + \($0)[\"bias\"][:, None, None]" })
  }

  /// Joins the bias with its numbers.
  public func bound(in context: BindingContext) -> any BoundPrimitive {
    BoundConvolutionBias(channels: channels, context: context)
  }
}

private final class BoundConvolutionBias: BoundPrimitive {
  private let channels: Int
  private let bias: [Double]
  private let ones: Tensor
  private let shift: Tensor

  init(channels: Int, context: BindingContext) {
    self.channels = channels
    bias = context.parameters[0].map(Double.init)
    let padded = (channels + context.outputBlock - 1) / context.outputBlock * context.outputBlock
    func vector(_ numbers: [Double]) -> Tensor {
      let tensor = context.arena.tensor(
        TensorShape(channels: padded), precision: context.engine.precision)
      tensor.write(numbers + [Double](repeating: 0, count: padded - channels))
      return tensor
    }
    ones = vector([Double](repeating: 1, count: channels))
    shift = vector(bias)
  }

  func apply(_ inputs: [Tensor], into output: Tensor) {
    inputs[0].affine(scale: ones, shift: shift, into: output)
  }
  func pushforward(_ tangent: Tensor, into output: Tensor) { output.combine(plain: [tangent]) }
  func pullback(_ cotangent: Tensor, into input: Tensor) { input.combine(plain: [cotangent]) }

  func pushforward(
    _ tangent: NodeTangent, at point: LinearizationPoint, into output: Tensor
  ) {
    let term: Tensor
    if let input = tangent.input {
      term = input
    } else {
      output.clear()
      term = output
    }
    let change: [Double]? =
      switch tangent.parameters[0] {
      case nil: nil
      case .itself: bias
      case .numbers(let numbers): numbers
      }
    output.set(sumOf: [AffineTerm(term)], offset: change)
  }

  func parameterCotangent(
    _ cotangent: Tensor, input: Tensor, memory: LinearizationMemory
  ) -> ParameterCotangent {
    let zeros = [Double](repeating: 0, count: channels)
    return .numbers([cotangent.centredMoments(about: zeros).sum])
  }
}
