/// Nodes in the place of the functions that stand for them.
struct FunctionInlining {
  /// Nodes that all functions together may become.
  static let nodeLimit = 1 << 20
  /// Functions inside of functions.
  static let depthLimit = 32

  private let file: String
  private let functions: [ModelFunction.Key: ModelFunction]
  private var calls = 0
  private var made = 0

  private init(file: String, functions: [ModelFunction.Key: ModelFunction]) {
    self.file = file
    self.functions = functions
  }

  /// The graph of a model without functions.
  ///
  /// - Throws: ``ONNXError`` where a function calls itself, or gets more than it takes.
  static func graph(of model: Model, file: String) throws(ONNXError) -> ModelGraph {
    guard !model.functions.isEmpty else { return model.graph }
    var inlining = FunctionInlining(file: file, functions: model.functions)
    return try inlining.inlined(model.graph, depth: 0)
  }

  private mutating func inlined(_ graph: ModelGraph, depth: Int) throws(ONNXError) -> ModelGraph {
    var result = graph
    result.nodes = []
    for node in graph.nodes { result.nodes += try inlined(node, depth: depth) }
    return result
  }

  private mutating func inlined(_ node: ModelNode, depth: Int) throws(ONNXError) -> [ModelNode] {
    var node = node
    for case (let name, .graph(let graph)) in node.attributes {
      node.attributes[name] = .graph(try inlined(graph, depth: depth))
    }
    let key = ModelFunction.Key(domain: node.domain, name: node.type, overload: node.overload)
    guard let function = functions[key] else { return [node] }
    func error(_ text: String) -> ONNXError {
      ONNXError(file: file, place: "node \(node.name)", problem: .malformed(text))
    }
    made += function.nodes.count
    guard depth < Self.depthLimit, made <= Self.nodeLimit else {
      throw error("calls functions inside of functions without end")
    }
    guard node.inputs.count <= function.inputs.count, node.outputs.count <= function.outputs.count
    else { throw error("gives the function \(node.type) more than it takes") }
    calls += 1
    var scope = Scope(prefix: "\(node.name)/\(node.type)#\(calls)/")
    for (place, name) in function.inputs.enumerated() {
      scope.names[name] = place < node.inputs.count ? node.inputs[place] : ""
    }
    for (place, name) in function.outputs.enumerated() where place < node.outputs.count {
      // A function may hand an input through: then its output is no name of its own.
      if scope.names[name] == nil, !node.outputs[place].isEmpty {
        scope.names[name] = node.outputs[place]
      }
    }
    scope.attributes = function.defaults.merging(node.attributes) { $1 }
    var result: [ModelNode] = []
    for inner in function.nodes { result += try inlined(scope.renamed(inner), depth: depth + 1) }
    for (place, name) in function.outputs.enumerated() where place < node.outputs.count {
      let output = node.outputs[place]
      if !output.isEmpty, scope.names[name] != output {
        result.append(
          ModelNode(
            name: node.name, type: "Identity", domain: "", overload: "", opset: node.opset,
            inputs: [scope.name(name)], outputs: [output], attributes: [:]))
      }
    }
    return result
  }

  /// What the names in a function stand for where it is called.
  private struct Scope {
    var prefix: String
    var names: [String: String] = [:]
    var attributes: [String: AttributeValue] = [:]

    func name(_ name: String) -> String {
      name.isEmpty ? "" : names[name] ?? prefix + name
    }

    func renamed(_ node: ModelNode) -> ModelNode {
      var node = node
      node.name = prefix + node.name
      node.inputs = node.inputs.map(name)
      node.outputs = node.outputs.map(name)
      for (key, value) in node.attributes {
        switch value {
        case .reference(let name): node.attributes[key] = attributes[name]
        case .graph(let graph): node.attributes[key] = .graph(renamed(graph))
        default: break
        }
      }
      return node
    }

    private func renamed(_ graph: ModelGraph) -> ModelGraph {
      var graph = graph
      graph.nodes = graph.nodes.map(renamed)
      for place in graph.inputs.indices {
        graph.inputs[place].name = name(graph.inputs[place].name)
      }
      for place in graph.outputs.indices {
        graph.outputs[place].name = name(graph.outputs[place].name)
      }
      graph.tensors = graph.tensors.map { $0.renamed(name($0.name)) }
      return graph
    }
  }
}
