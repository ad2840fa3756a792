package import Networks

extension Network {
  /// Whether the output depends on each node, and the node on the input, as far as the graph tells.
  package var isLive: [Bool] {
    var dependsOnInput = [Bool](repeating: false, count: nodes.count)
    dependsOnInput[0] = true
    for (position, node) in nodes.enumerated().dropFirst() {
      dependsOnInput[position] =
        node.op?.derivative.zero != .always && node.inputs.contains { dependsOnInput[$0] }
    }
    var isRead = [Bool](repeating: false, count: nodes.count)
    isRead[output] = true
    for (position, node) in nodes.enumerated().reversed() where isRead[position] {
      guard node.op?.derivative.zero != .always else { continue }
      for input in node.inputs { isRead[input] = true }
    }
    return zip(dependsOnInput, isRead).map { $0 && $1 }
  }
}
