/// One residual unit: convolutions with batch norms, rectified but for the last one, and a shortcut that is added; the
/// sum is rectified.
///
/// In an inverted residual these are a 1x1 convolution, a depthwise one and another 1x1. Unlike in MobileNetV2
/// itself the width inside follows from the output of the unit. M. Sandler et al.: MobileNetV2: Inverted Residuals
/// and Linear Bottlenecks. CVPR 2018.
struct MobileNetV2Unit: Hashable {
  /// A convolution of the body.
  struct Part: Hashable {
    /// The end of the name of its layer.
    var name: String
    /// Channels that it writes.
    var channels: Int
    /// Rows and columns of the kernel.
    var kernel: Int
    /// The step.
    var stride = 1
    /// Whether each channel is convolved for itself.
    var isDepthwise = false
  }

  /// Channels that the unit reads.
  var inChannels: Int
  /// The convolutions of the body; squeeze-and-excitation stands before the last one.
  var parts: [Part]
  /// Whether the shortcut is a 1x1 convolution with bias and a batch norm, or else the identity.
  var isProjected: Bool

  /// Channels that the unit writes.
  var outChannels: Int { parts[parts.count - 1].channels }

  /// The step of the unit, and of its shortcut.
  var stride: Int { parts.reduce(1) { $0 * $1.stride } }

  /// The convolutions with the channels that each reads.
  var convolutions: [(reads: Int, part: Part)] {
    parts.indices.map { ($0 == 0 ? inChannels : parts[$0 - 1].channels, parts[$0]) }
  }
}

extension MobileNetV2Block {
  /// The units of a block: two for each sub-layer of inverted and of bottleneck residuals, one of basic ones, and none
  /// of a convolution.
  ///
  /// The shortcut of the first unit is projected always, even where the widths agree.
  var units: [MobileNetV2Unit] {
    (0..<subLayers).flatMap { number -> [MobileNetV2Unit] in
      let reads = number == 0 ? inChannels : outChannels
      let step = number == 0 ? stride : 1
      func unit(
        from: Int, isFirst: Bool, _ parts: [MobileNetV2Unit.Part]
      ) -> MobileNetV2Unit {
        MobileNetV2Unit(
          inChannels: from, parts: parts,
          isProjected: isFirst && number == 0 || from != parts[parts.count - 1].channels)
      }
      switch kind {
      case .convolution: return []
      case .invertedResidual(let expansion, let bottleneck):
        func parts(to channels: Int, stride: Int) -> [MobileNetV2Unit.Part] {
          let hidden = Self.roundedToEight(Double(channels * expansion))
          return [
            .init(name: "expand", channels: hidden, kernel: 1),
            .init(
              name: "depthwise", channels: hidden, kernel: kernel, stride: stride,
              isDepthwise: true),
            .init(name: "project", channels: channels, kernel: 1),
          ]
        }
        return [
          unit(from: reads, isFirst: true, parts(to: bottleneck, stride: step)),
          unit(from: bottleneck, isFirst: false, parts(to: outChannels, stride: 1)),
        ]
      case .basicResidual(let bottleneck):
        return [
          unit(
            from: reads, isFirst: true,
            [
              .init(name: "first", channels: bottleneck, kernel: kernel, stride: step),
              .init(name: "second", channels: outChannels, kernel: kernel),
            ])
        ]
      case .bottleneckResidual(let bottleneck):
        func parts(stride: Int) -> [MobileNetV2Unit.Part] {
          [
            .init(name: "reduce", channels: bottleneck, kernel: 1),
            .init(name: "spatial", channels: bottleneck, kernel: kernel, stride: stride),
            .init(name: "expand", channels: outChannels, kernel: 1),
          ]
        }
        return [
          unit(from: reads, isFirst: true, parts(stride: step)),
          unit(from: outChannels, isFirst: false, parts(stride: 1)),
        ]
      }
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
