public import Tensors

/// A convolution without bias: `y[o] = sum over i of W[o, i] * x[i]`, cross-correlation as in PyTorch.
public struct Convolution: Primitive {
  /// Channels of the input.
  public var inChannels: Int
  /// Channels of the output.
  public var outChannels: Int
  /// Rows and columns of the kernel.
  public var kernel: Int
  /// Step between windows.
  public var stride: Int
  /// Zeros around the input.
  public var padding: Int
  /// Independent convolutions side by side.
  public var groups: Int

  /// Creates a convolution; the default padding keeps the size of the image at stride 1.
  public init(
    inChannels: Int, outChannels: Int, kernel: Int, stride: Int = 1, padding: Int? = nil,
    groups: Int = 1
  ) {
    self.inChannels = inChannels
    self.outChannels = outChannels
    self.kernel = kernel
    self.stride = stride
    self.padding = padding ?? (kernel - 1) / 2
    self.groups = groups
  }

  /// The weights, `[out, in / groups, kernel, kernel]`.
  public func parameters(named name: String) -> [ParameterSpec] {
    [
      ParameterSpec(
        name: "\(name).weight", shape: [outChannels, inChannels / groups, kernel, kernel],
        role: .convolutionWeight)
    ]
  }

  /// The shape of the output.
  public func outputShape(_ inputs: [TensorShape]) -> Result<TensorShape, ShapeProblem> {
    guard inputs.count == 1, inputs[0].channels == inChannels else {
      return .failure(
        ShapeProblem("reads \(inChannels) channels, got \(inputs.map(\.description))"))
    }
    guard inputs[0].height + 2 * padding >= kernel, inputs[0].width + 2 * padding >= kernel else {
      return .failure(ShapeProblem("a \(kernel)x\(kernel) window does not fit \(inputs[0])"))
    }
    return .success(geometry(inputs[0]).outShape(batch: 1))
  }

  /// `kernel^2 in / groups out` for every place of the output.
  public func multiplyAdds(inputs: [TensorShape], output: TensorShape) -> Int {
    geometry(inputs[0]).multiplyAdds
  }

  /// Linear in the input.
  public var derivative: DerivativeForm { .linear }

  /// `convolution`.
  public var exported: ExportedOperation {
    var arguments = ["\(inChannels)", "\(outChannels)", "\(kernel)"]
    if stride != 1 { arguments.append("stride=\(stride)") }
    if padding != 0 { arguments.append("padding=\(padding)") }
    if groups != 1 { arguments.append("groups=\(groups)") }
    arguments.append(Self.withoutBias)
    return ExportedOperation(
      "convolution",
      [
        "inChannels": .integer(inChannels), "outChannels": .integer(outChannels),
        "kernel": .integer(kernel), "stride": .integer(stride), "padding": .integer(padding),
        "groups": .integer(groups),
      ],
      pyTorch: .module("nn.Conv2d", arguments))
  }

  /// The argument of PyTorch's convolution that leaves the bias out.
  static let withoutBias = "bias=False"

  /// The sizes for an input image.
  public func geometry(_ input: TensorShape) -> ConvolutionGeometry {
    ConvolutionGeometry(
      inChannels: inChannels, outChannels: outChannels, inHeight: input.height,
      inWidth: input.width, kernel: kernel, stride: stride, padding: padding, groups: groups)
  }

  /// Joins the convolution with its weights.
  public func bound(in context: BindingContext) -> any BoundPrimitive {
    BoundConvolution(geometry: geometry(context.inputs[0]), context: context)
  }
}

