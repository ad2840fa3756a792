internal import Networks
internal import Operators
internal import Tensors

/// What the axes of a value mean.
enum ValueForm: String {
  /// `[channels, height, width]`.
  case maps
  /// `[tokens, features]`.
  case tokens
  /// `[features]`.
  case vector
}

/// A network that grows at its end, block by block.
struct NetworkGrowth {
  var builder: NetworkBuilder
  /// The node that the next block reads.
  var end = 0
  /// Whether the first token is that of the class.
  var hasClassToken = false
  /// Where in the file what is being built stands.
  var place: TextPlace
  /// The prefix of the names of nodes.
  var prefix = ""
  /// Blocks that were begun, those inside of others too.
  private var count = 0
  /// A bound for its multiply-adds.
  private var work = 0.0

  init(input: Shape, place: TextPlace) {
    builder = NetworkBuilder(input: input)
    self.place = place
  }

  /// Counts a block: repeats of repeats can ask for more than fits into memory.
  mutating func begin() throws(SpaceFault) {
    count += 1
    guard count <= SpaceReader.maximumBlocks else {
      throw SpaceFault(
        place,
        "a network has more than \(SpaceReader.maximumBlocks) blocks; expected fewer repeats")
    }
  }

  // MARK: The value at the end

  var shape: Shape { builder.shape(of: end) }

  var form: ValueForm {
    switch shape.rank {
    case 3: .maps
    case 2: .tokens
    default: .vector
    }
  }

  /// Channels of maps, features of tokens and vectors.
  var width: Int { form == .maps ? shape.channels : shape.last }

  /// Refuses values of another form.
  func require(_ form: ValueForm, by block: String) throws(SpaceFault) {
    guard self.form == form else {
      throw SpaceFault(
        place, "\(block) reads \(form.rawValue), and here are \(self.form.rawValue) \(shape)")
    }
  }

  // MARK: Nodes

  private func name(_ part: String) -> String { prefix.isEmpty ? part : "\(prefix).\(part)" }

  /// Adds an operator behind the end, or behind other nodes.
  mutating func add(_ op: any Operator, _ part: String, reading inputs: [Int]? = nil)
    throws(SpaceFault)
  {
    let inputs = inputs ?? [end]
    do { end = try builder.add(op, inputs, name: name(part)) } catch {
      throw SpaceFault(place, "\(error)")
    }
    try measure(op, reading: inputs)
  }

  /// Refuses what no machine computes, before its costs are more than a whole number can hold.
  private mutating func measure(_ op: any Operator, reading inputs: [Int]) throws(SpaceFault) {
    func product(_ extents: [Int]) -> Double { extents.reduce(1) { $0 * Double($1) } }
    let values = product(shape.extents)
    let weights = op.parameters(named: "").reduce(0) { $0 + product($1.shape) }
    let longest = inputs.flatMap { builder.shape(of: $0).extents }.max() ?? 1
    // At least as much as products with weights, and products of two values, take.
    work += weights * values / Double(max(width, 1)) + values * Double(longest)
    guard values <= 0x1p31, work <= 1e17 else {
      throw SpaceFault(
        place, "a network with values of shape \(shape) is too large; expected smaller sizes")
    }
  }

  /// Adds a learned tensor, which reads nothing; the end stays where it is.
  mutating func parameter(_ shape: Shape, _ role: ParameterRole, _ part: String)
    throws(SpaceFault) -> Int
  {
    do { return try builder.add(Parameter(shape: shape, role: role), [], name: name(part)) } catch {
      throw SpaceFault(place, "\(error)")
    }
  }

  /// Adds an activation, if there is one.
  mutating func activate(_ activation: String, _ part: String) throws(SpaceFault) {
    if let op = Activation.named(activation) { try add(op, part) }
  }

  /// Adds a normalisation, if there is one.
  mutating func normalize(_ normalization: Normalization, _ part: String) throws(SpaceFault) {
    guard normalization != .none else { return }
    guard let op = normalization.over(form, width: width) else {
      throw SpaceFault(
        place, "the normalization \(normalization.rawValue) does not read \(form.rawValue) \(shape)"
      )
    }
    try add(op, part)
  }

