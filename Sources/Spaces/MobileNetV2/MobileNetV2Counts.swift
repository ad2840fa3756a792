/// What a network of the MobileNetV2 space costs, counted from its architecture alone.
///
/// All operations are those of one image. Two of the numbers are what the released search compares
/// with its limits and are neither operations nor parameters: see ``constraintFLOPs`` and
/// ``constraintSize``.
public struct MobileNetV2Counts: Hashable, Sendable {
  /// The number that the search limits as FLOPs, and ranks as complexity.
  ///
  /// Multiply-accumulates of convolutions and of the classifier, one operation for every element that
  /// is normalised, and squeeze-and-excitation, with two peculiarities: sizes of feature maps
  /// are halved with the remainder dropped, and the cost of a projected shortcut with stride s is
  /// divided by s^2 once too often.
  public var constraintFLOPs = 0
  /// The number that the search can limit as size: one number for every normalised channel rather than
  /// two, and one bias for the whole classifier.
  public var constraintSize = 0
  /// Multiply-accumulates of convolutions and of the classifier, without biases.
  public var multiplyAdds = 0
  /// The count of the profiler `ptflops`, which publications quote: multiply-accumulates, biases, two
  /// operations for every normalised element, and the means and rectifiers of squeeze-and-excitation.
  public var profilerFLOPs = 0
  /// Numbers that are trained.
  public var parameters = 0
  /// Tensors of parameters, those of batch norm and biases included.
  public var parameterTensors = 0
  /// Convolutions, those of shortcuts and of squeeze-and-excitation included.
  public var convolutions = 0
  /// Batch norms.
  public var normalizations = 0
  /// Linear layers: the classifier.
  public var linearLayers = 0
  /// Additions of the biases of convolutions.
  public var biasAdds = 0
}

extension MobileNetV2Counts {
  /// Counts a network.
  ///
  /// - Parameters:
  ///   - architecture: its blocks.
  ///   - resolution: rows and columns of an image, 1 to 1,024.
  ///   - classes: outputs of the classifier, 1 to 1,000,000.
  ///   - squeezeExcitation: whether every residual unit reweighs its channels before the last
  ///     convolution, as the networks that are trained do.
  init(
    _ architecture: MobileNetV2Architecture, resolution: Int, classes: Int,
    squeezeExcitation: Bool
  ) {
    // With these bounds and those of the architecture no sum reaches 2^63.
    precondition((1...1024).contains(resolution), "an image of \(resolution) rows")
    precondition((1...1_000_000).contains(classes), "\(classes) classes")
    var sizes = Sizes(resolution)
    for block in architecture.blocks {
      if block.kind == .convolution {
        for number in 0..<block.subLayers {
          addConvolution(
            from: number == 0 ? block.inChannels : block.outChannels, to: block.outChannels,
            kernel: block.kernel, stride: number == 0 ? block.stride : 1, sizes: &sizes)
        }
      } else {
        for unit in block.units {
          add(unit, squeezeExcitation: squeezeExcitation, sizes: &sizes)
        }
      }
    }
    let products = architecture.features * classes
    constraintFLOPs += products
    constraintSize += products + 1
    multiplyAdds += products
    profilerFLOPs += products + classes
    parameters += products + classes
    parameterTensors += 2
    linearLayers = 1
  }

  /// Rows of a feature map, as they are and as the constraint has them.
  private struct Sizes {
    var real: Int
    var constraint: Int

    init(_ resolution: Int) {
      real = resolution
      constraint = resolution
    }

    var area: Int { real * real }
    var constraintArea: Int { constraint * constraint }

    /// After a convolution whose padding is half its kernel.
    mutating func step(by stride: Int) {
      real = (real - 1) / stride + 1
      constraint /= stride
    }
  }

  /// Convolution and batch norm; a depthwise convolution where `isDepthwise`.
  private mutating func addConvolution(
    from inChannels: Int, to outChannels: Int, kernel: Int, stride: Int = 1,
    isDepthwise: Bool = false, sizes: inout Sizes
  ) {
    let weights = outChannels * (isDepthwise ? 1 : inChannels) * kernel * kernel
    constraintFLOPs += weights * sizes.constraintArea / (stride * stride)
    sizes.step(by: stride)
    addWeights(weights, area: sizes.area)
    addNormalization(outChannels, area: sizes.area, constraintArea: sizes.constraintArea)
  }

  private mutating func add(
    _ unit: MobileNetV2Unit, squeezeExcitation: Bool, sizes: inout Sizes
  ) {
    for (place, (reads, part)) in unit.convolutions.enumerated() {
      if squeezeExcitation, place == unit.parts.count - 1 {
        addSqueezeExcitation(reads, sizes: sizes)
      }
      addConvolution(
        from: reads, to: part.channels, kernel: part.kernel, stride: part.stride,
        isDepthwise: part.isDepthwise, sizes: &sizes)
    }
    guard unit.isProjected else { return }
    let weights = unit.inChannels * unit.outChannels
    // The size is that of the output already, and is divided by the stride once more.
    constraintFLOPs +=
      (weights + unit.outChannels) * sizes.constraintArea / (unit.stride * unit.stride)
    addWeights(weights, area: sizes.area)
    let biases = unit.outChannels * sizes.area
    biasAdds += biases
    profilerFLOPs += biases
    parameters += unit.outChannels
    parameterTensors += 1
    addNormalization(unit.outChannels, area: sizes.area, constraintArea: 0)
  }

  private mutating func addSqueezeExcitation(_ channels: Int, sizes: Sizes) {
    let squeezed = MobileNetV2Block.squeezed(channels)
    let weights = channels * squeezed
    for width in [squeezed, channels] {
      addWeights(weights, area: 1)
      addNormalization(width, area: 1, constraintArea: 0)
    }
    // In the size both numbers of these normalisations count.
    constraintSize += squeezed + channels
    constraintFLOPs += 2 * weights + channels + channels * sizes.constraintArea
    profilerFLOPs += channels * sizes.area + squeezed
  }

  private mutating func addWeights(_ weights: Int, area: Int) {
    constraintSize += weights
    multiplyAdds += weights * area
    profilerFLOPs += weights * area
    parameters += weights
    parameterTensors += 1
    convolutions += 1
  }

  private mutating func addNormalization(_ channels: Int, area: Int, constraintArea: Int) {
    constraintFLOPs += channels * constraintArea
    constraintSize += channels
    profilerFLOPs += 2 * channels * area
    parameters += 2 * channels
    parameterTensors += 2
    normalizations += 1
  }
}
