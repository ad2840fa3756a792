internal import Networks
internal import Operators
internal import Tensors

/// Factors for all channels, from the means of all channels.
enum SqueezeExcitationBlock: BlockKind {
  static let name = "squeeze-excitation"
  static let summary = "Reweighs channels by what the means of all channels say."
  static let parameters: [BlockParameter] = [
    BlockParameter(
      "ratio", .number(0.001...1), .number(0.25),
      "channels inside, as a part of those that are read"),
    .divisor, .activation("relu"), .gate,
  ]

  static func grow(
    _ network: inout NetworkGrowth, _ arguments: BlockArguments
  ) throws(SpaceFault) {
    try network.squeezeAndExcite(
      ratio: arguments.number("ratio"), divisor: arguments.whole("divisor"),
      activation: arguments.word("activation"),
      gate: arguments.word("gate"))
  }
}

extension BlockParameter {
  fileprivate static let window: [BlockParameter] = [
    BlockParameter("kernel", .whole(1...127), .whole(2), "rows and columns of the window"),
    BlockParameter("stride", .whole(1...64), .derived("the kernel"), "step of the window"),
    BlockParameter(
      "padding", .whole(0...63), .derived("(kernel - 1) / 2, rounded down"),
      "rows and columns outside of the maps, which do not count"),
  ]
}

extension BlockArguments {
  fileprivate var window: PoolingGeometry {
    let kernel = whole("kernel")
    return PoolingGeometry(
      kernel: kernel, stride: values["stride"] == nil ? kernel : whole("stride"),
      padding: values["padding"] == nil ? (kernel - 1) / 2 : whole("padding"))
  }
}

/// The maxima of windows.
enum MaxPoolBlock: BlockKind {
  static let name = "max-pool"
  static let summary = "The maximum of each window."
  static let parameters = BlockParameter.window

  static func grow(
    _ network: inout NetworkGrowth, _ arguments: BlockArguments
  ) throws(SpaceFault) {
    try network.require(.maps, by: name)
    try network.add(MaxPool(arguments.window), "pool")
  }
}

/// The means of windows.
enum AveragePoolBlock: BlockKind {
  static let name = "average-pool"
  static let summary = "The mean of each window."
  static let parameters = BlockParameter.window

  static func grow(
    _ network: inout NetworkGrowth, _ arguments: BlockArguments
  ) throws(SpaceFault) {
    try network.require(.maps, by: name)
    try network.add(AveragePool(arguments.window), "pool")
  }
}

/// One vector of maps or tokens.
enum GlobalPoolBlock: BlockKind {
  static let name = "global-pool"
  static let summary = "The mean or maximum of each channel, or the class token: a vector."
  static let parameters: [BlockParameter] = [
    BlockParameter(
      "kind", .word(["average", "maximum", "token"]),
      .derived("token where there is a class token, else average"), "what is taken")
  ]

  static func grow(
    _ network: inout NetworkGrowth, _ arguments: BlockArguments
  ) throws(SpaceFault) {
    try network.pool(arguments.word("kind"))
  }
}

extension NetworkGrowth {
  /// Makes a vector of maps or tokens; `kind` may be empty for the usual one.
  mutating func pool(_ kind: String) throws(SpaceFault) {
    let kind = kind.isEmpty ? (form == .tokens && hasClassToken ? "token" : "average") : kind
    switch (form, kind) {
    case (.maps, "average"): try add(GlobalAveragePool(), "pool")
    case (.maps, "maximum"):
      try add(GlobalMaxPool(), "pool")
      try add(Flatten(), "flatten")
    case (.tokens, "average"): try add(ReduceMean(axes: [0]), "pool")
    case (.tokens, "maximum"): try add(ReduceMaximum(axes: [0]), "pool")
    case (.tokens, "token") where hasClassToken:
      let width = width
      try add(Slice(axis: 0, from: 0, count: 1), "pool")
      try add(Reshape(to: [width]), "flatten")
    case (.vector, _):
      throw SpaceFault(place, "global-pool reads maps or tokens, and here is a vector \(shape)")
    default: throw SpaceFault(place, "there is no class token to take")
    }
  }
}

/// A linear layer, normalisation and activation.
enum LinearBlock: BlockKind {
  static let name = "linear"
  static let summary = "A linear layer of vectors or tokens, normalised and activated."
  static let parameters: [BlockParameter] = [
    .width,
    BlockParameter(
      "normalization", .word(Normalization.allCases.map(\.rawValue)), .word("none"),
      "normalisation behind it"),
    .activation("relu"), BlockParameter("bias", .flag, .flag(true), "whether it has biases"),
  ]

  static func grow(
    _ network: inout NetworkGrowth, _ arguments: BlockArguments
  ) throws(SpaceFault) {
    guard network.form != .maps else {
      throw SpaceFault(
        network.place,
        "linear reads tokens or a vector, and here are maps \(network.shape); expected global-pool before it"
      )
    }
    try network.add(
      Linear(
        inFeatures: network.width, outFeatures: arguments.whole("width"),
        hasBias: arguments.flag("bias") ?? true), "linear")
    try network.normalize(arguments.normalization, "norm")
    try network.activate(arguments.word("activation"), "act")
  }
}

/// A normalisation.
enum NormalizationBlock: BlockKind {
  static let name = "normalization"
  static let summary = "A normalisation alone."
  static let parameters: [BlockParameter] = [
    BlockParameter(
      "kind", .word(Normalization.allCases.map(\.rawValue)), .word("batch"), "which one")
  ]

  static func grow(
    _ network: inout NetworkGrowth, _ arguments: BlockArguments
  ) throws(SpaceFault) {
    try network.normalize(Normalization(rawValue: arguments.word("kind")) ?? .none, "norm")
  }
}

/// An activation.
enum ActivationBlock: BlockKind {
  static let name = "activation"
  static let summary = "An activation alone."
  static let parameters: [BlockParameter] = [
    BlockParameter("kind", .word(Activation.names), .word("relu"), "which one")
  ]

  static func grow(
    _ network: inout NetworkGrowth, _ arguments: BlockArguments
  ) throws(SpaceFault) {
    try network.activate(arguments.word("kind"), "act")
  }
}

/// What it reads.
enum IdentityBlock: BlockKind {
  static let name = "identity"
  static let summary = "What it reads; the skip of a cell."
  static let parameters: [BlockParameter] = []

  static func grow(
    _ network: inout NetworkGrowth, _ arguments: BlockArguments
  ) throws(SpaceFault) {}
}

/// Zeros.
enum ZeroBlock: BlockKind {
  static let name = "zero"
  static let summary = "Zeros of the shape that it reads; the none of a cell."
  static let parameters: [BlockParameter] = []

  static func grow(
    _ network: inout NetworkGrowth, _ arguments: BlockArguments
  ) throws(SpaceFault) {
    try network.add(Zero(), "zero")
  }
}
