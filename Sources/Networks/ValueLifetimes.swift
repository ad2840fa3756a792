internal import Tensors

/// From when to when the values of a network are needed.
struct ValueLifetimes {
  /// The most elements that are alive at one time, for one image.
  let peakElements: Int

  /// Walks the network in its order.
  init(_ network: Network) {
    let nodes = network.nodes
    // Views and changes of layout share the memory of what they show.
    var owner = Array(nodes.indices)
    for (position, node) in nodes.enumerated() {
      guard let op = node.op, let input = node.inputs.first else { continue }
      if op is Reorder || op.isView { owner[position] = owner[input] }
    }
    var last = Array(nodes.indices)
    for (position, node) in nodes.enumerated() {
      last[owner[position]] = max(last[owner[position]], position)
      for input in node.inputs { last[owner[input]] = max(last[owner[input]], position) }
    }
    last[owner[network.output]] = nodes.count
    var dying = [[Int]](repeating: [], count: nodes.count + 1)
    var alive = 0
    var peak = 0
    for (position, node) in nodes.enumerated() {
      // What reads nothing is kept as long as the network, with its parameters.
      if owner[position] == position, node.op?.kind != .source {
        alive += node.shape.count
        dying[last[position]].append(node.shape.count)
      }
      peak = max(peak, alive)
      alive -= dying[position].reduce(0, +)
    }
    peakElements = peak
  }
}
