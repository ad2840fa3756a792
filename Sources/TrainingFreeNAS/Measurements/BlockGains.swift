internal import Networks
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
    let linearization = try candidate.linearization(at: point)
    let ends = candidate.network.blockOutputs
    if let block = try Self.firstUndefined(ends, linearization) {
      return ends.dropFirst().map { _ in
        .undefined("the features of block \(block) are not finite")
      }
    }
    var gains: [Gain] = []
    for block in ends.indices.dropFirst() {
      gains.append(try gain(of: block, of: candidate, linearization))
    }
    return gains
  }

  /// The first block whose features are not finite.
  ///
  /// A gate takes what is no number for closed, so that a derivative can be finite where the features
  /// are not. They stay what they are from block to block, unless a block reads nothing.
  private static func firstUndefined(_ ends: [Int], _ linearization: Linearization)
    throws(BackendError) -> Int?
  {
    let network = linearization.network
    let isRegular = network.nodes.indices.allSatisfy { node in
      linearization.statistics(of: node)?.variance.allSatisfy(\.isFinite) ?? true
    }
    if isRegular { return nil }
    for (block, end) in ends.enumerated()
    where !linearization.rows(of: end).values.allSatisfy(\.isFinite) {
      return block
    }
    return nil
  }

  private func gain(
    of block: Int, of candidate: Candidate, _ linearization: Linearization
  ) throws(BackendError) -> Gain {
    let ends = candidate.network.blockOutputs
    let (source, target) = (ends[block], ends[block - 1])
    let (outer, inner) = (
      candidate.network.nodes[source].shape, candidate.network.nodes[target].shape
    )
    let ratio = inner.height / outer.height
    guard ratio > 0, inner.height == ratio * outer.height, inner.width == ratio * outer.width
    else {
      return .undefined("block \(block) changes the resolution from \(inner) to \(outer)")
    }
    let parts = (0..<linearization.chunks).map { _ in Part() }
    let signs = BlockSigns(block: block, imageCount: outer.imageCount, of: candidate)
    try linearization.pullback(
      from: source, to: target,
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
      return .undefined("the derivative of block \(block) is not finite")
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
