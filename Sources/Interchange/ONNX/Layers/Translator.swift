/// Goes through the nodes of a model once: carries out what does not depend on the images, and translates the rest
/// into layers.
struct Translator {
  var translation: Translation
  private var values: [String: Value] = [:]
  let file: String
  /// Operators without a rule, and uses of operators that no rule covers, with the first node of each.
  private(set) var unsupported: [ONNXError.UnsupportedOperator] = []
  private var mentioned: Set<String> = []
  /// Outputs that no rule gives, which matters only to those who read them.
  private var lacking: [String: (node: ModelNode, place: Int)] = [:]

  init(_ translation: Translation, file: String) {
    self.translation = translation
    self.file = file
  }

  /// Names a value.
  mutating func define(_ name: String, _ value: Value) { values[name] = value }

  /// A value by its name, `nil` where nothing gives it.
  func value(_ name: String) -> Value? { values[name] }

  /// The layer of a value by its name, `nil` where no layer computes it.
  func layer(_ name: String) -> Int? {
    if case .traced(let traced)? = values[name] { traced.layer } else { nil }
  }

  /// The layers of values that no node reads.
  func deadEnds(of nodes: [ModelNode]) -> [Int] {
    let read = Set(nodes.flatMap(\.inputs))
    return nodes.flatMap(\.outputs).filter { !read.contains($0) }.compactMap(layer)
  }

  /// Translates nodes in their order.
  ///
  /// - Throws: ``ONNXError`` where the file is to blame. What is not supported is collected.
  mutating func translate(_ nodes: [ModelNode], depth: Int = 0) throws(ONNXError) {
    for node in nodes {
      let results: [Value]
      do throws(ModelProblem) {
        results = try self.results(of: node)
      } catch .unsupported(let reason) {
        mention(node, reason: reason)
        results = node.outputs.map { _ in .unknown }
      } catch {
        throw error.error(file: file, place: "node \(node.name) (\(node.type))")
      }
      if case .graph(let branch)? = chosenBranch(of: node) {
        try inline(branch, of: node, depth: depth)
        continue
      }
      for (name, value) in zip(node.outputs, results) where !name.isEmpty { values[name] = value }
      for (place, name) in node.outputs.enumerated().dropFirst(results.count) where !name.isEmpty {
        lacking[name] = (node, place)
      }
    }
  }

  private mutating func mention(_ node: ModelNode, reason: String?) {
    guard mentioned.insert("\(node.domain) \(node.type) \(reason ?? "")").inserted else { return }
    unsupported.append(
      ONNXError.UnsupportedOperator(
        name: node.type, domain: node.domain, node: node.name, reason: reason))
  }

  private mutating func results(of node: ModelNode) throws(ModelProblem) -> [Value] {
    guard Rules.isKnown(node) else { throw .unsupported(nil) }
    if chosenBranch(of: node) != nil { return [] }
    var inputs: [Value] = []
    for name in node.inputs {
      if name.isEmpty {
        inputs.append(.absent)
      } else if let value = values[name] {
        inputs.append(value)
      } else if let (node, place) = lacking[name] {
        mention(node, reason: "output \(place) is read")
        inputs.append(.unknown)
      } else {
        throw .malformed("reads \(name), which nothing gives")
      }
    }
    while case .absent? = inputs.last { inputs.removeLast() }
    let isUnknown = inputs.contains { if case .unknown = $0 { true } else { false } }
    if isUnknown { return node.outputs.map { _ in .unknown } }
    return try translation.results(Call(node: node, inputs: inputs))
  }

  // MARK: Branches

  /// The branch of an `If` whose condition is known.
  private func chosenBranch(of node: ModelNode) -> AttributeValue? {
    guard node.type == "If", node.domain.isEmpty, let name = node.inputs.first,
      case .known(let condition)? = values[name], let truth = condition.scalar
    else { return nil }
    return node.attributes[truth != 0 ? "then_branch" : "else_branch"]
  }

  private mutating func inline(_ branch: ModelGraph, of node: ModelNode, depth: Int)
    throws(ONNXError)
  {
    guard depth < 64, branch.outputs.count >= node.outputs.count else {
      throw ONNXError(
        file: file, place: "node \(node.name) (If)",
        problem: .malformed("has a branch that does not give its values"))
    }
    for tensor in branch.tensors { values[tensor.name] = .known(KnownTensor(tensor)) }
    try translate(branch.nodes, depth: depth + 1)
    for (name, output) in zip(node.outputs, branch.outputs) where !name.isEmpty {
      guard let value = values[output.name] else {
        throw ONNXError(
          file: file, place: "node \(node.name) (If)",
          problem: .malformed("reads \(output.name), which nothing gives"))
      }
      values[name] = value
    }
  }
}

extension Translation {
  /// What a node gives.
  mutating func results(_ call: Call) throws(ModelProblem) -> [Value] {
    let type = call.node.type
    if let rule = Rules.any[type] { return try rule(call, &self) }
    let isKnown = call.inputs.allSatisfy {
      if case .known(let tensor) = $0 {
        !tensor.isLearned
      } else if case .absent = $0 {
        true
      } else {
        false
      }
    }
    if isKnown, let rule = Evaluation.rules[type], !reachesImages(call) {
      return try rule(call, &self).map { .known($0) }
    }
    guard let rule = Rules.layers[type] else {
      throw .unsupported("of values that depend on the images")
    }
    return try rule(call, &self)
  }

  /// Whether a shape among the inputs counts images: then the result is a value for each of them.
  private func reachesImages(_ call: Call) -> Bool {
    let place: Int
    switch call.node.type {
    case "ConstantOfShape": place = 0
    case "Expand", "Tile": place = 1
    default: return false
    }
    guard case .known(let shape) = call.input(place), let extents = try? shape.integers() else {
      return false
    }
    return extents.contains(where: countsImages)
  }
}
