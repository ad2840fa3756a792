internal import Networks
internal import Operators
internal import Tensors

/// A layer normalisation of channels between two changes of order: channels are normalised where they are.
struct ChannelsFirstNormalization: LayerPass {
  func replacement(for layer: Layer, at position: Int, in network: inout Rewriting) -> Int? {
    guard let back = layer.op as? Transpose, back.permutation == [2, 0, 1],
      let norm = network.sole(layer.inputs[0], LayerNormalization.self), norm.shape.count == 1,
      norm.hasScale == norm.hasShift
    else { return nil }
    let source = network[layer.inputs[0]].inputs[0]
    guard let there = network.op(source, Transpose.self), there.permutation == [1, 2, 0] else {
      return nil
    }
    return network.add(
      ChannelLayerNormalization(
        channels: norm.shape[0], epsilon: norm.epsilon, hasScale: norm.hasScale,
        hasShift: norm.hasShift),
      network[source].inputs, name: network[layer.inputs[0]].name,
      parameters: network[layer.inputs[0]].parameters)
  }
}

/// Zeros around maps in front of a convolution: they are its padding.
struct FoldedPadding: LayerPass {
  func replacement(for layer: Layer, at position: Int, in network: inout Rewriting) -> Int? {
    guard var convolution = layer.op as? Convolution,
      let pad = network.op(layer.inputs[0], Pad.self), pad.mode == .constant(0),
      pad.before.count == 3, pad.before[0] == 0, pad.after[0] == 0
    else { return nil }
    convolution.rows.before += pad.before[1]
    convolution.rows.after += pad.after[1]
    convolution.columns.before += pad.before[2]
    convolution.columns.after += pad.after[2]
    return network.add(
      convolution, network[layer.inputs[0]].inputs, name: layer.name,
      parameters: layer.parameters)
  }
}