/// A convolution with weights, packed once for each direction and batch that is asked for.
package final class BoundConvolution: BoundPrimitive {
  package let geometry: ConvolutionGeometry
  private let context: BindingContext
  private var packed: [Use: (kernel: ConvolutionKernel, weights: Tensor)] = [:]

  /// A factor for each output channel that the derivative includes, but not the value: that of a
  /// frozen batch normalisation behind the convolution.
  package var outputScale: [Double]? {
    didSet { packed = packed.filter { $0.key.isValue } }
  }

  private struct Use: Hashable {
    var direction: ConvolutionDirection
    var batch: Int
    var isValue: Bool
  }

  package var inBlock: Int { context.inputBlocks[0] }
  package var outBlock: Int { context.outputBlock }

  init(geometry: ConvolutionGeometry, context: BindingContext) {
    self.geometry = geometry
    self.context = context
  }

  private func prepared(_ direction: ConvolutionDirection, batch: Int, isValue: Bool)
    throws(BackendError) -> (kernel: ConvolutionKernel, weights: Tensor)
  {
    // Without a scale the derivative has the weights of the value.
    let use = Use(direction: direction, batch: batch, isValue: isValue || outputScale == nil)
    if let known = packed[use] { return known }
    let kernel = try kernel(direction, batch: batch)
    let weights = context.arena.tensor(
      TensorShape(channels: kernel.packedCount), precision: context.engine.precision)
    try kernel.pack(
      context.parameters[0], scale: isValue ? nil : outputScale, into: weights)
    packed[use] = (kernel, weights)
    return (kernel, weights)
  }

  package func apply(_ inputs: [Tensor], into output: Tensor) throws(BackendError) {
    let (kernel, weights) = try prepared(
      .forward, batch: output.shape.batch, isValue: true)
    try kernel.run(input: inputs[0], weights: weights, output: output, on: context.engine)
  }

  package func pushforward(_ tangent: Tensor, into output: Tensor) throws(BackendError) {
    let (kernel, weights) = try prepared(
      .forward, batch: output.shape.batch, isValue: false)
    try kernel.run(input: tangent, weights: weights, output: output, on: context.engine)
  }

  package func pullback(_ cotangent: Tensor, into input: Tensor) throws(BackendError) {
    let (kernel, weights) = try prepared(
      .backwardData, batch: cotangent.shape.batch, isValue: false)
    try kernel.run(input: input, weights: weights, output: cotangent, on: context.engine)
  }

  /// Bilinear: the input's tangent under the weights, and the input under the weights' tangent.
  package func pushforward(
    _ tangent: NodeTangent, at point: LinearizationPoint, into output: Tensor
  ) throws(BackendError) {
    if let input = tangent.input {
      try pushforward(input, into: output)
    } else {
      output.clear()
    }
    switch tangent.parameters[0] {
    case nil: break
    case .itself: output.combine(plain: [output, try point.output()])
    case .numbers(let change):
      let kernel = try kernel(.forward, batch: output.shape.batch)
      let weights = point.memory.take(TensorShape(channels: kernel.packedCount), block: 1)
      let term = point.memory.take(like: output)
      try kernel.pack(change, into: weights)
      try kernel.run(input: point.input(), weights: weights, output: term, on: context.engine)
      output.combine(plain: [output, term])
      point.memory.give(term)
      point.memory.give(weights)
    }
  }

  package func parameterCotangent(
    _ cotangent: Tensor, input: Tensor, memory: LinearizationMemory
  ) throws(BackendError) -> ParameterCotangent {
    let kernel = try kernel(.backwardWeights, batch: cotangent.shape.batch)
    let weights = memory.take(TensorShape(channels: kernel.packedCount), block: 1)
    try kernel.run(input: input, weights: weights, output: cotangent, on: context.engine)
    return .packed(weights, batch: cotangent.shape.batch)
  }

  package func joined(_ parts: [ParameterCotangent]) throws(BackendError) -> [[Double]] {
    // Kernels of different batches may have different layouts.
    var sum: [Double] = []
    var rest = parts[...]
    while let first = rest.first {
      guard case .packed(let total, let batch) = first else { preconditionFailure("no weights") }
      var others: [Tensor] = []
      rest = rest.dropFirst()
      while case .packed(let next, batch)? = rest.first {
        others.append(next)
        rest = rest.dropFirst()
      }
      total.accumulate(others)
      let numbers = try kernel(.backwardWeights, batch: batch).unpack(total)
      if sum.isEmpty { sum = numbers } else { for k in sum.indices { sum[k] += numbers[k] } }
    }
    return [sum]
  }

  private func kernel(_ direction: ConvolutionDirection, batch: Int) throws(BackendError)
    -> ConvolutionKernel
  {
    try context.engine.convolution(
      geometry, direction, batch: batch, inBlock: context.inputBlocks[0],
      outBlock: context.outputBlock, isFiltering: context.isFiltering)
  }
}
