internal import Derivatives
internal import Networks
package import Tensors

/// Which rectified units are active for which images.
package struct ActivationPatterns: Measurement {
  /// Where it is taken.
  package let point: CandidatePoint
  /// The last node that counts, `nil` for the output.
  package let last: Int?

  /// The patterns at a point of a candidate, up to a node.
  package init(of candidate: Candidate, at point: CandidatePoint, upTo last: Int? = nil) {
    self.point = candidate.resolved(point)
    self.last = last
  }

  /// The codes of all rectifiers, those of dead edges included: each one that is executed counts.
  ///
  /// A unit is active where what it rectifies is positive, so several rectifiers of one node have one
  /// code.
  package func measure(_ candidate: Candidate) throws(BackendError) -> ActivationCodes {
    let linearization = try candidate.linearization(at: point)
    var times: [Int: Int] = [:]
    for node in candidate.network.nodes.prefix((last ?? candidate.network.output) + 1)
    where node.op?.kind == .activation {
      times[node.inputs[0], default: 0] += 1
    }
    let nodes = times.keys.sorted()
    let parts = (0..<linearization.chunks).map { _ in Part() }
    try linearization.read(nodes) { chunk, values in
      parts[chunk].bits = values.map { $0.signBits() }
    }
    var codes = ActivationCodes(images: linearization.batch)
    for (number, node) in nodes.enumerated() {
      let bits = parts.compactMap { $0.bits[number] }
      if bits.count == parts.count {
        codes.append(
          words: bits.flatMap(\.words), units: candidate.network.nodes[node].shape.count,
          times: times[node] ?? 1, isFinite: bits.allSatisfy(\.isFinite))
      } else {
        codes.append(linearization.rows(of: node), times: times[node] ?? 1)
      }
    }
    return codes
  }

  /// The bits of one chunk, by node.
  private final class Part {
    var bits: [(words: [[UInt64]], isFinite: Bool)?] = []
  }
}
