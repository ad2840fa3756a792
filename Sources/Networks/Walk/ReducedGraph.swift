internal import Tensors

/// A network without what does not change its value: equal nodes joined, zeros and dead ends left out.
///
/// Three rules, each exact for every input and parameter: parameter-free nodes with equal primitives
/// and equal inputs are one node; a sum drops operands that are zero by structure, and a sum of one
/// operand is that operand; nodes that the output does not depend on are not walked. Where a value
/// is zero by structure its derivative is zero too, and so is a product with it.
struct ReducedGraph: Sendable {
  let network: Network
  /// The node that stands for each node.
  let representative: [Int]
  /// What each representative reads, as representatives.
  let inputs: [[Int]]
  /// Whether a representative is zero whatever the input and the parameters are.
  let isZero: [Bool]
  /// The representatives that the output depends on, in topological order.
  let live: [Int]
  /// The live representatives that read each representative; one that reads it twice stands twice.
  let consumers: [[Int]]
  /// The representative of the output.
  let output: Int
  /// Whether the value of each node lies in plain layout.
  let isPlain: [Bool]

  private struct Expression: Hashable {
    var primitive: AnyHashable
    var inputs: [Int]
    /// Zeros of different shapes have no inputs left to tell them apart.
    var shape: TensorShape
  }

  init(_ network: Network) {
    var representative = Array(network.nodes.indices)
    var inputs = [[Int]](repeating: [], count: network.nodes.count)
    var isZero = [Bool](repeating: false, count: network.nodes.count)
    var known: [Expression: Int] = [:]

    for (position, node) in network.nodes.enumerated() {
      guard let primitive = node.primitive else { continue }
      var read = node.inputs.map { representative[$0] }
      let form = primitive.derivative
      if form == .sum {
        read.removeAll { isZero[$0] }
        if read.count == 1 {
          representative[position] = read[0]
          continue
        }
      }
      inputs[position] = read
      // A bias or a shift turns zero into something else; everything else keeps it.
      let keepsZero =
        form == .sum || form == .gate
        || form == .linear
          && !network.parameters[node.parameters].contains(where: \.role.isLayerBias)
      isZero[position] =
        form == .zero || keepsZero && read.allSatisfy { isZero[$0] }
        || form == .bilinear && read.contains { isZero[$0] }
      guard node.parameters.isEmpty else { continue }
      let expression = Expression(
        primitive: AnyHashable(primitive), inputs: read, shape: node.shape)
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
    isPlain = network.isPlain
  }

  /// Whether the output depends on a node that is not zero by structure.
  func isWalked(_ position: Int) -> Bool {
    representative[position] == position && !isZero[position]
      && (position == output || !consumers[position].isEmpty)
  }

  func form(_ position: Int) -> DerivativeForm {
    network.nodes[position].primitive?.derivative ?? .zero
  }

  /// The nodes whose values the derivative of a node reads.
  func values(readBy position: Int) -> [Int] {
    form(position).values(inputs: inputs[position], output: position)
  }

  /// The batch normalisation that alone reads a convolution, so that both are one linear map.
  func foldedNormalization(after position: Int) -> Int? {
    guard network.nodes[position].primitive is Convolution, consumers[position].count == 1,
      form(consumers[position][0]) == .channelScale
    else { return nil }
    return consumers[position][0]
  }
}
