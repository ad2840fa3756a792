/// An architecture of the MobileNetV2 space: a chain of blocks.
///
/// A linear classifier behind the last block belongs to every network and is not part of the
/// architecture. Each block reads what the block before it writes, and the first one reads images of
/// three channels. The identity everywhere is ``description``.
public struct MobileNetV2Architecture: Hashable, Sendable {
  /// The blocks from the image on.
  public let blocks: [MobileNetV2Block]

  /// The largest ``layers`` of an architecture.
  public static let maximumLayers = 1000
  /// The channels of an image.
  public static let imageChannels = 3

  /// Creates an architecture of blocks that fit together.
  package init(connected blocks: [MobileNetV2Block]) {
    precondition(!blocks.isEmpty, "an architecture without blocks")
    var channels = Self.imageChannels
    for block in blocks {
      precondition(block.inChannels == channels, "\(block) reads \(channels) channels")
      channels = block.outChannels
    }
    self.blocks = blocks
  }

  /// The number that the search limits: the sub-layers of all blocks, without the classifier.
  public var layers: Int { blocks.reduce(0) { $0 + $1.subLayers } }

  /// The feature maps that expressivity, progressivity and trainability look at: the outputs of all
  /// convolutions and residual units of the chain.
  public var featureMaps: Int { blocks.reduce(0) { $0 + $1.mapsOfSubLayer * $1.subLayers } }

  /// The channels that the classifier reads.
  public var features: Int { blocks[blocks.count - 1].outChannels }
}

extension MobileNetV2Architecture: LosslessStringConvertible {
  /// The words of the blocks without separators, such as
  /// `SuperConvK3BNRELU(3,8,2,1)SuperResIDWE6K3(8,32,2,8,1)SuperConvK1BNRELU(32,2048,1,1)`.
  public var description: String { blocks.map(\.description).joined() }

  /// The architecture of a text, or `nil` if it is none.
  ///
  /// ``init(parsing:)`` says what is wrong with the text.
  public init?(_ description: String) {
    guard let architecture = try? Self(parsing: description) else { return nil }
    self = architecture
  }
}

extension MobileNetV2Architecture {
  /// The small network from which the released search scripts of ZiCo, AZ-NAS and VKDNW start.
  public static let releasedStart = MobileNetV2Architecture(connected: [
    MobileNetV2Block(.convolution, kernel: 3, from: 3, to: 8, stride: 2, subLayers: 1),
    residual(expansion: 6, kernel: 3, from: 8, to: 32, bottleneck: 8, subLayers: 1),
    residual(expansion: 6, kernel: 3, from: 32, to: 48, bottleneck: 32, subLayers: 1),
    residual(expansion: 6, kernel: 3, from: 48, to: 96, bottleneck: 48, subLayers: 1),
    residual(expansion: 6, kernel: 3, from: 96, to: 128, bottleneck: 96, subLayers: 1),
    MobileNetV2Block(.convolution, kernel: 1, from: 128, to: 2048, stride: 1, subLayers: 1),
  ])

  /// The network that ZiCo published for 450 million multiply-accumulates, from which the logged
  /// search of VKDNW starts.
  ///
  /// G. Li et al.: ZiCo: Zero-shot NAS via Inverse Coefficient of Variation on Gradients. ICLR 2023.
  public static let zico450 = MobileNetV2Architecture(connected: [
    MobileNetV2Block(.convolution, kernel: 3, from: 3, to: 16, stride: 2, subLayers: 1),
    residual(expansion: 1, kernel: 7, from: 16, to: 40, bottleneck: 40, subLayers: 1),
    residual(expansion: 2, kernel: 7, from: 40, to: 80, bottleneck: 64, subLayers: 1),
    residual(expansion: 4, kernel: 7, from: 80, to: 96, bottleneck: 96, subLayers: 5),
    residual(expansion: 2, kernel: 7, from: 96, to: 224, bottleneck: 224, subLayers: 5),
    MobileNetV2Block(.convolution, kernel: 1, from: 224, to: 2048, stride: 1, subLayers: 1),
  ])

  private static func residual(
    expansion: Int, kernel: Int, from inChannels: Int, to outChannels: Int, bottleneck: Int,
    subLayers: Int
  ) -> MobileNetV2Block {
    MobileNetV2Block(
      .invertedResidual(expansion: expansion, bottleneck: bottleneck), kernel: kernel,
      from: inChannels, to: outChannels, stride: 2, subLayers: subLayers)
  }
}
