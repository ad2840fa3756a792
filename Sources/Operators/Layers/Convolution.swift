public import Networks
public import Tensors

/// A convolution without bias: `y[o] = sum over i of W[o, i] * x[i]`, cross-correlation as in PyTorch.
public struct Convolution: Operator, ListedOperator {
  /// Channels of the input.
  public var inChannels: Int
  /// Channels of the output.
  public var outChannels: Int
  /// How windows lie along the rows.
  public var rows: WindowSide
  /// How windows lie along the columns.
  public var columns: WindowSide
  /// Independent convolutions side by side.
  public var groups: Int

  /// Creates a convolution.
  public init(
    inChannels: Int, outChannels: Int, rows: WindowSide, columns: WindowSide, groups: Int = 1
  ) {
    self.inChannels = inChannels
    self.outChannels = outChannels
    self.rows = rows
    self.columns = columns
    self.groups = groups
  }

  /// Creates a convolution with square windows; the default padding keeps the size of the image at
  /// stride 1.
  public init(
    inChannels: Int, outChannels: Int, kernel: Int, stride: Int = 1, padding: Int? = nil,
    dilation: Int = 1, groups: Int = 1
  ) {
    let side = WindowSide(
      kernel: kernel, stride: stride, dilation: dilation,
      padding: padding ?? (kernel - 1) * dilation / 2)
    self.init(
      inChannels: inChannels, outChannels: outChannels, rows: side, columns: side, groups: groups)
  }

  /// `convolution`.
  public var name: String { "convolution" }
  /// A convolution.
  public var kind: OperatorKind { .convolution }
  package static var examples: [OperatorExample] {
    let maps = { (channels: Int) in Shape([channels, 6, 7]) }
    return [
      OperatorExample(Convolution(inChannels: 5, outChannels: 7, kernel: 3), maps(5)),
      OperatorExample(Convolution(inChannels: 16, outChannels: 32, kernel: 3, stride: 2), maps(16)),
      OperatorExample(Convolution(inChannels: 17, outChannels: 3, kernel: 1, stride: 2), maps(17)),
      OperatorExample(
        Convolution(inChannels: 6, outChannels: 4, kernel: 5, padding: 1, groups: 2), maps(6)),
      OperatorExample(
        Convolution(inChannels: 16, outChannels: 16, kernel: 3, groups: 16), maps(16)),
      OperatorExample(
        Convolution(
          inChannels: 3, outChannels: 18, rows: WindowSide(kernel: 1, stride: 2, padding: 0),
          columns: WindowSide(kernel: 3, dilation: 2, before: 2, after: 1)), maps(3)),
      OperatorExample(
        Convolution(
          inChannels: 4, outChannels: 5, rows: .same(kernel: 3, stride: 2, size: 6),
          columns: .same(kernel: 2, stride: 2, size: 7, isLower: true)), maps(4)),
    ]
  }

  private var inputsOfGroup: Int { inChannels / groups }
  private var taps: Int { rows.kernel * columns.kernel }

  /// The weights, `[out, in / groups, rows, columns]`.
  public func parameters(named name: String) -> [ParameterSpec] {
    [
      ParameterSpec(
        name: "\(name).weight", shape: [outChannels, inputsOfGroup, rows.kernel, columns.kernel],
        role: .weight(fanIn: inputsOfGroup * taps))
    ]
  }

  /// The shape of the output.
  public func outputShape(_ inputs: [Shape]) throws(ShapeProblem) -> Shape {
    let maps = try Arity.maps(inputs)
    guard inChannels > 0, outChannels > 0, groups > 0, inChannels % groups == 0,
      outChannels % groups == 0
    else {
      throw ShapeProblem(
        "\(groups) groups do not divide \(inChannels) inputs and \(outChannels) outputs")
    }
    guard maps.channels == inChannels else {
      throw ShapeProblem("reads \(inChannels) channels, got \(maps)")
    }
    return try Windows.shape(maps, channels: outChannels, rows: rows, columns: columns)
  }

  /// `rows columns in / groups out` for every place of the output.
  public func multiplyAdds(inputs: [Shape], output: Shape) -> Int {
    geometry(inputs[0]).multiplyAdds
  }

  /// Linear in the input.
  public var derivative: Derivative {
    Derivative(reads: [], zero: .ifAllInputsAre, isScalable: true)
  }

  /// Blocks, but for the few channels of an image, which are read as they come.
  public func layouts(given: [Layout], inputs: [Shape], output: Shape) -> OperatorLayouts {
    OperatorLayouts(
      inputs: [inputs[0].channels <= 4 ? given[0] : .blocked], output: .blocked)
  }

  /// A weight meets its input channel where its tap reads.
  public func weightRule(
    _ weight: WeightAddress, inputs: [Shape], output: Shape
  ) -> WeightRule? {
    let out = weight.index / (inputsOfGroup * taps)
    let group = out / (outChannels / groups)
    let tap = weight.index % taps
    return WeightRule(
      region: .channel(out),
      capture: .tap(
        channel: group * inputsOfGroup + weight.index / taps % inputsOfGroup,
        WeightTap(
          rowStride: rows.stride, columnStride: columns.stride,
          row: tap / columns.kernel * rows.dilation - rows.before,
          column: tap % columns.kernel * columns.dilation - columns.before)))
  }

  /// Its attributes, its code in PyTorch and its nodes in ONNX.
  public func exported(inputs: [Shape], output: Shape) -> ExportedOperation {
    ExportedOperation(
      [
        "inChannels": .integer(inChannels), "outChannels": .integer(outChannels),
        "kernel": .integers([rows.kernel, columns.kernel]),
        "stride": .integers([rows.stride, columns.stride]),
        "dilation": .integers([rows.dilation, columns.dilation]),
        "padding": .integers([rows.before, columns.before, rows.after, columns.after]),
        "groups": .integer(groups),
      ],
      pyTorch: pyTorch,
      onnx: .node(
        "Conv",
        Windows.onnx(rows, columns) + [
          ONNXCode.Attribute("dilations", .integers([rows.dilation, columns.dilation])),
          ONNXCode.Attribute("group", .integer(groups)),
        ]))
  }

