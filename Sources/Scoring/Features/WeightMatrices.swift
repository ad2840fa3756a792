package import Networks
internal import Tensors

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// The weights of a layer as matrices: one for each group of a convolution, one for a linear layer.
package struct WeightMatrices: Hashable, Sendable {
  /// Outputs of one matrix.
  package var rows: Int
  /// Inputs of one matrix: channels of a group times the places of the kernel, or features.
  package var columns: Int
  /// How many such matrices there are.
  package var count: Int
  /// The node that they belong to.
  package var node: Int
}

extension Network {
  /// The matrices of all convolutions and linear layers, in the order of execution.
  package var weightMatrices: [WeightMatrices] {
    nodes.indices.flatMap { position in
      nodes[position].parameters.compactMap { parameter -> WeightMatrices? in
        let spec = parameters[parameter]
        guard spec.role.isLayerWeight else { return nil }
        let isConvolution = nodes[position].op?.kind == .convolution
        let channels = nodes[nodes[position].inputs[0]].shape.channels
        let groups = isConvolution ? channels / spec.shape[1] : 1
        return WeightMatrices(
          rows: spec.shape[0] / groups, columns: spec.fanIn, count: groups, node: position)
      }
    }
  }
}

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
