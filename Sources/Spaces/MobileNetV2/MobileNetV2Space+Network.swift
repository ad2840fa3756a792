public import Networks
internal import Operators
internal import Tensors

extension MobileNetV2Space {
  /// The epsilon of every batch norm of the space.
  static let epsilon = 1e-3

  /// The network of an architecture.
  ///
  /// The blocks of the network, at whose ends proxies look, are the convolutions and the
  /// residual units. Parameters come in the order of the reference: in a unit those of the
  /// convolutions, with those of squeeze-and-excitation before the last one, then those of the
  /// shortcut. Factors of squeeze-and-excitation are the sigmoid of a normalised 1x1 convolution, to
  /// all channels, of the rectified and normalised 1x1 convolution of their means to a quarter.
  ///
  /// - Throws: `NetworkError` when the images have no rows.
  public func network(for architecture: MobileNetV2Architecture) throws(NetworkError) -> Network {
    try checkSizes()
    var chain = Chain(
      builder: NetworkBuilder(
        input: Shape(
          channels: MobileNetV2Architecture.imageChannels, height: resolution, width: resolution)))
    for (number, block) in architecture.blocks.enumerated() {
      if block.kind == .convolution {
        for layer in 0..<block.subLayers {
          try chain.addConvolution(
            from: layer == 0 ? block.inChannels : block.outChannels, to: block.outChannels,
            kernel: block.kernel, stride: layer == 0 ? block.stride : 1,
            name: "blocks.\(number).layers.\(layer)")
          chain.builder.endBlock()
        }
      } else {
        for (place, unit) in block.units.enumerated() {
          try chain.add(
            unit, squeezeExcitation: squeezeExcitation, name: "blocks.\(number).units.\(place)")
          chain.builder.endBlock()
        }
      }
    }
    let pooled = try chain.builder.add(GlobalAveragePool(), chain.end, name: "pool")
    _ = try chain.builder.add(
      Linear(inFeatures: architecture.features, outFeatures: classes), pooled, name: "classifier")
    return chain.builder.build()
  }

  /// A network that grows at its end.
  private struct Chain {
    var builder: NetworkBuilder
    /// The newest node.
    var end = 0

    /// Convolution and batch norm.
    mutating func addNormalized(
      _ convolution: Convolution, _ name: String
    ) throws(NetworkError) {
      end = try builder.add(convolution, end, name: name)
      try addNormalization(convolution.outChannels, name)
    }

    private mutating func addNormalization(_ channels: Int, _ name: String) throws(NetworkError) {
      end = try builder.add(
        BatchNormalization(channels: channels, epsilon: epsilon), end, name: "\(name)_norm")
    }

    private mutating func addRectifier(_ name: String) throws(NetworkError) {
      end = try builder.add(ReLU(), end, name: "\(name)_relu")
    }

    /// Convolution, batch norm, ReLU.
    mutating func addConvolution(
      from inChannels: Int, to outChannels: Int, kernel: Int, stride: Int, name: String
    ) throws(NetworkError) {
      try addNormalized(
        Convolution(
          inChannels: inChannels, outChannels: outChannels, kernel: kernel, stride: stride), name)
      try addRectifier(name)
    }

    /// Squeeze-and-excitation: what the means of all channels say of each is a factor of it.
    mutating func addSqueezeExcitation(_ channels: Int, name: String) throws(NetworkError) {
      let maps = end
      let squeezed = MobileNetV2Block.squeezed(channels)
      end = try builder.add(
        GlobalAveragePool(keepsPlaces: true), maps, name: "\(name).means")
      try addConvolution(
        from: channels, to: squeezed, kernel: 1, stride: 1, name: "\(name).squeeze")
      try addNormalized(
        Convolution(inChannels: squeezed, outChannels: channels, kernel: 1), "\(name).excite")
      let factors = try builder.add(Sigmoid(), end, name: "\(name).factors")
      end = try builder.add(Multiply(), maps, factors, name: "\(name).excited")
    }

    mutating func add(_ unit: MobileNetV2Unit, squeezeExcitation: Bool, name: String)
      throws(NetworkError)
    {
      let input = end
      for (place, (reads, part)) in unit.convolutions.enumerated() {
        let isLast = place == unit.parts.count - 1
        if squeezeExcitation, isLast { try addSqueezeExcitation(reads, name: name) }
        let layer = "\(name).\(part.name)"
        try addNormalized(
          Convolution(
            inChannels: reads, outChannels: part.channels, kernel: part.kernel,
            stride: part.stride, groups: part.isDepthwise ? reads : 1), layer)
        if !isLast { try addRectifier(layer) }
      }
      let body = end
      end = input
      if unit.isProjected {
        let shortcut = "\(name).shortcut"
        end = try builder.add(
          Convolution(
            inChannels: unit.inChannels, outChannels: unit.outChannels, kernel: 1,
            stride: unit.stride), input, name: shortcut)
        end = try builder.add(
          ConvolutionBias(channels: unit.outChannels, fanIn: unit.inChannels), end,
          name: shortcut)
        try addNormalization(unit.outChannels, shortcut)
      }
      end = try builder.add(Sum(), body, end, name: "\(name).sum")
      try addRectifier("\(name).sum")
    }
  }
}
