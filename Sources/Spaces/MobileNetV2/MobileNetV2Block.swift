/// A block of an architecture of the MobileNetV2 space: one word of its string.
///
/// The space and its strings are those of ZenNAS, ZiCo, AZ-NAS and VKDNW. M. Lin et al.: Zen-NAS: A
/// Zero-Shot NAS for High-Performance Deep Image Recognition. ICCV 2021.
public struct MobileNetV2Block: Hashable, Sendable {
  /// What a block is made of.
  public enum Kind: Hashable, Sendable {
    /// Convolution, batch norm, ReLU for each sub-layer: `SuperConvK{kernel}BNRELU`.
    case convolution
    /// Two inverted-residual units for each sub-layer: `SuperResIDWE{expansion}K{kernel}`.
    ///
    /// The first unit of a sub-layer ends with `bottleneck` channels, the second one with the output
    /// channels of the block.
    case invertedResidual(expansion: Int, bottleneck: Int)
    /// One unit of two convolutions for each sub-layer, with `bottleneck` channels between them:
    /// `SuperResK{kernel}K{kernel}`.
    case basicResidual(bottleneck: Int)
    /// Two units for each sub-layer, each of a convolution between two of 1x1 that go to `bottleneck` channels and
    /// back: `SuperResK1K{kernel}K1`.
    case bottleneckResidual(bottleneck: Int)
  }

  /// What the block is made of.
  public let kind: Kind
  /// Rows and columns of the kernel, of the depthwise one in an inverted residual and of the one between in a
  /// bottleneck residual.
  public let kernel: Int
  /// Channels that the block reads.
  public let inChannels: Int
  /// Channels that the block writes.
  public let outChannels: Int
  /// The step of the first sub-layer; all others have 1.
  public let stride: Int
  /// The number of sub-layers.
  public let subLayers: Int

  /// The largest number of channels of an architecture, and the largest stride.
  ///
  /// With at most ``MobileNetV2Architecture/maximumLayers`` sub-layers no count overflows.
  public static let maximumSize = 8192
  /// The kernels of convolutions.
  public static let convolutionKernels = [1, 3, 5, 7]
  /// The kernels of residual blocks, the depthwise ones of inverted residuals.
  public static let residualKernels = [3, 5, 7]
  /// The expansion factors of inverted residuals.
  public static let expansions = [1, 2, 4, 6]

  /// Creates a block whose numbers were checked.
  package init(
    _ kind: Kind, kernel: Int, from inChannels: Int, to outChannels: Int, stride: Int,
    subLayers: Int
  ) {
    self.kind = kind
    self.kernel = kernel
    self.inChannels = inChannels
    self.outChannels = outChannels
    self.stride = stride
    self.subLayers = subLayers
  }

  /// The maps of a sub-layer at whose values proxies look.
  var mapsOfSubLayer: Int {
    switch kind {
    case .convolution, .basicResidual: 1
    case .invertedResidual, .bottleneckResidual: 2
    }
  }

  /// The block with other input channels.
  func reading(_ channels: Int) -> MobileNetV2Block {
    MobileNetV2Block(
      kind, kernel: kernel, from: channels, to: outChannels, stride: stride, subLayers: subLayers)
  }
}

extension MobileNetV2Block: CustomStringConvertible {
  /// The name of the class, such as `SuperResIDWE6K3`.
  public var className: String {
    switch kind {
    case .convolution: "SuperConvK\(kernel)BNRELU"
    case .invertedResidual(let expansion, _): "SuperResIDWE\(expansion)K\(kernel)"
    case .basicResidual: "SuperResK\(kernel)K\(kernel)"
    case .bottleneckResidual: "SuperResK1K\(kernel)K1"
    }
  }

  /// The word of the block, such as `SuperResIDWE6K3(8,32,2,8,1)`: input channels, output channels,
  /// stride, bottleneck channels of a residual, sub-layers.
  public var description: String {
    switch kind {
    case .convolution:
      "\(className)(\(inChannels),\(outChannels),\(stride),\(subLayers))"
    case .invertedResidual(_, let bottleneck), .basicResidual(let bottleneck),
      .bottleneckResidual(let bottleneck):
      "\(className)(\(inChannels),\(outChannels),\(stride),\(bottleneck),\(subLayers))"
    }
  }
}
