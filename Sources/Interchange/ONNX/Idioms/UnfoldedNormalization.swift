internal import Networks
internal import Operators
internal import Tensors

/// A batch normalisation in the place of the bias of each convolution that an activation or a sum follows.
///
/// In a network without any normalisation, a convolution without a bias gets one too: exporters drop biases that are
/// zero.
///
/// This undoes what exporters do for inference, apart from the scales that are inside the weights. With the mean 0
/// and the variance 1 it computes what the bias did: its shift is the bias.
struct UnfoldedNormalization: LayerPass {
  /// The layers that an activation, a sum or a gate reads.
  private let read: Set<Int>
  /// Whether there is a normalisation anywhere.
  private let isNormalized: Bool

  /// - Parameter graph: the network that the pass is for.
  init(_ graph: LayerGraph) {
    var read: Set<Int> = []
    for layer in graph.layers {
      let follows =
        layer.op?.kind == .activation || layer.op?.kind == .sum || layer.op is Add
        || layer.op is Multiply
      if follows { read.formUnion(layer.inputs) }
    }
    self.read = read
    isNormalized = graph.layers.contains { $0.op?.kind == .normalization }
  }

  func replacement(for layer: Layer, at position: Int, in network: inout Rewriting) -> Int? {
    guard read.contains(position) else { return nil }
    switch layer.op {
    case let bias as ConvolutionBias:
      let module = Self.module(layer.parameters[0].name)
      return normalization(
        bias.channels, of: layer.inputs[0],
        shift: layer.parameters[0].named(module.map { "\($0).bias" }), module, layer, &network)
    case let convolution as Convolution where !isNormalized:
      let module = Self.module(layer.parameters[0].name)
      let channels = convolution.outChannels
      let source = network.add(layer, readers: 1)
      return normalization(
        channels, of: source,
        shift: LayerTensor(constant: 0, count: channels).named(module.map { "\($0).bias" }), module,
        layer, &network)
    default: return nil
    }
  }

  /// The module of the normalisation behind the module that a tensor belongs to.
  private static func module(_ tensor: String?) -> String? {
    tensor.map { $0.split(separator: ".").dropLast().joined(separator: ".") + ".normalization" }
  }

  private func normalization(
    _ channels: Int, of source: Int, shift: LayerTensor, _ module: String?, _ layer: Layer,
    _ network: inout Rewriting
  ) -> Int? {
    let epsilon: Float = 1e-5
    return network.add(
      BatchNormalization(channels: channels, epsilon: Double(epsilon)), [source], name: layer.name,
      parameters: [
        LayerTensor(constant: 1, count: channels).named(module.map { "\($0).weight" }),
        shift,
      ],
      buffers: [
        LayerTensor(constant: 0, count: channels).named(module.map { "\($0).running_mean" }),
        LayerTensor(constant: 1 - epsilon, count: channels)
          .named(module.map { "\($0).running_var" }),
      ])
  }
}
