import Networks
import Operators
import Testing

/// What the graph of a network shows, counted as published tables count it.
struct GraphCounts {
  var parameters = 0
  var tensors = 0
  var layers = 0
  /// Multiply-accumulates of convolutions and linear layers.
  var macs = 0
  /// Additions of their biases.
  var biasAdds = 0
  /// Multiply-accumulates of products of activations.
  var products = 0
  var batchNorms = 0
  var relus = 0

  init(_ network: Network) {
    parameters = network.cost.parameters
    tensors = network.cost.tensors
    layers = network.cost.layers
    for (position, node) in network.nodes.enumerated() {
      guard let op = node.op else { continue }
      let all = network.multiplyAdds(of: position)
      if op.kind == .product {
        products += all
      } else {
        let specs = network.parameters[node.parameters]
        let biases = specs.contains { $0.role.isLayerBias } ? node.shape.count : 0
        macs += all - biases
        biasAdds += biases
      }
      if op is BatchNormalization { batchNorms += 1 }
      if op is ReLU { relus += 1 }
    }
  }

  /// Compares with an entry.
  func expect(
    _ golden: SpaceGolden.Counts, _ comment: Comment,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(parameters == golden.parameters, comment, sourceLocation: sourceLocation)
    #expect(tensors == golden.parameter_tensors, comment, sourceLocation: sourceLocation)
    #expect(layers == golden.trainable_layers, comment, sourceLocation: sourceLocation)
    #expect(macs == golden.macs, comment, sourceLocation: sourceLocation)
    #expect(macs + biasAdds == golden.macs_with_bias, comment, sourceLocation: sourceLocation)
    #expect(batchNorms == golden.batch_norms, comment, sourceLocation: sourceLocation)
    #expect(relus == golden.relus, comment, sourceLocation: sourceLocation)
  }

  /// NASLib's column `flops`, times 10^6.
  ///
  /// Multiply-accumulates; 2 for each element that a batch normalisation reads, 1 where it has no scale and
  /// shift; 1 for each element of a ReLU; the area of the window for each output of a pooling, and for a
  /// global one that is a module of its own all elements and `2 side + 1` more for each channel.
  ///
  /// - Parameters:
  ///   - network: the network.
  ///   - isPlain: whether a batch normalisation has no scale and shift.
  ///   - normalizesPoolings: whether such a normalisation follows each pooling.
  ///   - countsGlobalPooling: whether the mean of the head is a module.
  /// - Returns: the number that NASLib prints.
  static func nasLibFLOPs(
    _ network: Network, isPlain: (String) -> Bool = { _ in false },
    normalizesPoolings: Bool = false, countsGlobalPooling: Bool
  ) -> Int {
    var total = GraphCounts(network).macs
    for (position, node) in network.nodes.enumerated() {
      let count = node.shape.count
      switch node.op {
      case is BatchNormalization: total += count * (isPlain(node.name) ? 1 : 2)
      case is ReLU: total += count
      case let pool as MaxPool:
        total += count * pool.geometry.rows.kernel * pool.geometry.columns.kernel
        if normalizesPoolings { total += count }
      case let pool as AveragePool:
        total += count * pool.geometry.rows.kernel * pool.geometry.columns.kernel
        if normalizesPoolings { total += count }
      case is GlobalAveragePool where countsGlobalPooling:
        let maps = network.inputShapes(of: position)[0]
        total += maps.channels * (maps.height + 1) * (maps.height + 1)
      default: break
      }
    }
    return total
  }
}

/// FNV-1a over the little-endian bytes of 64-bit numbers.
func checksum(_ numbers: some Sequence<UInt64>) -> UInt64 {
  var value: UInt64 = 0xCBF2_9CE4_8422_2325
  for number in numbers {
    for place in 0..<8 {
      value = (value ^ (number >> (8 * UInt64(place)) & 0xFF)) &* 0x100_0000_01B3
    }
  }
  return value
}
