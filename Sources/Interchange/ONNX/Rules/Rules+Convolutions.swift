internal import Networks
internal import Operators
internal import Tensors

extension Rules {
  /// Convolutions of one and two sides, and transposed ones.
  static let convolutions: [String: Rule] = [
    "Conv": Call.one { (call, translation) throws(ModelProblem) in
      try translation.convolution(call)
    },
    "ConvTranspose": Call.one { (call, translation) throws(ModelProblem) in
      try translation.transposedConvolution(call)
    },
  ]
}

/// The windows of a node along its sides.
struct WindowSides {
  var rows: WindowSide
  var columns: WindowSide

  /// Reads the attributes of a convolution or pooling with windows of some extents, `kernel`, on maps of
  /// others, `sizes`.
  static func of(_ call: Call, kernel: [Int], sizes: [Int]) throws(ModelProblem) -> WindowSides {
    let count = kernel.count
    func list(_ name: String, _ none: Int, _ length: Int) throws(ModelProblem) -> [Int] {
      let values = try call.integers(name) ?? [Int](repeating: none, count: length)
      guard values.count == length, values.allSatisfy({ abs($0) < 1 << 20 }) else {
        throw .malformed("has \(name) \(values) for windows of \(kernel)")
      }
      return values
    }
    let strides = try list("strides", 1, count)
    let dilations = try list("dilations", 1, count)
    var pads = try list("pads", 0, 2 * count)
    let mode = try call.text("auto_pad", default: "NOTSET")
    guard (strides + dilations + kernel).allSatisfy({ (1..<1 << 30).contains($0) }) else {
      throw .malformed("has windows of \(kernel) with strides \(strides)")
    }
    switch mode {
    case "NOTSET", "VALID":
      if mode == "VALID" { pads = [Int](repeating: 0, count: 2 * count) }
    case "SAME_UPPER", "SAME_LOWER":
      for side in 0..<count {
        let outputs = (sizes[side] + strides[side] - 1) / strides[side]
        let extent = (kernel[side] - 1) * dilations[side] + 1
        let total = max(0, (outputs - 1) * strides[side] + extent - sizes[side])
        pads[side] = mode == "SAME_UPPER" ? total / 2 : total - total / 2
        pads[count + side] = total - pads[side]
      }
    default: throw .malformed("pads by the unknown rule \(mode)")
    }
    guard pads.allSatisfy({ $0 >= 0 }) else { throw .unsupported("with negative padding") }
    guard (kernel + strides + dilations + pads).allSatisfy({ $0 < 1 << 30 }) else {
      throw .malformed(
        "has windows of \(kernel) with strides \(strides), dilations \(dilations) and padding \(pads)"
      )
    }
    let sides = (0..<count).map { side in
      WindowSide(
        kernel: kernel[side], stride: strides[side], dilation: dilations[side],
        before: pads[side], after: pads[count + side])
    }
    switch count {
    case 1: return WindowSides(rows: WindowSide(kernel: 1), columns: sides[0])
    case 2: return WindowSides(rows: sides[0], columns: sides[1])
    default: throw .unsupported("over \(count) sides")
    }
  }
}

/// How the file has maps that a convolution reads.
private struct MapsFrame {
  /// They have one side.
  var isLine: Bool
  /// They are the same for all images.
  var isSingle: Bool
}

extension Translation {
  /// Maps with two sides; a value with one side gets a first one of a single row, and what is the same for all images
  /// stands for one of them.
  fileprivate mutating func planes(_ call: Call) throws(ModelProblem) -> (
    maps: Traced, frame: MapsFrame
  ) {
    var x = try traced(call)
    let isSingle = x.batch == nil && x.rank > 1 && x.shape[0] == 1
    if isSingle {
      x = try reshaped(
        x, to: Array(x.shape.extents.dropFirst()), for: call, batch: BatchPlace(axis: 0))
    }
    guard x.rank == 3 else {
      guard x.rank == 4 else { throw .unsupported("over \(max(0, x.rank - 2)) sides") }
      try maps(x)
      return (x, MapsFrame(isLine: false, isSingle: isSingle))
    }
    try maps(x, sides: 1)
    let extents = [x.shape[0], 1, x.shape[1]]
    return (
      try reshaped(x, to: extents, for: call, batch: x.batch),
      MapsFrame(isLine: true, isSingle: isSingle)
    )
  }

  /// A value as the file has it out of maps.
  fileprivate mutating func framed(_ value: Traced, _ frame: MapsFrame, for call: Call)
    throws(ModelProblem) -> Traced
  {
    guard frame.isLine || frame.isSingle else { return value }
    var extents = value.shape.extents
    if frame.isLine { extents.remove(at: 1) }
    if frame.isSingle { extents.insert(1, at: 0) }
    return try reshaped(value, to: extents, for: call, batch: frame.isSingle ? nil : value.batch)
  }

