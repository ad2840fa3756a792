/// The blocks that may take the place of a block, as a list from which one is drawn.
///
/// The list is that of the reference: sorted by the text of the blocks, and a block stands in it as
/// often as its type weighs. It is not written out: the text of a block is its type, then numbers
/// that are compared as texts, so the place of every block follows from the places of its parts.
public struct MobileNetV2Candidates: RandomAccessCollection, Sendable {
  /// A type of residuals.
  struct BlockType: Sendable {
    var name: String
    var kernel: Int
    /// How often each block of the type stands in the list.
    var weight = 1
    /// The kind with some bottleneck channels.
    var kind: @Sendable (_ bottleneck: Int) -> MobileNetV2Block.Kind
  }

  private let original: MobileNetV2Block
  /// Sorted by their names; empty where the block is no residual.
  private let types: [BlockType]
  private let outChannels: [Int]
  private let bottlenecks: [Int]
  private let subLayers: [Int]

  /// The list of a block.
  ///
  /// - Parameters:
  ///   - block: the block that is replaced.
  ///   - isFixed: whether it must stay as it is: a convolution that ends the chain.
  ///   - weights: how often each type stands in the list.
  ///   - room: how many sub-layers may be added.
  init(
    replacing block: MobileNetV2Block, isFixed: Bool, weights: MobileNetV2Mutation.TypeWeights,
    room: Int
  ) {
    func widths(_ channels: Int) -> [Int] {
      MobileNetV2Mutation.channelChoices(channels)
        .filter { $0 <= MobileNetV2Block.maximumSize }.sorted(byText: \.self)
    }
    original = block
    let residual: (types: [BlockType], bottleneck: Int)?
    switch block.kind {
    case .convolution: residual = nil
    case .invertedResidual(_, let bottleneck): residual = (weights.types, bottleneck)
    case .basicResidual(let bottleneck):
      residual = (
        MobileNetV2Block.residualKernels.map { kernel in
          BlockType(name: "SuperResK\(kernel)K\(kernel)", kernel: kernel) {
            .basicResidual(bottleneck: $0)
          }
        }, bottleneck
      )
    case .bottleneckResidual(let bottleneck):
      residual = (
        MobileNetV2Block.residualKernels.map { kernel in
          BlockType(name: "SuperResK1K\(kernel)K1", kernel: kernel) {
            .bottleneckResidual(bottleneck: $0)
          }
        }, bottleneck
      )
    }
    types = residual?.types ?? []
    outChannels = isFixed ? [block.outChannels] : widths(block.outChannels)
    bottlenecks = residual.map { widths($0.bottleneck) } ?? [0]
    subLayers =
      residual == nil
      ? [block.subLayers]
      : MobileNetV2Mutation.subLayerChoices(block.subLayers)
        .filter { $0 - block.subLayers <= room }.sorted(byText: \.self)
  }

  /// Blocks that differ.
  public var distinctCount: Int {
    Swift.max(types.count, 1) * numbersCount
  }

  /// Combinations of numbers for one type.
  private var numbersCount: Int { outChannels.count * bottlenecks.count * subLayers.count }

  /// 0.
  public var startIndex: Int { 0 }
  /// The length of the list, repetitions counted.
  public var endIndex: Int {
    types.isEmpty ? numbersCount : types.reduce(0) { $0 + $1.weight } * numbersCount
  }

  /// The block at a place of the list.
  public subscript(place: Int) -> MobileNetV2Block {
    precondition(indices.contains(place), "place \(place) of \(count) candidates")
    guard !types.isEmpty else { return block(numbers: place) { _ in original.kind } }
    var rest = place
    for type in types {
      let length = type.weight * numbersCount
      if rest < length {
        return block(numbers: rest / type.weight, kernel: type.kernel, kind: type.kind)
      }
      rest -= length
    }
    return original
  }

  /// The block with a combination of numbers: the sub-layers change fastest, as the last number of the
  /// text.
  private func block(
    numbers: Int, kernel: Int? = nil, kind: (_ bottleneck: Int) -> MobileNetV2Block.Kind
  ) -> MobileNetV2Block {
    let (rest, layer) = numbers.quotientAndRemainder(dividingBy: subLayers.count)
    let (width, bottleneck) = rest.quotientAndRemainder(dividingBy: bottlenecks.count)
    return MobileNetV2Block(
      kind(bottlenecks[bottleneck]), kernel: kernel ?? original.kernel,
      from: original.inChannels, to: outChannels[width], stride: original.stride,
      subLayers: subLayers[layer])
  }
}

extension Array {
  /// The elements in the order of the decimal texts of their numbers: 128, 16, 8.
  ///
  /// A comma or bracket follows a number in the text of a block, and both come before all digits, so
  /// a number comes before those that it begins.
  fileprivate func sorted(byText number: (Element) -> Int) -> [Element] {
    map { (Array<UInt8>(String(number($0)).utf8), $0) }
      .sorted { $0.0.lexicographicallyPrecedes($1.0) }.map(\.1)
  }
}
