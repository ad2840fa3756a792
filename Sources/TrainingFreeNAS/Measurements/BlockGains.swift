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
    var gains: [Gain] = []
    for block in ends.indices.dropFirst() {
      gains.append(try gain(of: block, of: candidate, linearization))
    }
    return gains
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
    // A rectifier turns NaN into 0, so that a derivative can be finite where the features are not.
    guard linearization.rows(of: source).values.allSatisfy(\.isFinite) else {
      return .undefined("the features of block \(block) are not finite")
    }
    let signs = Matrix(
      rows: linearization.batch, columns: outer.imageCount,
      values: Self.signs(
        ofBlock: block, count: linearization.batch * outer.imageCount, for: candidate))
    let pulled = try linearization.pullback(signs, from: source, to: [target], parameters: false)
      .nodes[0]
    if inner == outer, pulled.values == signs.values { return .identity }
    guard pulled.values.allSatisfy(\.isFinite) else {
      return .undefined("the derivative of block \(block) is not finite")
    }
    let outputs = ChannelRows(signs, shape: outer)
    let inputs = ChannelRows(pulled, shape: inner, ratio: ratio)
    let correlation = inputs.matrix.times(outputs.matrix, transposingOther: true)
    let largest = try correlation.singularValues().first ?? 0
    return .singularValue(largest / Double(outputs.places))
  }

  /// Signs that all networks of a run share, as they share the images.
  private static func signs(
    ofBlock block: Int, count: Int, for candidate: Candidate
  ) -> [Double] {
    if let given = candidate.given.probes { return given[block - 1].map(Double.init) }
    let stream = RandomStream(
      seed: candidate.seed, text: "", purpose: "probes \(candidate.initialization)", index: block)
    return (0..<count).map { Double(stream.sign(at: $0)) }
  }
}