  private var pyTorch: PyTorchCode {
    let isSymmetric = rows.before == rows.after && columns.before == columns.after
    var arguments = ["\(inChannels)", "\(outChannels)", Windows.pair(rows.kernel, columns.kernel)]
    if (rows.stride, columns.stride) != (1, 1) {
      arguments.append("stride=\(Windows.pair(rows.stride, columns.stride))")
    }
    if isSymmetric, (rows.before, columns.before) != (0, 0) {
      arguments.append("padding=\(Windows.pair(rows.before, columns.before))")
    }
    if (rows.dilation, columns.dilation) != (1, 1) {
      arguments.append("dilation=\(Windows.pair(rows.dilation, columns.dilation))")
    }
    if groups != 1 { arguments.append("groups=\(groups)") }
    arguments.append(Self.withoutBias)
    if isSymmetric { return .module("nn.Conv2d", arguments) }
    let padding = [columns.before, columns.after, rows.before, rows.after]
    let text = padding.map(String.init).joined(separator: ", ")
    return PyTorchCode(module: PyTorchCode.Module("nn.Conv2d", arguments)) {
      "\($0)(functional.pad(\($1[0]), (\(text))))"
    }
  }

  /// The argument of PyTorch's convolution that leaves the bias out.
  static let withoutBias = "bias=False"

  /// The sizes for an input image.
  public func geometry(_ input: Shape) -> ConvolutionGeometry {
    ConvolutionGeometry(
      inChannels: inChannels, outChannels: outChannels, inHeight: input.height,
      inWidth: input.width, rows: rows, columns: columns, groups: groups)
  }

  /// Joins the convolution with its weights.
  public func bound(in context: BindingContext) -> any BoundOperator {
    BoundConvolution(geometry: geometry(context.inputs[0]), context: context)
  }
}

/// A convolution with weights, packed once for each direction and batch that is asked for.
final class BoundConvolution: BoundConvolutionOperator, BoundScalable, BoundParametrised {
  let geometry: ConvolutionGeometry
  private let context: BindingContext
  private var packed: [Use: (kernel: ConvolutionKernel, weights: Tensor)] = [:]

  var outputScale: [Double]? {
    didSet { packed = packed.filter { $0.key.isValue } }
  }

  private struct Use: Hashable {
    var direction: ConvolutionDirection
    var batch: Int
    var isValue: Bool
  }

  var inBlock: Int { context.inputBlocks[0] }
  var outBlock: Int { context.outputBlock }

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

  func apply(_ inputs: [Tensor], into output: Tensor) throws(BackendError) {
    let (kernel, weights) = try prepared(.forward, batch: output.shape.batch, isValue: true)
    try kernel.run(input: inputs[0], weights: weights, output: output, on: context.engine)
  }

  func pushforward(_ tangent: Tensor, into output: Tensor) throws(BackendError) {
    let (kernel, weights) = try prepared(.forward, batch: output.shape.batch, isValue: false)
    try kernel.run(input: tangent, weights: weights, output: output, on: context.engine)
  }

  func pullback(_ cotangent: Tensor, into input: Tensor) throws(BackendError) {
    let (kernel, weights) = try prepared(
      .backwardData, batch: cotangent.shape.batch, isValue: false)
    try kernel.run(input: input, weights: weights, output: cotangent, on: context.engine)
  }

  // MARK: Weights

  /// The input under the weights' tangent.
  func addPushforward(
    ofParameters change: [ParameterTangent?], at point: OperatorPoint, to output: Tensor
  ) throws(BackendError) {
    switch change[0] {
    case nil: break
    case .itself: output.combine(plain: [output, try point.output()])
    case .numbers(let change):
      let kernel = try kernel(.forward, batch: output.shape.batch)
      let weights = context.pool.take(TensorShape(channels: kernel.packedCount), block: 1)
      let term = context.pool.take(like: output)
      try kernel.pack(change, into: weights)
      try kernel.run(input: point.input(), weights: weights, output: term, on: context.engine)
      output.combine(plain: [output, term])
      context.pool.give(term)
      context.pool.give(weights)
    }
  }

  func parameterCotangent(_ cotangent: Tensor, at point: OperatorPoint) throws(BackendError)
    -> ParameterCotangent
  {
    let kernel = try kernel(.backwardWeights, batch: cotangent.shape.batch)
    let weights = context.pool.take(TensorShape(channels: kernel.packedCount), block: 1)
    try kernel.run(
      input: point.input(), weights: weights, output: cotangent, on: context.engine)
    return .packed(weights, batch: cotangent.shape.batch)
  }

  func joined(_ parts: [ParameterCotangent]) throws(BackendError) -> [[Double]] {
    // Kernels of different batches may have different layouts.
    var sum: [Double] = []
    var rest = parts[...]
    while case .packed(let total, let batch)? = rest.first {
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

  func capture(_ capture: WeightCapture, of inputs: [Tensor], into plane: Tensor) {
    inputs[0].capture(capture, into: plane)
  }

  private func kernel(_ direction: ConvolutionDirection, batch: Int) throws(BackendError)
    -> ConvolutionKernel
  {
    try context.engine.convolution(
      geometry, direction, batch: batch, inBlock: context.inputBlocks[0],
      outBlock: context.outputBlock, isFiltering: context.isFiltering)
  }
}
