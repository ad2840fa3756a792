internal import Tensors

extension Network {
  /// Whether the value of each node lies in plain row-major layout: images do, and vectors that no
  /// convolution made or alone reads; feature maps are in the engine's layout from the first convolution
  /// on.
  var isPlain: [Bool] {
    let consumers = consumers
    var result: [Bool] = []
    for (position, node) in nodes.enumerated() {
      switch node.primitive {
      case nil: result.append(isInputPlain)
      case is Dense: result.append(true)
      case is GlobalAveragePool:
        // The library's convolutions are fast in the engine's layout only.
        let isForConvolutions = consumers[position].allSatisfy {
          nodes[$0].primitive is Convolution
        }
        result.append(
          result[node.inputs[0]] || consumers[position].isEmpty || !isForConvolutions)
      case is Convolution: result.append(false)
      default: result.append(result[node.inputs[0]])
      }
    }
    return result
  }
}
