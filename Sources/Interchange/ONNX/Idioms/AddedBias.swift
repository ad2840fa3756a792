internal import Networks
internal import Operators
internal import Tensors

/// A parameter that is added to what a layer gives is the bias of the layer.
struct AddedBias: LayerPass {
  func replacement(for layer: Layer, at position: Int, in network: inout Rewriting) -> Int? {
    guard layer.op is Add || layer.op is Sum, layer.inputs.count == 2 else { return nil }
    for (u, v) in [(0, 1), (1, 0)] {
      let source = layer.inputs[u]
      let rank = layer.shape.rank
      guard network.isSole(source), network[source].shape == layer.shape,
        let bias = ParameterSource(layer.inputs[v], network, beside: layer.shape)
      else { continue }
      switch network[source].op {
      case var linear as Linear where !linear.hasBias && bias.spans([rank - 1], of: layer.shape):
        linear.hasBias = true
        return network.add(
          linear, network[source].inputs, name: network[source].name,
          parameters: network[source].parameters + [bias.tensor])
      case let convolution as Convolution where bias.spans([0], of: layer.shape):
        let fanIn =
          convolution.inChannels / convolution.groups * convolution.rows.kernel
          * convolution.columns.kernel
        return network.add(
          ConvolutionBias(channels: layer.shape.channels, fanIn: fanIn), [source],
          name: network[source].name, parameters: [bias.tensor])
      default: continue
      }
    }
    return nil
  }
}

extension ParameterSource {
  /// Whether it has an element for each place of some axes, and is the same along the others.
  func spans(_ axes: [Int], of shape: Shape) -> Bool {
    self.axes == axes.filter { shape[$0] > 1 }
  }
}