  fileprivate mutating func convolution(_ call: Call) throws(ModelProblem) -> Traced {
    let (x, frame) = try planes(call)
    let isLine = frame.isLine
    guard case .known(let weights) = call.input(1) else {
      throw .unsupported("with weights that are computed")
    }
    guard weights.shape.count == (isLine ? 3 : 4) else {
      throw .malformed("has weights \(weights.shape) for maps \(x.shape)")
    }
    let groups = try call.integer("group", default: 1)
    let kernel = Array(weights.shape[2...])
    if let said = try call.integers("kernel_shape"), said != kernel {
      throw .malformed("has weights \(weights.shape) for windows of \(said)")
    }
    let sizes = isLine ? [x.shape[2]] : [x.shape[1], x.shape[2]]
    let sides = try WindowSides.of(call, kernel: kernel, sizes: sizes)
    let (outputs, inputs) = (weights.shape[0], weights.shape[1])
    guard groups > 0, outputs > 0, outputs % groups == 0, inputs > 0,
      inputs.multipliedReportingOverflow(by: groups) == (x.shape[0], false)
    else {
      throw .malformed(
        "has weights \(weights.shape) in \(groups) groups for \(x.shape[0]) channels")
    }
    let layer = Convolution(
      inChannels: x.shape[0], outChannels: outputs, rows: sides.rows, columns: sides.columns,
      groups: groups)
    let filter = isLine ? weights.reshaped(to: [outputs, inputs, 1] + kernel) : weights
    let result: Traced
    if let constants = fixedFilter(weights) {
      result = try add(
        FixedConvolution(layer, weights: constants), [x.layer], for: call, batch: x.batch)
    } else {
      result = try add(
        layer, [x.layer], for: call, batch: x.batch, parameters: [LayerTensor(filter)])
    }
    return try framed(
      biased(result, call, fanIn: inputs * kernel.reduce(1, *)), frame, for: call)
  }

  /// The weights of a convolution that training does not change, such as those that blur, `nil` for others.
  private func fixedFilter(_ weights: KnownTensor) -> [Float]? {
    guard let view = weights.view else { return weights.floats() }
    // These exporters keep parameters as initialisers.
    if view.tensor.isOfNode, producer == ModelMetadata.producer || producer == "pytorch" {
      return view.floats()
    }
    return LearnedTensors.isBuffer(view.name) ? view.floats() : nil
  }

  /// The bias that a convolution adds, where it is not zero everywhere by the exporter's making.
  private mutating func biased(_ value: Traced, _ call: Call, fanIn: Int) throws(ModelProblem)
    -> Traced
  {
    guard let bias = try call.optional(2) else { return value }
    guard bias.shape == [value.shape[0]] else {
      throw .malformed("has biases \(bias.shape) for \(value.shape[0]) channels")
    }
    if bias.view == nil, bias.numbers().allSatisfy({ $0 == 0 }) { return value }
    return try add(
      ConvolutionBias(channels: value.shape[0], fanIn: fanIn), [value.layer], for: call,
      batch: value.batch, parameters: [LayerTensor(bias)])
  }

  fileprivate mutating func transposedConvolution(_ call: Call) throws(ModelProblem) -> Traced {
    let (x, frame) = try planes(call)
    let isLine = frame.isLine
    let weights = try call.known(1)
    guard weights.shape.count == (isLine ? 3 : 4), weights.shape[0] == x.shape[0] else {
      throw .malformed("has weights \(weights.shape) for maps \(x.shape)")
    }
    guard try call.integers("output_shape") == nil else { throw .unsupported("with output_shape") }
    let groups = try call.integer("group", default: 1)
    let kernel = Array(weights.shape[2...])
    guard try call.text("auto_pad", default: "NOTSET") == "NOTSET" else {
      throw .unsupported("with auto_pad")
    }
    let sizes = isLine ? [x.shape[2]] : [x.shape[1], x.shape[2]]
    let sides = try WindowSides.of(call, kernel: kernel, sizes: sizes)
    let padding =
      try call.integers("output_padding") ?? [Int](repeating: 0, count: kernel.count)
    guard padding.count == kernel.count, padding.allSatisfy({ (0..<1 << 30).contains($0) }),
      groups > 0, x.shape[0] % groups == 0
    else {
      throw .malformed("has output padding \(padding) in \(groups) groups")
    }
    let layer = TransposedConvolution(
      inChannels: x.shape[0], outChannels: weights.shape[1] * groups, rows: sides.rows,
      columns: sides.columns, outputPaddingRows: isLine ? 0 : padding[0],
      outputPaddingColumns: padding[padding.count - 1], groups: groups)
    let filter =
      isLine ? weights.reshaped(to: Array(weights.shape[..<2]) + [1] + kernel) : weights
    let result = try add(
      layer, [x.layer], for: call, batch: x.batch, parameters: [LayerTensor(filter)])
    let fanIn = weights.shape[1] * kernel.reduce(1, *)
    return try framed(biased(result, call, fanIn: fanIn), frame, for: call)
  }
}
