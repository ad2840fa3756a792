public import Networks
public import Tensors

/// The transpose of a convolution, which makes maps larger: `y[o] = sum over i of W[i, o]^T x[i]`, without
/// bias.
///
/// Place `u` of the input adds to the places `stride u + dilation a - before` of the output.
public struct TransposedConvolution: Operator, ListedOperator {
  /// Channels of the input.
  public var inChannels: Int
  /// Channels of the output.
  public var outChannels: Int
  /// How windows lie along the rows of the output.
  public var rows: WindowSide
  /// How windows lie along the columns of the output.
  public var columns: WindowSide
  /// Further rows of the output, fewer than the stride.
  public var outputPaddingRows: Int
  /// Further columns of the output, fewer than the stride.
  public var outputPaddingColumns: Int
  /// Independent convolutions side by side.
  public var groups: Int

  /// Creates a transposed convolution.
  public init(
    inChannels: Int, outChannels: Int, rows: WindowSide, columns: WindowSide,
    outputPaddingRows: Int = 0, outputPaddingColumns: Int = 0, groups: Int = 1
  ) {
    self.inChannels = inChannels
    self.outChannels = outChannels
    self.rows = rows
    self.columns = columns
    self.outputPaddingRows = outputPaddingRows
    self.outputPaddingColumns = outputPaddingColumns
    self.groups = groups
  }

  /// `transposed-convolution`.
  public var name: String { "transposed-convolution" }
  /// A convolution.
  public var kind: OperatorKind { .convolution }
  package static var examples: [OperatorExample] {
    let double = WindowSide(kernel: 3, stride: 2, padding: 1)
    return [
      OperatorExample(
        TransposedConvolution(
          inChannels: 17, outChannels: 5, rows: double, columns: double, outputPaddingRows: 1,
          outputPaddingColumns: 1), [17, 3, 4]),
      OperatorExample(
        TransposedConvolution(
          inChannels: 4, outChannels: 6, rows: WindowSide(kernel: 2, stride: 2),
          columns: WindowSide(kernel: 1, stride: 3), outputPaddingColumns: 2, groups: 2), [4, 3, 2]),
      OperatorExample(
        TransposedConvolution(
          inChannels: 16, outChannels: 32, rows: WindowSide(kernel: 3, dilation: 2, padding: 1),
          columns: WindowSide(kernel: 4, stride: 2, before: 2, after: 0)), [16, 3, 4]),
    ]
  }

  private var outputsOfGroup: Int { outChannels / groups }
  private var taps: Int { rows.kernel * columns.kernel }

  /// The weights, `[in, out / groups, rows, columns]`.
  public func parameters(named name: String) -> [ParameterSpec] {
    [
      ParameterSpec(
        name: "\(name).weight", shape: [inChannels, outputsOfGroup, rows.kernel, columns.kernel],
        role: .weight(fanIn: outputsOfGroup * taps))
    ]
  }

  /// Places along a side of the output.
  private func output(_ side: WindowSide, _ padding: Int, _ size: Int) -> Int {
    (size - 1) * side.stride + side.extent - side.before - side.after + padding
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
    for (side, padding) in [(rows, outputPaddingRows), (columns, outputPaddingColumns)] {
      if let problem = side.problem { throw ShapeProblem(problem) }
      guard (0..<side.stride).contains(padding) else {
        throw ShapeProblem("an output padding of \(padding) with stride \(side.stride)")
      }
    }
    return try Axes.shape([
      outChannels, output(rows, outputPaddingRows, maps.height),
      output(columns, outputPaddingColumns, maps.width),
    ])
  }

  /// `rows columns out / groups in` for every place of the input.
  public func multiplyAdds(inputs: [Shape], output: Shape) -> Int {
    inputs[0].count * outputsOfGroup * taps
  }

  /// Linear in the input.
  public var derivative: Derivative { .linear }

  /// Blocks.
  public func layouts(given: [Layout], inputs: [Shape], output: Shape) -> OperatorLayouts {
    OperatorLayouts(inputs: [.blocked], output: .blocked)
  }

  /// A weight meets its input channel, and adds to every `stride`-th place of its output channel.
  public func weightRule(
    _ weight: WeightAddress, inputs: [Shape], output: Shape
  ) -> WeightRule? {
    let (channel, tap) = (weight.index / (outputsOfGroup * taps), weight.index % taps)
    let group = channel / (inChannels / groups)
    let (height, width) = (inputs[0].height, inputs[0].width)
    let v = Self.inside(rows, tap: tap / columns.kernel, size: height, among: output.height)
    let h = Self.inside(columns, tap: tap % columns.kernel, size: width, among: output.width)
    // A tap that only ever falls into the padding meets nothing.
    guard v.count > 0, h.count > 0 else { return nil }
    return WeightRule(
      region: .window(
        channel: group * outputsOfGroup + weight.index / taps % outputsOfGroup,
        firstRow: v.place, rowStride: rows.stride, rows: v.count, firstColumn: h.place,
        columnStride: columns.stride, columns: h.count),
      capture: .tap(
        channel: channel,
        WeightTap(rowStride: 1, columnStride: 1, row: v.first, column: h.first)))
  }

