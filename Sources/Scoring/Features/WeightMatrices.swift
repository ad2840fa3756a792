package import Networks
internal import Tensors

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
