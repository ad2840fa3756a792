/// One inverted-residual unit: 1x1 convolution to `hidden` channels, depthwise convolution, 1x1
/// convolution to `outChannels`, and a shortcut that is added.
///
/// Unlike MobileNetV2's own, the width inside follows from the output of the unit, and the sum is
/// rectified. M. Sandler et al.: MobileNetV2: Inverted Residuals and Linear Bottlenecks. CVPR 2018.
struct MobileNetV2Unit: Hashable {
  /// Channels that the unit reads.
  var inChannels: Int
  /// Channels of the depthwise convolution.
  var hidden: Int
  /// Channels that the unit writes.
  var outChannels: Int
  /// Rows and columns of the depthwise kernel.
  var kernel: Int
  /// The step of the depthwise convolution and of the shortcut.
  var stride: Int
  /// Whether the shortcut is a 1x1 convolution with bias and a batch norm, or else the identity.
  var isProjected: Bool
}

extension MobileNetV2Block {
  /// The units of an inverted residual, two for each sub-layer; none for a convolution.
  ///
  /// The shortcut of the first unit is projected always, even where the widths agree.
  var units: [MobileNetV2Unit] {
    guard case .invertedResidual(let expansion, let bottleneck) = kind else { return [] }
    func unit(from: Int, to: Int, stride: Int, isFirst: Bool) -> MobileNetV2Unit {
      MobileNetV2Unit(
        inChannels: from, hidden: MobileNetV2Block.roundedToEight(Double(to * expansion)),
        outChannels: to, kernel: kernel, stride: stride, isProjected: isFirst || from != to)
    }
    return (0..<subLayers).flatMap { number in
      [
        unit(
          from: number == 0 ? inChannels : outChannels, to: bottleneck,
          stride: number == 0 ? stride : 1, isFirst: number == 0),
        unit(from: bottleneck, to: outChannels, stride: 1, isFirst: false),
      ]
    }
  }

  /// The width that stands for a number of channels: the nearest multiple of eight, halves to the even
  /// multiple, and at least eight.
  public static func roundedToEight(_ channels: Double) -> Int {
    max(8, 8 * Int((channels / 8).rounded(.toNearestOrEven)))
  }

  /// The hidden width of squeeze-and-excitation on some channels: a quarter, halves to even.
  static func squeezed(_ channels: Int) -> Int {
    max(1, Int((Double(channels) / 4).rounded(.toNearestOrEven)))
  }
}
