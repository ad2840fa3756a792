public import Tensors

/// A node of a network: a primitive applied to the outputs of earlier nodes.
public struct Node: Sendable {
  /// The prefix of its parameters' names, and what errors call it.
  public let name: String
  /// The operation; `nil` for the network's input.
  public let primitive: (any Primitive)?
  /// Positions of the nodes whose outputs it reads.
  public let inputs: [Int]
  /// The shape of its output for one image.
  public let shape: TensorShape
  /// Positions of its tensors in the network's parameter order.
  public let parameters: Range<Int>
}

/// An immutable graph of primitives with shapes and parameter specifications, but no numbers.
///
/// Nodes are in topological order; node 0 is the input and the last node is the output.
public struct Network: Sendable {
  /// The nodes in topological order.
  public let nodes: [Node]
  /// All parameter tensors in registration order.
  public let parameters: [ParameterSpec]
  /// Positions of the nodes that a caller marked as the ends of blocks: stem and cells.
  public let blockOutputs: [Int]
  /// Whether the input lies in plain row-major layout, as images do, or in the engine's, as feature maps.
  var isInputPlain = true

  /// The shape of one input image.
  public var inputShape: TensorShape { nodes[0].shape }
  /// The position of the output node.
  public var output: Int { nodes.count - 1 }
  /// The number of classes.
  public var classes: Int { nodes[output].shape.channels }

  /// Positions of the nodes that read each node.
  public var consumers: [[Int]] {
    var result = [[Int]](repeating: [], count: nodes.count)
    for (position, node) in nodes.enumerated() {
      for input in node.inputs { result[input].append(position) }
    }
    return result
  }
}

/// Adds nodes one after another and infers their shapes.
public struct NetworkBuilder {
  private var nodes: [Node]
  private var parameters: [ParameterSpec] = []
  private var blockOutputs: [Int] = []

  /// Starts a network with its input, which is node 0.
  public init(input: TensorShape) {
    nodes = [
      Node(
        name: "input", primitive: nil, inputs: [], shape: input.with(batch: 1), parameters: 0..<0)
    ]
  }

  /// Adds a node and returns its position.
  ///
  /// - Parameters:
  ///   - primitive: the operation.
  ///   - inputs: positions of earlier nodes.
  ///   - name: the prefix of its parameters' names.
  /// - Returns: the position of the node.
  /// - Throws: `NetworkError` when the shapes of the inputs do not fit.
  public mutating func add(_ primitive: some Primitive, _ inputs: Int..., name: String)
    throws(NetworkError) -> Int
  {
    try add(primitive, inputs, name: name)
  }

  /// Adds a node that reads a list of nodes and returns its position.
  public mutating func add(_ primitive: some Primitive, _ inputs: [Int], name: String)
    throws(NetworkError) -> Int
  {
    precondition(
      !inputs.isEmpty && inputs.allSatisfy(nodes.indices.contains),
      "\(name) reads nodes \(inputs) of \(nodes.count)")
    let shape: TensorShape
    switch primitive.outputShape(inputs.map { nodes[$0].shape }) {
    case .success(let fitting): shape = fitting
    case .failure(let problem): throw NetworkError(node: name, problem: problem.text)
    }
    let specs = primitive.parameters(named: name)
    let start = parameters.count
    parameters += specs
    nodes.append(
      Node(
        name: name, primitive: primitive, inputs: inputs, shape: shape,
        parameters: start..<parameters.count))
    return nodes.count - 1
  }

  /// Marks the newest node as the end of a block.
  public mutating func endBlock() { blockOutputs.append(nodes.count - 1) }

  /// The finished network; the newest node is its output.
  public func build() -> Network {
    Network(nodes: nodes, parameters: parameters, blockOutputs: blockOutputs)
  }
}