  /// A convolution of square windows that keeps the size at stride 1.
  mutating func convolve(
    to width: Int, kernel: Int, stride: Int = 1, dilation: Int = 1, padding: Int? = nil,
    groups: Int = 1, bias: Bool, _ part: String
  ) throws(SpaceFault) {
    try require(.maps, by: "a convolution")
    let channels = self.width
    guard groups >= 1, channels % groups == 0, width % groups == 0 else {
      throw SpaceFault(
        place, "\(groups) groups divide neither or only one of \(channels) and \(width) channels")
    }
    try add(
      Convolution(
        inChannels: channels, outChannels: width, kernel: kernel, stride: stride, padding: padding,
        dilation: dilation, groups: groups), part)
    if bias {
      try add(
        ConvolutionBias(channels: width, fanIn: channels / groups * kernel * kernel), part)
    }
  }

  /// Convolution, normalisation, activation; biases where nothing is normalised.
  mutating func unit(
    to width: Int, kernel: Int, stride: Int = 1, groups: Int = 1, _ arguments: BlockArguments,
    activation: String? = nil, _ number: String
  ) throws(SpaceFault) {
    let normalization = arguments.normalization
    try convolve(
      to: width, kernel: kernel, stride: stride, groups: groups,
      bias: arguments.flag("bias") ?? (normalization == .none), "conv\(number)")
    try normalize(normalization, "norm\(number)")
    try activate(activation ?? arguments.word("activation"), "act\(number)")
  }

  /// Factors for all channels, from the means of all channels.
  ///
  /// Hu, Shen and Sun, *Squeeze-and-Excitation Networks*, CVPR 2018.
  mutating func squeezeAndExcite(
    ratio: Double, divisor: Int = 1, activation: String, gate: String
  ) throws(SpaceFault) {
    guard ratio > 0 else { return }
    try require(.maps, by: "squeeze-and-excitation")
    let (maps, channels) = (end, width)
    let squeezed = Self.multiple(of: divisor, near: ratio * Double(channels))
    try add(GlobalAveragePool(keepsPlaces: true), "se.pool")
    try convolve(to: squeezed, kernel: 1, bias: true, "se.squeeze")
    try activate(activation, "se.act")
    try convolve(to: channels, kernel: 1, bias: true, "se.excite")
    try activate(gate, "se.gate")
    try add(Multiply(), "se.scale", reading: [maps, end])
  }

  /// The nearest multiple of a divisor that is not more than a tenth smaller, as MobileNets round.
  private static func multiple(of divisor: Int, near number: Double) -> Int {
    let unit = Double(divisor)
    let nearest = max(unit, ((number + unit / 2) / unit).rounded(.down) * unit)
    return Int(nearest < 0.9 * number ? nearest + unit : nearest)
  }

  /// The sum of the end and a value that a block read, which is projected where the shapes differ.
  mutating func addShortcut(
    from start: Int, stride: Int, _ arguments: BlockArguments
  ) throws(SpaceFault) {
    let (body, wanted) = (end, shape)
    end = start
    if shape != wanted {
      var step = stride
      if arguments.word("shortcut") == "pooled", stride > 1 {
        // The window may be cut at the edge, so that odd sizes give as many places as the convolutions.
        let side = WindowSide(kernel: stride, stride: stride)
        try add(
          AveragePool(PoolingGeometry(rows: side, columns: side, roundsUp: true)), "shortcut.pool")
        step = 1
      }
      let normalization = arguments.normalization
      try convolve(
        to: wanted.channels, kernel: 1, stride: step, bias: normalization == .none,
        "shortcut.conv")
      try normalize(normalization, "shortcut.norm")
    }
    try add(Sum(), "sum", reading: [body, end])
  }

  /// Fixed factors for channels that are learned from a common start.
  mutating func scaleChannels(from start: Double) throws(SpaceFault) {
    guard start > 0 else { return }
    let value = end
    let shape: Shape = form == .maps ? [width, 1, 1] : [width]
    let scales = try parameter(shape, .constant(Float(start)), "scale")
    try add(Multiply(), "scaled", reading: [value, scales])
  }
}
