internal import Networks
internal import Operators

/// The activations that a file can name.
enum Activation {
  static let names = [
    "none", "relu", "relu6", "leaky-relu", "elu", "celu", "selu", "gelu", "gelu-tanh", "silu",
    "mish", "hard-swish", "sigmoid", "hard-sigmoid", "softplus", "softsign", "tanh",
  ]

  /// The operator of a name, `nil` for `none`.
  static func named(_ name: String) -> (any Operator)? {
    switch name {
    case "relu": ReLU()
    case "relu6": Clip(minimum: 0, maximum: 6)
    case "leaky-relu": LeakyReLU()
    case "elu": ELU()
    case "celu": CELU()
    case "selu": SELU()
    case "gelu": GELU()
    case "gelu-tanh": GELU(approximate: true)
    case "silu": SiLU()
    case "mish": Mish()
    case "hard-swish": HardSwish()
    case "sigmoid": Sigmoid()
    case "hard-sigmoid": HardSigmoid()
    case "softplus": Softplus()
    case "softsign": Softsign()
    case "tanh": Tanh()
    default: nil
    }
  }
}

/// The normalisations that a file can name.
enum Normalization: String, CaseIterable {
  case batch, layer, group, instance, rms, none

  /// Groups of a group normalisation at most: the largest divisor of the channels up to it is taken.
  static let maximumGroups = 32

  /// The operator for values of a form, `nil` where there is none.
  func over(_ form: ValueForm, width: Int) -> (any Operator)? {
    switch (self, form) {
    case (.batch, .maps), (.batch, .vector): return BatchNormalization(channels: width)
    case (.layer, .maps): return ChannelLayerNormalization(channels: width)
    case (.layer, _): return LayerNormalization(shape: [width], epsilon: 1e-6)
    case (.group, .maps):
      let groups = (1...Self.maximumGroups).last { width % $0 == 0 } ?? 1
      return GroupNormalization(groups: groups, channels: width)
    case (.instance, .maps):
      return InstanceNormalization(channels: width, hasScale: true, hasShift: true)
    case (.rms, .vector), (.rms, .tokens): return RMSNormalization(shape: [width])
    default: return nil
    }
  }
}
