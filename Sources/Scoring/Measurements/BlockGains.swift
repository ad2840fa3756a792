internal import Derivatives
internal import Networks
internal import Ranking
package import Tensors

/// What each block does to a random sign pattern that is pulled back through it.
package struct BlockGains: Measurement {
  /// Where it is taken.
  package let point: CandidatePoint

  /// The gains at a point of a candidate.
  package init(of candidate: Candidate, at point: CandidatePoint) {
    self.point = candidate.resolved(point)
  }

  /// What one block does.
  package enum Gain: Hashable, Sendable {
    /// The largest singular value of the correlation of signs and their image.
    case singularValue(Double)
    /// The image of the signs is the signs.
    case identity
    /// No number exists; the text says why.
    case undefined(String)
  }

  /// The gain of each block after the first, each walked on its own.
  package func measure(_ candidate: Candidate) throws(BackendError) -> [Gain] {
    let blocks = try candidate.blocks(at: point)
    var gains: [Gain] = []
    var isRegular = true
    try blocks.forEach { block throws(BackendError) in
      isRegular = isRegular && Self.hasFiniteStatistics(block)
      if block.number > 0 { gains.append(try gain(of: block, of: candidate)) }
    }
    if !isRegular, let block = try Self.firstUndefined(blocks) {
      return gains.map { _ in .undefined("the features of block \(block) are not finite") }
    }
    return gains
  }

  private static func hasFiniteStatistics(_ block: LinearizedBlock) -> Bool {
    (block.input + 1...block.output).allSatisfy { node in
      block.linearization.statistics(of: node)?.variance.allSatisfy(\.isFinite) ?? true
    }
  }

  /// The first block whose features are not finite.
  ///
  /// A gate takes what is no number for closed, so that a derivative can be finite where the features
  /// are not. They stay what they are from block to block, unless a block reads nothing.
  private static func firstUndefined(_ blocks: NetworkBlocks) throws(BackendError) -> Int? {
    let parts = (0..<blocks.chunks).map { _ in FirstUndefined() }
    try blocks.read(Array(blocks.network.blockOutputs.indices)) { chunk, values in
      parts[chunk].block = values.firstIndex { !$0.largestMagnitude.isFinite }
    }
    return parts.compactMap(\.block).min()
  }

  private final class FirstUndefined {
    var block: Int?
  }

  private func gain(
    of block: LinearizedBlock, of candidate: Candidate
  ) throws(BackendError) -> Gain {
    let (linearization, number) = (block.linearization, block.number)
    let (outer, inner) = (
      linearization.network.nodes[block.output].shape,
      linearization.network.nodes[block.input].shape
    )
    let ratio = inner.height / outer.height
    guard ratio > 0, inner.height == ratio * outer.height, inner.width == ratio * outer.width
    else {
      return .undefined("block \(number) changes the resolution from \(inner) to \(outer)")
    }
    let parts = (0..<linearization.chunks).map { _ in Part() }
    let signs = BlockSigns(block: number, imageCount: outer.count, of: candidate)
    try linearization.pullback(
      from: block.output, to: block.input,
      seed: { images, cotangent in signs.fill(cotangent, images: images) },
      read: { chunk, pulled, signs in
        let part = parts[chunk]
        part.isIdentity = inner == outer && pulled.absoluteDifference(to: signs) == 0
        part.isFinite = pulled.largestMagnitude.isFinite
        part.products = (0..<ratio * ratio).map { place in
          var products = [Double](repeating: 0, count: inner.channels * outer.channels)
          pulled.addChannelProducts(with: signs, ratio: ratio, place: place, to: &products)
          return products
        }
      })
    if parts.allSatisfy(\.isIdentity) { return .identity }
    guard parts.allSatisfy(\.isFinite) else {
      return .undefined("the derivative of block \(number) is not finite")
    }
    // Places of a square are channels of their own; their order does not matter.
    var correlation: [Double] = []
    for place in 0..<ratio * ratio {
      var sums = [Double](repeating: 0, count: inner.channels * outer.channels)
      // Chunks that nothing reaches have no products.
      for part in parts where !part.products.isEmpty {
        for p in sums.indices { sums[p] += part.products[place][p] }
      }
      correlation += sums
    }
    let matrix = Matrix(
      rows: ratio * ratio * inner.channels, columns: outer.channels, values: correlation)
    let largest = try matrix.largestSingularValue()
    return .singularValue(largest / Double(linearization.batch * outer.area))
  }

  /// What one chunk adds.
  private final class Part {
    var isFinite = true
    var isIdentity = false
    var products: [[Double]] = []
  }
}

/// Signs that all networks of a run share, as they share the images.
private struct BlockSigns {
  private let stream: RandomStream
  private let given: [Float]?
  private let imageCount: Int

  init(block: Int, imageCount: Int, of candidate: Candidate) {
    self.imageCount = imageCount
    given = candidate.given.probes?[block - 1]
    stream = RandomStream(
      seed: candidate.seed, text: "", purpose: "probes \(candidate.initialization)", index: block)
  }

  /// Writes the signs of some images of the minibatch.
  func fill(_ cotangent: Tensor, images: Range<Int>) {
    let range = images.lowerBound * imageCount..<images.upperBound * imageCount
    if let given { return cotangent.write(Array(given[range])) }
    // Each word of the stream has 64 of them.
    let first = range.lowerBound >> 6
    let words = (first..<(range.upperBound + 63) >> 6).map { stream.word(at: $0) }
    cotangent.writeSigns(words, from: range.lowerBound - first << 6)
  }
}
