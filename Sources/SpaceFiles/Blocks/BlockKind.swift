/// A block that files name: its parameters, and how it grows a network.
protocol BlockKind: Sendable {
  /// The name in files.
  static var name: String { get }
  /// What it is, in one line.
  static var summary: String { get }
  /// Its parameters.
  static var parameters: [BlockParameter] { get }

  /// Adds the block to the end of a network.
  ///
  /// - Parameters:
  ///   - network: the network.
  ///   - arguments: a value for every parameter that is not derived.
  /// - Throws: the place of the step where shapes do not fit.
  static func grow(_ network: inout NetworkGrowth, _ arguments: BlockArguments) throws(SpaceFault)
}

/// All blocks that files can name: a new one is a file and a line here.
enum AllBlocks {
  static let kinds: [any BlockKind.Type] = [
    // Convolutions
    ConvolutionBlock.self, DepthwiseSeparableBlock.self,
    // Residual
    BasicResidualBlock.self, BottleneckResidualBlock.self, InvertedResidualBlock.self,
    ConvNeXtBlock.self,
    // Dense
    DenseBlock.self, TransitionBlock.self,
    // Tokens
    PatchEmbeddingBlock.self, TransformerBlock.self,
    // Parts
    SqueezeExcitationBlock.self, MaxPoolBlock.self, AveragePoolBlock.self, GlobalPoolBlock.self,
    LinearBlock.self, NormalizationBlock.self, ActivationBlock.self, IdentityBlock.self,
    ZeroBlock.self,
  ]

  static let byName = Dictionary(uniqueKeysWithValues: kinds.map { ($0.name, $0) })
}
