public import Tensors

/// Adds nodes one after another and infers their shapes.
public struct NetworkBuilder {
  private var nodes: [Draft]
  private var marks: [Int] = []
  /// Nodes whose tensors come in another order than that of execution, in that order.
  private var registrations: [[Int]] = []

  /// A node without its layout.
  private struct Draft {
    var name: String
    var op: (any Operator)?
    var inputs: [Int]
    var shape: Shape
    /// Names of its parameters and buffers, where these do not follow from that of the node.
    var stateNames: [String]?
  }

  /// Starts a network with its input, which is node 0.
  public init(input: Shape) {
    nodes = [Draft(name: "input", op: nil, inputs: [], shape: input)]
  }

  /// Adds a node and returns its position.
  ///
  /// - Parameters:
  ///   - op: the operation.
  ///   - inputs: positions of earlier nodes.
  ///   - name: the prefix of its parameters' names.
  /// - Returns: the position of the node among those that were added.
  /// - Throws: `NetworkError` when the shapes of the inputs do not fit.
  @discardableResult
  public mutating func add(_ op: any Operator, _ inputs: Int..., name: String)
    throws(NetworkError) -> Int
  {
    try add(op, inputs, name: name)
  }

  /// Adds a node that reads a list of nodes and returns its position.
  ///
  /// - Parameters:
  ///   - op: the operation.
  ///   - inputs: positions of earlier nodes.
  ///   - name: the prefix of its parameters' names.
  ///   - stateNames: names of its parameters, and behind them of its buffers, where they do not follow from
  ///     that prefix, as in a network that comes from elsewhere.
  /// - Returns: the position of the node among those that were added.
  /// - Throws: `NetworkError` when the shapes of the inputs do not fit.
  @discardableResult
  public mutating func add(
    _ op: any Operator, _ inputs: [Int], name: String, stateNames: [String]? = nil
  ) throws(NetworkError) -> Int {
    guard inputs.allSatisfy(nodes.indices.contains) else {
      throw NetworkError(node: name, problem: "reads nodes \(inputs) of \(nodes.count)")
    }
    guard (op.kind == .source) == inputs.isEmpty else {
      throw NetworkError(
        node: name,
        problem: inputs.isEmpty ? "\(op.name) reads nothing" : "a \(op.name) that reads nodes")
    }
    let shape: Shape
    do throws(ShapeProblem) {
      shape = try op.outputShape(inputs.map { nodes[$0].shape })
    } catch {
      throw NetworkError(node: name, problem: error.text)
    }
    if let stateNames {
      let count = op.parameters(named: name).count + op.buffers(named: name).count
      guard stateNames.count == count else {
        throw NetworkError(
          node: name, problem: "has \(stateNames.count) names for \(count) tensors")
      }
    }
    nodes.append(
      Draft(name: name, op: op, inputs: inputs, shape: shape, stateNames: stateNames))
    return nodes.count - 1
  }

  /// The shape of a node that was added.
  public func shape(of node: Int) -> Shape { nodes[node].shape }

  /// The newest node.
  public var newest: Int { nodes.count - 1 }

  /// Marks the newest node as the end of a block; a block without nodes of its own is none.
  public mutating func endBlock() {
    let newest = nodes.count - 1
    if newest > 0, marks.last != newest { marks.append(newest) }
  }

  /// Gives the tensors of some nodes the order of a list, where a reference registers its layers in another
  /// order than it executes them.
  ///
  /// Proxies that pick weights by their position see this order. The tensors take the places that those of
  /// the same nodes had before, so that all others stay where they are.
  ///
  /// - Parameter nodes: positions that `add` returned, each at most once in all lists.
  public mutating func register(inOrder nodes: [Int]) { registrations.append(nodes) }

  /// The finished network; the newest node is its output.
  ///
  /// Layouts are chosen here. Where a node wants an input in another layout than it comes in, a `Reorder`
  /// is put between, so that positions behind it are larger than those that `add` gave. Whatever `add` took
  /// can be run. Without marks,
  /// blocks end where all ways from the input to the output meet, and something with weights lies
  /// between.
  ///
  public func build() -> Network {
    var built: [Node] = []
    var parameters: [ParameterSpec] = []
    var buffers: [BufferSpec] = []
    /// The node that stands for each draft in each layout.
    var position: [[Layout: Int]] = []

    func append(_ draft: Draft, inputs: [Int], layout: Layout) -> Int {
      var specs = draft.op?.parameters(named: draft.name) ?? []
      var states = draft.op?.buffers(named: draft.name) ?? []
      if let names = draft.stateNames {
        for place in specs.indices { specs[place].name = names[place] }
        for place in states.indices { states[place].name = names[specs.count + place] }
      }
      built.append(
        Node(
          name: draft.name, op: draft.op, inputs: inputs, shape: draft.shape, layout: layout,
          parameters: parameters.count..<parameters.count + specs.count,
          buffers: buffers.count..<buffers.count + states.count))
      parameters += specs
      buffers += states
      return built.count - 1
    }
    /// The node in a layout, reordered once however many want it.
    func reading(_ draft: Int, in layout: Layout) -> Int {
      if let known = position[draft][layout] { return known }
      let given: Layout = layout == .plain ? .blocked : .plain
      let source = position[draft][given] ?? 0
      let reorder = Draft(
        name: "\(nodes[draft].name) \(layout)", op: Reorder(to: layout), inputs: [draft],
        shape: nodes[draft].shape)
      let made = append(reorder, inputs: [source], layout: layout)
      position[draft][layout] = made
      return made
    }

    for draft in nodes {
      guard let op = draft.op else {
        position.append([.plain: append(draft, inputs: [], layout: .plain)])
        continue
      }
      let given = draft.inputs.map { input -> Layout in
        // A value that exists in both layouts comes in the one that it was made in.
        let made = position[input]
        return made.min { $0.value < $1.value }?.key ?? .plain
      }
      let layouts = op.layouts(
        given: given, inputs: draft.inputs.map { nodes[$0].shape }, output: draft.shape)
      let inputs = zip(draft.inputs, layouts.inputs).map { reading($0, in: $1) }
      position.append([layouts.output: append(draft, inputs: inputs, layout: layouts.output)])
    }
    let order = RegistrationOrder(
      registrations.map { list in
        list.compactMap { draft in position[draft].min { $0.value < $1.value }?.value }
      })
    order.apply(to: &built, parameters: &parameters, buffers: &buffers)
    let marked = marks.compactMap { mark in position[mark].min { $0.value < $1.value }?.value }
    return Network(
      nodes: built, parameters: parameters, buffers: buffers,
      blockOutputs: marks.isEmpty ? BlockEnds.find(in: built, parameters: parameters) : marked)
  }
}
