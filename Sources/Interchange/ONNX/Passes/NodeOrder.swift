/// The nodes of a graph that its outputs depend on, in an order in which each comes after what it reads.
struct NodeOrder {
  /// The name of a file in messages.
  let file: String
  /// Whether nodes stay that the outputs do not depend on.
  var keepsAll = false

  /// Sorts and prunes.
  ///
  /// - Parameter graph: a graph without functions.
  /// - Returns: the nodes.
  /// - Throws: ``ONNXError`` where a value is given twice, missing, or depends on itself.
  func nodes(of graph: ModelGraph) throws(ONNXError) -> [ModelNode] {
    let nodes = graph.nodes
    var giver: [String: Int] = [:]
    giver.reserveCapacity(nodes.count)
    var given = Set(graph.inputs.map(\.name))
    guard given.count == graph.inputs.count else { throw error("two inputs have one name") }
    given.formUnion(graph.tensors.map(\.name))
    for (position, node) in nodes.enumerated() {
      for output in node.outputs where !output.isEmpty {
        guard !given.contains(output), giver.updateValue(position, forKey: output) == nil else {
          throw error("gives \(output), which is there already", at: node)
        }
      }
    }
    let reads = nodes.map(Self.reads)

    // From the outputs back: what nothing leads to is not read at all.
    var isLive = [Bool](repeating: false, count: nodes.count)
    var open: [Int] = []
    func mark(_ name: String) {
      guard let position = giver[name], !isLive[position] else { return }
      isLive[position] = true
      open.append(position)
    }
    for output in graph.outputs {
      guard given.contains(output.name) || giver[output.name] != nil else {
        throw error("the output \(output.name) is given by no node")
      }
      mark(output.name)
    }
    if keepsAll {
      for position in nodes.indices where !isLive[position] {
        isLive[position] = true
        open.append(position)
      }
    }
    while let position = open.popLast() {
      for name in reads[position] {
        guard given.contains(name) || giver[name] != nil else {
          throw error("reads \(name), which nothing gives", at: nodes[position])
        }
        mark(name)
      }
    }

    let live = nodes.indices.filter { isLive[$0] }
    let isSorted = live.allSatisfy { position in
      reads[position].allSatisfy { (giver[$0] ?? -1) < position }
    }
    if isSorted { return live.map { nodes[$0] } }

    // Kahn's algorithm.
    var waiting = [Int](repeating: 0, count: nodes.count)
    var readers = [[Int]](repeating: [], count: nodes.count)
    for position in live {
      for case let source? in Set(reads[position]).map({ giver[$0] }) {
        waiting[position] += 1
        readers[source].append(position)
      }
    }
    var order: [ModelNode] = []
    var ready = Array(live.filter { waiting[$0] == 0 }.reversed())
    while let position = ready.popLast() {
      order.append(nodes[position])
      for reader in readers[position].reversed() {
        waiting[reader] -= 1
        if waiting[reader] == 0 { ready.append(reader) }
      }
    }
    if let stuck = live.first(where: { waiting[$0] > 0 }) {
      throw error("reads what depends on its own output", at: nodes[stuck])
    }
    return order
  }

  /// The values that a node reads, those of the graphs inside of it included.
  private static func reads(_ node: ModelNode) -> [String] {
    var names = node.inputs.filter { !$0.isEmpty }
    for case .graph(let graph) in node.attributes.values { names += free(in: graph) }
    return names
  }

  /// The values that a graph reads and does not give itself.
  static func free(in graph: ModelGraph) -> [String] {
    let own = Set(
      graph.inputs.map(\.name) + graph.tensors.map(\.name) + graph.nodes.flatMap(\.outputs))
    let read = graph.nodes.flatMap(reads) + graph.outputs.map(\.name)
    return read.filter { !own.contains($0) }
  }

  private func error(_ text: String, at node: ModelNode? = nil) -> ONNXError {
    ONNXError(file: file, place: node.map { "node \($0.name)" }, problem: .malformed(text))
  }
}