  /// The places of the input that a tap takes to places of the output: the first, how many, and where the
  /// first goes.
  private static func inside(_ side: WindowSide, tap: Int, size: Int, among places: Int)
    -> (first: Int, count: Int, place: Int)
  {
    let offset = tap * side.dilation - side.before
    let first = offset >= 0 ? 0 : (-offset + side.stride - 1) / side.stride
    let last = places - 1 - offset < 0 ? -1 : min(size - 1, (places - 1 - offset) / side.stride)
    return (first, max(last - first + 1, 0), side.stride * first + offset)
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
        "outputPadding": .integers([outputPaddingRows, outputPaddingColumns]),
        "groups": .integer(groups),
      ],
      pyTorch: pyTorch,
      onnx: .node(
        "ConvTranspose",
        Windows.onnx(rows, columns) + [
          ONNXCode.Attribute("dilations", .integers([rows.dilation, columns.dilation])),
          ONNXCode.Attribute(
            "output_padding", .integers([outputPaddingRows, outputPaddingColumns])),
          ONNXCode.Attribute("group", .integer(groups)),
        ]))
  }

  private var pyTorch: PyTorchCode {
    // Padding that differs at both ends is cut off afterwards.
    let isSymmetric = rows.before == rows.after && columns.before == columns.after
    var arguments = ["\(inChannels)", "\(outChannels)", Windows.pair(rows.kernel, columns.kernel)]
    func add(_ name: String, _ value: (Int, Int), unless none: (Int, Int)) {
      if value != none { arguments.append("\(name)=\(Windows.pair(value.0, value.1))") }
    }
    add("stride", (rows.stride, columns.stride), unless: (1, 1))
    if isSymmetric { add("padding", (rows.before, columns.before), unless: (0, 0)) }
    add("output_padding", (outputPaddingRows, outputPaddingColumns), unless: (0, 0))
    add("dilation", (rows.dilation, columns.dilation), unless: (1, 1))
    if groups != 1 { arguments.append("groups=\(groups)") }
    arguments.append(Convolution.withoutBias)
    if isSymmetric { return .module("nn.ConvTranspose2d", arguments) }
    let padding = [columns.before, columns.after, rows.before, rows.after]
    let text = padding.map { "\(-$0)" }.joined(separator: ", ")
    return PyTorchCode(module: PyTorchCode.Module("nn.ConvTranspose2d", arguments)) {
      "functional.pad(\($0)(\($1[0])), (\(text)))"
    }
  }

  /// Joins the convolution with its weights.
  public func bound(in context: BindingContext) -> any BoundOperator {
    let output = context.output
    return BoundTransposedConvolution(
      ConvolutionGeometry(
        inChannels: outChannels, outChannels: inChannels, inHeight: output.height,
        inWidth: output.width, rows: rows, columns: columns, groups: groups), context)
  }
}

/// A convolution from the output to the input, run backwards.
private final class BoundTransposedConvolution: BoundLinearOperator, BoundParametrised {
  private let geometry: ConvolutionGeometry
  private let context: BindingContext
  private var packed: [Use: (kernel: ConvolutionKernel, weights: Tensor)] = [:]

  private struct Use: Hashable {
    var direction: ConvolutionDirection
    var batch: Int
  }

  init(_ geometry: ConvolutionGeometry, _ context: BindingContext) {
    self.geometry = geometry
    self.context = context
  }

  private func kernel(_ direction: ConvolutionDirection, batch: Int) throws(BackendError)
    -> ConvolutionKernel
  {
    try context.engine.convolution(
      geometry, direction, batch: batch, inBlock: context.outputBlock,
      outBlock: context.inputBlocks[0])
  }

  private func prepared(_ direction: ConvolutionDirection, batch: Int) throws(BackendError)
    -> (kernel: ConvolutionKernel, weights: Tensor)
  {
    let use = Use(direction: direction, batch: batch)
    if let known = packed[use] { return known }
    let kernel = try kernel(direction, batch: batch)
    let weights = context.arena.tensor(
      TensorShape(channels: kernel.packedCount), precision: context.precision)
    try kernel.pack(context.parameters[0], into: weights)
    packed[use] = (kernel, weights)
    return (kernel, weights)
  }

  func apply(_ inputs: [Tensor], into output: Tensor) throws(BackendError) {
    try pushforward(inputs[0], into: output)
  }

  func pushforward(_ tangent: Tensor, into output: Tensor) throws(BackendError) {
    let (kernel, weights) = try prepared(.backwardData, batch: output.shape.batch)
    try kernel.run(input: output, weights: weights, output: tangent, on: context.engine)
  }

  func pullback(_ cotangent: Tensor, into input: Tensor) throws(BackendError) {
    let (kernel, weights) = try prepared(.forward, batch: cotangent.shape.batch)
    try kernel.run(input: cotangent, weights: weights, output: input, on: context.engine)
  }

  // MARK: Weights

  func addPushforward(
    ofParameters change: [ParameterTangent?], at point: OperatorPoint, to output: Tensor
  ) throws(BackendError) {
    guard let change = change[0]?.values(context.parameters[0]) else { return }
    let kernel = try kernel(.backwardData, batch: output.shape.batch)
    let weights = context.pool.take(TensorShape(channels: kernel.packedCount), block: 1)
    let term = context.pool.take(like: output)
    try kernel.pack(change, into: weights)
    try kernel.run(
      input: term, weights: weights, output: try point.input(), on: context.engine)
    output.combine(plain: [output, term])
    context.pool.give(term)
    context.pool.give(weights)
  }

  func parameterCotangent(_ cotangent: Tensor, at point: OperatorPoint) throws(BackendError)
    -> ParameterCotangent
  {
    let kernel = try kernel(.backwardWeights, batch: cotangent.shape.batch)
    let weights = context.pool.take(TensorShape(channels: kernel.packedCount), block: 1)
    try kernel.run(
      input: cotangent, weights: weights, output: try point.input(), on: context.engine)
    let numbers = try kernel.unpack(weights)
    context.pool.give(weights)
    return .numbers([numbers])
  }

  func capture(_ capture: WeightCapture, of inputs: [Tensor], into plane: Tensor) {
    inputs[0].capture(capture, into: plane)
  }
}
