internal import Tensors

/// A network without what does not change its value: equal nodes joined, zeros and dead ends left out.
///
/// Three rules, each exact for every input and parameter: parameter-free nodes with equal operators
/// and equal inputs are one node; a sum drops operands that are zero by structure, and a sum of one
/// operand is that operand; nodes that the output does not depend on are not walked. Where a value
/// is zero by structure its derivative is zero too, and so is a product with it.
package struct ReducedNetwork: Sendable {
  package let network: Network
  /// The node that stands for each node.
  package let representative: [Int]
  /// What each representative reads, as representatives.
  package let inputs: [[Int]]
  /// Whether a representative is zero whatever the input and the parameters are.
  package let isZero: [Bool]
  /// The representatives that the output depends on, in topological order.
  package let live: [Int]
  /// The live representatives that read each representative; one that reads it twice stands twice.
  package let consumers: [[Int]]
  /// The representative of the output.
  package let output: Int

  private struct Expression: Hashable {
    var op: AnyHashable
    var inputs: [Int]
    /// Zeros of different shapes have no inputs left to tell them apart.
    var shape: Shape
    /// Reorders of vectors to either layout.
    var layout: Layout
  }

  package init(_ network: Network) {
    var representative = Array(network.nodes.indices)
    var inputs = [[Int]](repeating: [], count: network.nodes.count)
    var isZero = [Bool](repeating: false, count: network.nodes.count)
    var known: [Expression: Int] = [:]

    for (position, node) in network.nodes.enumerated() {
      guard let op = node.op else { continue }
      var read = node.inputs.map { representative[$0] }
      let derivative = op.derivative
      if derivative.shortcut == .sum {
        read.removeAll { isZero[$0] }
        if read.count == 1 {
          representative[position] = read[0]
          continue
        }
      }
      inputs[position] = read
      isZero[position] =
        switch derivative.zero {
        case .always: true
        case .never: false
        case .ifAllInputsAre: read.allSatisfy { isZero[$0] }
        case .ifAnyInputIs: read.contains { isZero[$0] }
        }
      guard node.parameters.isEmpty else { continue }
      let expression = Expression(
        op: AnyHashable(op), inputs: read, shape: node.shape, layout: node.layout)
      if let earlier = known[expression] {
        representative[position] = earlier
      } else {
        known[expression] = position
      }
    }

    let output = representative[network.output]
    var isLive = [Bool](repeating: false, count: network.nodes.count)
    isLive[output] = true
    for position in network.nodes.indices.reversed() where isLive[position] {
      if isZero[position] { continue }
      for input in inputs[position] { isLive[input] = true }
    }
    let live = network.nodes.indices.filter { isLive[$0] }
    var consumers = [[Int]](repeating: [], count: network.nodes.count)
    for position in live where !isZero[position] {
      for input in inputs[position] { consumers[input].append(position) }
    }

    self.network = network
    self.representative = representative
    self.inputs = inputs
    self.isZero = isZero
    self.live = live
    self.consumers = consumers
    self.output = output
  }

  /// Whether the output depends on a node that is not zero by structure.
  package func isWalked(_ position: Int) -> Bool {
    representative[position] == position && !isZero[position]
      && (position == output || !consumers[position].isEmpty)
  }

  /// What is known of the derivative of a node, `nil` for the input.
  package func derivative(_ position: Int) -> Derivative? {
    network.nodes[position].op?.derivative
  }

  /// The nodes whose values the derivative of a node reads.
  package func values(readBy position: Int) -> [Int] {
    guard let reads = derivative(position)?.reads else { return [] }
    return (reads.contains(.inputs) ? inputs[position] : [])
      + (reads.contains(.output) ? [position] : [])
  }

  /// The channel scale that alone reads a node which can take it over, so that both are one linear map.
  package func foldedScale(after position: Int) -> Int? {
    guard derivative(position)?.isScalable == true, consumers[position].count == 1,
      derivative(consumers[position][0])?.shortcut == .channelScale
    else { return nil }
    return consumers[position][0]
  }
}

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
