internal import Networks
internal import Operators
internal import Tensors

/// A batch normalisation in the place of the bias of each convolution that an activation or a sum follows.
///
/// This undoes what exporters do for inference, apart from the scales that are inside the weights. With the mean 0
/// and the variance 1 it computes what the bias did: its shift is the bias.
struct UnfoldedNormalization: LayerPass {
  /// The layers that an activation, a sum or a gate reads.
  private let read: Set<Int>

  /// - Parameter graph: the network that the pass is for.
  init(_ graph: LayerGraph) {
    var read: Set<Int> = []
    for layer in graph.layers {
      let follows = layer.op?.kind == .activation || layer.op?.kind == .sum || layer.op is Add
        || layer.op is Multiply
      if follows { read.formUnion(layer.inputs) }
    }
    self.read = read
  }

  func replacement(for layer: Layer, at position: Int, in network: inout Rewriting) -> Int? {
    guard let bias = layer.op as? ConvolutionBias, read.contains(position) else { return nil }
    let epsilon: Float = 1e-5
    let module = layer.parameters[0].name.map {
      $0.split(separator: ".").dropLast().joined(separator: ".") + ".normalization"
    }
    return network.add(
      BatchNormalization(channels: bias.channels, epsilon: Double(epsilon)), layer.inputs,
      name: layer.name,
      parameters: [
        LayerTensor(constant: 1, count: bias.channels).named(module.map { "\($0).weight" }),
        layer.parameters[0].named(module.map { "\($0).bias" }),
      ],
      buffers: [
        LayerTensor(constant: 0, count: bias.channels).named(module.map { "\($0).running_mean" }),
        LayerTensor(constant: 1 - epsilon, count: bias.channels)
          .named(module.map { "\($0).running_var" }),
      ])
  }
}
