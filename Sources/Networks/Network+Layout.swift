internal import Tensors

extension Network {
  /// Whether the value of each node lies in plain row-major layout: images and vectors do, and feature
  /// maps are in the engine's layout from the first convolution on.
  var isPlain: [Bool] {
    var result: [Bool] = []
    for node in nodes {
      switch node.primitive {
      case nil: result.append(isInputPlain)
      case is GlobalAveragePool, is Dense: result.append(true)
      case is Convolution: result.append(false)
      default: result.append(result[node.inputs[0]])
      }
    }
    return result
  }
}
