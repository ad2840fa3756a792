public import Tensors

/// A node of a network: an operator applied to the outputs of earlier nodes.
public struct Node: Sendable {
  /// The prefix of its parameters' names, and what errors call it.
  public let name: String
  /// The operation; `nil` for the network's input.
  public let op: (any Operator)?
  /// Positions of the nodes whose outputs it reads.
  public let inputs: [Int]
  /// The shape of its output for one image.
  public let shape: Shape
  /// The layout of its output.
  public let layout: Layout
  /// Positions of its tensors in the network's parameter order.
  public let parameters: Range<Int>
  /// Positions of its tensors in the network's order of buffers.
  public let buffers: Range<Int>
}

/// An immutable graph of operators with shapes, layouts and parameter specifications, but no numbers.
///
/// Nodes are in topological order; node 0 is the input and the last node is the output. Every network
/// can be run: what does not fit is an error when it is built.
public struct Network: Sendable {
  /// The nodes in topological order.
  public let nodes: [Node]
  /// All parameter tensors in registration order.
  public let parameters: [ParameterSpec]
  /// All buffers in registration order.
  public let buffers: [BufferSpec]
  /// Positions of the nodes that end the blocks of the network, in order: those that the builder was told,
  /// or those that every way from input to output passes (`NetworkBuilder.build`).
  public let blockOutputs: [Int]

  /// The shape of one input image.
  public var inputShape: Shape { nodes[0].shape }
  /// The shape of the output for one image.
  public var outputShape: Shape { nodes[output].shape }
  /// The position of the output node.
  public var output: Int { nodes.count - 1 }
  /// The number of classes.
  public var classes: Int { outputShape.count }

  /// Positions of the nodes that read each node.
  public var consumers: [[Int]] {
    var result = [[Int]](repeating: [], count: nodes.count)
    for (position, node) in nodes.enumerated() {
      for input in node.inputs { result[input].append(position) }
    }
    return result
  }

  /// The node that owns each parameter tensor.
  package var parameterOwners: [Int] {
    var owner = [Int](repeating: -1, count: parameters.count)
    for (position, node) in nodes.enumerated() {
      for parameter in node.parameters { owner[parameter] = position }
    }
    return owner
  }

  /// Multiply-accumulates of one node for one image.
  public func multiplyAdds(of position: Int) -> Int {
    let node = nodes[position]
    return node.op?.multiplyAdds(inputs: inputShapes(of: position), output: node.shape) ?? 0
  }

  /// The shapes that a node reads.
  public func inputShapes(of position: Int) -> [Shape] {
    nodes[position].inputs.map { nodes[$0].shape }
  }

  /// How a weight enters its node's output.
  package func weightRule(_ address: WeightAddress, of position: Int) -> WeightRule? {
    let node = nodes[position]
    return node.op?.weightRule(
      WeightAddress(
        parameter: address.parameter - node.parameters.lowerBound, index: address.index),
      inputs: inputShapes(of: position), output: node.shape)
  }

  /// Whether a node is a matrix on vectors, so that it can end the network without being walked.
  package func isMatrix(_ position: Int) -> Bool {
    nodes[position].op?.isMatrix(inputs: inputShapes(of: position)) == true
  }
}

extension Network {
  /// A name for each node that no other node has.
  ///
  /// Nodes may share a name, as a convolution and its bias do. The first one keeps it; the others have
  /// a number behind it, as in `cells.0#2`.
  public var uniqueNames: [String] {
    var taken: Set<String> = []
    let reserved = Set(nodes.map(\.name))
    // The number behind the newest of equal names: thousands may be equal in a network from elsewhere.
    var numbers: [String: Int] = [:]
    var names: [String] = []
    names.reserveCapacity(nodes.count)
    for node in nodes {
      var name = node.name
      var number = numbers[name, default: 1]
      while !taken.insert(name).inserted {
        repeat {
          number += 1
          name = "\(node.name)#\(number)"
        } while reserved.contains(name)
      }
      numbers[node.name] = number
      names.append(name)
    }
    return names
  }
}

/// Shapes that do not fit together when a network is built.
public struct NetworkError: Error, Hashable, CustomStringConvertible {
  /// The name of the node that could not be added.
  public var node: String
  /// What does not fit.
  public var problem: String

  /// Creates an error.
  public init(node: String, problem: String) {
    self.node = node
    self.problem = problem
  }

  /// One line that names the node.
  public var description: String { "\(node): \(problem)" }
}
