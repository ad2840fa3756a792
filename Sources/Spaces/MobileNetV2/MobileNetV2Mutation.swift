public import Scoring
public import Tensors

/// The step of the evolutionary search: some blocks of an architecture are replaced by neighbours.
///
/// The operator is that of AZ-NAS and VKDNW, including what their papers do not say: a block is drawn
/// anew in all its numbers at once, and types of blocks are not equally likely.
public struct MobileNetV2Mutation: Hashable, Sendable {
  /// How likely the types of inverted residuals are.
  public enum TypeWeights: String, CaseIterable, Sendable {
    /// As the released code weighs them, which accumulates lists: 12, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2
    /// for expansions 1, 2, 4, 6 with kernel 3, then 5, then 7.
    case released
    /// All alike.
    case uniform

    /// The types of inverted residuals, sorted by their names.
    var types: [MobileNetV2Candidates.BlockType] {
      MobileNetV2Block.expansions.flatMap { expansion in
        MobileNetV2Block.residualKernels.map { kernel in
          MobileNetV2Candidates.BlockType(
            name: "SuperResIDWE\(expansion)K\(kernel)", kernel: kernel,
            weight: weight(expansion, kernel)
          ) { .invertedResidual(expansion: expansion, bottleneck: $0) }
        }
      }
    }

    private func weight(_ expansion: Int, _ kernel: Int) -> Int {
      guard self == .released else { return 1 }
      let weights = [
        3: [1: 12, 2: 12, 4: 11, 6: 10], 5: [1: 9, 2: 8, 4: 7, 6: 6], 7: [1: 5, 2: 4, 4: 3, 6: 2],
      ]
      return weights[kernel]?[expansion] ?? 0
    }

    /// How often a block stands in the list of candidates, by the name of its type.
    public var byName: [String: Int] {
      Dictionary(
        uniqueKeysWithValues: types.map { ($0.name, $0.weight) })
    }
  }

  /// How likely the types of inverted residuals are.
  public var typeWeights: TypeWeights

  /// Creates a mutation.
  public init(typeWeights: TypeWeights = .released) { self.typeWeights = typeWeights }

  /// The widths that may take the place of a width, in ascending order.
  ///
  /// A multiple or a fraction by 2.5, 2, 1.5, 1.25 or 1, rounded to a multiple of eight.
  public static func channelChoices(_ channels: Int) -> [Int] {
    let c = Double(channels)
    let scaled = [2.5 * c, 2 * c, 1.5 * c, 1.25 * c, c, c / 1.25, c / 1.5, c / 2, c / 2.5]
    return Set(scaled.map(MobileNetV2Block.roundedToEight)).sorted()
  }

  /// The numbers of sub-layers that may take the place of a number: up to two more or fewer, at least
  /// one.
  public static func subLayerChoices(_ subLayers: Int) -> [Int] {
    (-2...2).map { subLayers + $0 }.filter { $0 > 0 }
  }

  /// The blocks that may take the place of a block of an architecture.
  ///
  /// An inverted residual changes in type, widths and sub-layers, another residual in kernel, widths and sub-layers, a
  /// convolution in its width, and a convolution at the end of the chain not at all. Input channels and stride stay.
  ///
  /// - Parameters:
  ///   - index: the place of the block, from 0.
  ///   - architecture: the architecture.
  /// - Returns: the list from which one is drawn.
  public func candidates(
    replacing index: Int, of architecture: MobileNetV2Architecture
  ) -> MobileNetV2Candidates {
    candidates(replacing: index, of: architecture.blocks)
  }

  private func candidates(
    replacing index: Int, of blocks: [MobileNetV2Block]
  ) -> MobileNetV2Candidates {
    MobileNetV2Candidates(
      replacing: blocks[index],
      isFixed: index == blocks.count - 1 && blocks[index].kind == .convolution,
      weights: typeWeights,
      room: MobileNetV2Architecture.maximumLayers - blocks.reduce(0) { $0 + $1.subLayers })
  }

  /// A neighbour of an architecture.
  ///
  /// `draws` times a block is drawn and replaced by one of its candidates; a block that is drawn again
  /// is left as it is. Then every block reads what the block before it writes, and
  /// residuals of six sub-layers or more are split. The child may be its parent.
  ///
  /// - Parameters:
  ///   - parent: the architecture.
  ///   - draws: how many blocks are drawn.
  ///   - generator: where indices come from: one for a block, and one for its candidate.
  /// - Returns: the child.
  public func child(
    of parent: MobileNetV2Architecture, draws: Int, using generator: inout some IndexGenerator
  ) -> MobileNetV2Architecture {
    var blocks = parent.blocks
    var drawn: Set<Int> = []
    for _ in 0..<draws {
      let index = generator.index(below: blocks.count)
      guard drawn.insert(index).inserted else { continue }
      let candidates = candidates(replacing: index, of: blocks)
      blocks[index] = candidates[generator.index(below: candidates.count)]
    }
    var channels = MobileNetV2Architecture.imageChannels
    for index in blocks.indices {
      blocks[index] = blocks[index].reading(channels)
      channels = blocks[index].outChannels
    }
    // Twice, as in the reference; what a mutation adds is done after the first time.
    for _ in 0..<2 { blocks = blocks.flatMap(\.split) }
    return MobileNetV2Architecture(connected: blocks)
  }

  /// A neighbour of an architecture as a pure function of a stream.
  public func child(
    of parent: MobileNetV2Architecture, draws: Int, stream: RandomStream
  ) -> MobileNetV2Architecture {
    var indices = StreamIndices(stream)
    return child(of: parent, draws: draws, using: &indices)
  }
}

extension MobileNetV2Block {
  /// Two blocks in the place of a residual of six sub-layers or more, the first one of three.
  var split: [MobileNetV2Block] {
    guard kind != .convolution, subLayers >= 6 else { return [self] }
    return [
      MobileNetV2Block(
        kind, kernel: kernel, from: inChannels, to: outChannels, stride: stride, subLayers: 3),
      MobileNetV2Block(
        kind, kernel: kernel, from: outChannels, to: outChannels, stride: 1,
        subLayers: subLayers - 3),
    ]
  }
}
