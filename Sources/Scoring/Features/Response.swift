package import Networks

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// An activation function of a network, with the weight that WRCor gives it.
package struct Response: Hashable, Sendable {
  /// The position of the function.
  package var node: Int
  /// What it reads.
  package var input: Int
  /// `2^l`, l the number of its block: 0 for the first behind the stem, one more than the last for the head.
  package var weight: Double
  /// The convolution that alone reads it, if one does.
  package var convolution: Int?
  /// Whether it stands behind all blocks.
  package var isLast: Bool

  /// All activation functions, in the order of execution.
  package static func all(of network: Network) -> [Response] {
    let kinds = network.featureKinds
    let consumers = network.consumers
    let ends = network.blockOutputs
    return network.features([.activation]).map { node in
      let block = ends.count { $0 < node } - 1
      let readers = consumers[node]
      let isAlone = readers.count == 1 && kinds[readers[0]] == .convolution
      return Response(
        node: node, input: network.nodes[node].inputs[0], weight: exp2(Double(block)),
        convolution: isAlone ? readers[0] : nil, isLast: node > (ends.last ?? network.output))
    }
  }
}
