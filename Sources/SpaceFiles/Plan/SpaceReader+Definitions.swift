/// A block that the file defines, as it is written.
struct BlockDefinition {
  enum Body {
    case steps([YAMLNode], isResidual: Bool)
    /// Operations on vertices, or on edges.
    case vertices([YAMLNode])
    case edges([YAMLNode])
  }

  var name: String
  var place: TextPlace
  var parameters: [SpacePlan.Definition.Parameter]
  var body: Body
  /// Whether choices inside are made once for all uses.
  var isShared: Bool
  var output: [(name: String, place: TextPlace)]
  var concatenates: Bool
  var concatenatesOutputs: Bool
}

extension SpaceReader {
  private static var definitionKeys: [String] {
    [
      "summary", "parameters", "steps", "vertices", "edges", "residual", "shared", "output", "join",
      "output-join",
    ]
  }

  /// Reads the definitions of blocks, whose bodies are read where they are used.
  mutating func readDefinitions(_ node: YAMLNode) throws(SpaceFault) {
    for entry in try node.entries("blocks") {
      try YAMLNode.checkName(entry.key, "the name of a block", at: entry.place)
      guard AllBlocks.byName[entry.key] == nil else {
        throw SpaceFault(
          entry.place, "there is a block \(entry.key) already; expected another name")
      }
      definitions[entry.key] = try definition(entry)
      definitionOrder.append(entry.key)
    }
  }

  private func definition(_ entry: YAMLNode.Entry) throws(SpaceFault) -> BlockDefinition {
    let what = "the block \(entry.key)"
    var members: [String: YAMLNode.Entry] = [:]
    for member in try entry.value.entries(what, keys: Self.definitionKeys) {
      members[member.key] = member
    }
    let bodies = ["steps", "vertices", "edges"].filter { members[$0] != nil }
    guard bodies.count == 1, let body = members[bodies[0]] else {
      throw SpaceFault(
        entry.place,
        "\(what) has \(bodies.isEmpty ? "no body" : bodies.joined(separator: " and ")); "
          + "expected one of steps, vertices and edges")
    }
    let nodes = try body.value.list(bodies[0])
    guard !nodes.isEmpty else {
      throw SpaceFault(body.value.place, "\(bodies[0]) is empty; expected at least one block")
    }
    let isGraph = bodies[0] != "steps"
    for key in isGraph ? ["residual"] : ["output", "join", "output-join"] {
      if let member = members[key] {
        throw SpaceFault(
          member.place, "\(key) belongs to blocks of \(isGraph ? "steps" : "vertices or edges")")
      }
    }
    let isResidual = try members["residual"]?.value.flag("residual") ?? false
    let join = try concatenates(members["join"]) ?? false
    return BlockDefinition(
      name: entry.key, place: entry.place, parameters: try parameters(members["parameters"]),
      body: bodies[0] == "steps"
        ? .steps(nodes, isResidual: isResidual)
        : bodies[0] == "vertices" ? .vertices(nodes) : .edges(nodes),
      isShared: try members["shared"]?.value.flag("shared") ?? false,
      output: try names(members["output"]?.value, "output"), concatenates: join,
      concatenatesOutputs: try concatenates(members["output-join"]) ?? join)
  }

  private func concatenates(_ entry: YAMLNode.Entry?) throws(SpaceFault) -> Bool? {
    guard let entry else { return nil }
    let text = try entry.value.text(entry.key)
    guard ["sum", "concatenate"].contains(text) else {
      throw SpaceFault.unexpected(
        entry.key, text, at: entry.value.place, expected: ["sum", "concatenate"])
    }
    return text == "concatenate"
  }

  private func parameters(
    _ entry: YAMLNode.Entry?
  ) throws(SpaceFault) -> [SpacePlan.Definition.Parameter] {
    guard let entry else { return [] }
    var parameters: [SpacePlan.Definition.Parameter] = []
    for member in try entry.value.entries("parameters") {
      try YAMLNode.checkName(member.key, "the name of a parameter", at: member.place)
      guard !Self.stepKeys.contains(member.key) else {
        throw SpaceFault(
          member.place, "every step has \(member.key); expected another name of a parameter")
      }
      var standard = ParameterDefault.required
      switch member.value.content {
      case .scalar("", _): break
      case .scalar("input", isPlain: true): standard = .input
      default: standard = .value(try member.value.value())
      }
      parameters.append(.init(name: member.key, place: member.place, standard: standard))
    }
    return parameters
  }

  /// One name or a list of names.
  func names(
    _ node: YAMLNode?, _ meaning: String
  ) throws(SpaceFault) -> [(name: String, place: TextPlace)] {
    guard let node else { return [] }
    let elements = if case .list(let list) = node.content { list } else { [node] }
    var names: [(name: String, place: TextPlace)] = []
    for element in elements { names.append((try element.name(meaning), element.place)) }
    return names
  }

  // MARK: Use

  /// A definition where a step names it.
  mutating func block(
    _ definition: BlockDefinition, settings: [String: SpacePlan.Setting], at place: TextPlace,
    _ caller: StepContext
  ) throws(SpaceFault) -> SpacePlan.Block {
    guard !caller.ancestors.contains(definition.name) else {
      let way = (caller.ancestors + [definition.name]).joined(separator: ", ")
      throw SpaceFault(place, "the block \(definition.name) contains itself: \(way)")
    }
    usedDefinitions.insert(definition.name)
    for parameter in definition.parameters where settings[parameter.name] == nil {
      if case .required = parameter.standard {
        throw SpaceFault(place, "the block \(definition.name) needs \(parameter.name)")
      }
    }
    var context = caller
    context.definition = definition
    context.ancestors.append(definition.name)
    if definition.isShared {
      context.path = definition.name
      context.conditions = []
      context.index = 0
      context.isShared = true
      context.isOneOfSeveral = false
    }
    let body: SpacePlan.Body
    switch definition.body {
    case .steps(let nodes, let isResidual):
      body = .steps(try readSteps(nodes, context) { "\($0 + 1)" }, isResidual: isResidual)
    case .vertices(let nodes): body = .graph(try graph(definition, vertices: nodes, context))
    case .edges(let nodes): body = .graph(try graph(definition, edges: nodes, context))
    }
    return .own(
      SpacePlan.Definition(
        name: definition.name, place: definition.place, parameters: definition.parameters),
      settings: settings, body: body)
  }

  // MARK: Graphs

  /// Operations on vertices: each reads some vertices before it.
  private mutating func graph(
    _ definition: BlockDefinition, vertices nodes: [YAMLNode], _ context: StepContext
  ) throws(SpaceFault) -> SpacePlan.Graph {
    var places = ["input": 0]
    var read: Set<Int> = []
    var operations: [SpacePlan.Graph.Operation] = []
    for (number, node) in nodes.enumerated() {
      let step = try readStep(node, context, extraKeys: ["from"], defaultName: "v\(number + 1)")
      let sources = try ends(node, "from", places)
      guard places.updateValue(number + 1, forKey: step.name) == nil else {
        throw SpaceFault(
          node.place, "two vertices are called \(step.name); expected different names")
      }
      read.formUnion(sources)
      operations.append(.init(sources: sources, target: number + 1, step: step))
    }
    var outputs: [Int] = []
    for output in definition.output { outputs.append(try end(output, places)) }
    return SpacePlan.Graph(
      values: nodes.count + 1, operations: operations,
      outputs: outputs.isEmpty ? (1...nodes.count).filter { !read.contains($0) } : outputs,
      concatenates: definition.concatenates,
      concatenatesOutputs: definition.concatenatesOutputs)
  }

  /// Operations on edges: a vertex is what its edges give, joined.
  private mutating func graph(
    _ definition: BlockDefinition, edges nodes: [YAMLNode], _ context: StepContext
  ) throws(SpaceFault) -> SpacePlan.Graph {
    var places = ["input": 0]
    var read: Set<Int> = [0]
    var last = 0
    var operations: [SpacePlan.Graph.Operation] = []
    for node in nodes {
      let source = try ends(node, "from", places)
      guard source.count == 1 else {
        throw SpaceFault(node.place, "an edge is from \(source.count) vertices; expected one")
      }
      let targets = try names(node.member("to"), "the name of a vertex")
      guard targets.count == 1 else {
        throw SpaceFault(
          node.place, "an edge is to \(targets.count) vertices; expected to, with one")
      }
      last = places[targets[0].name] ?? places.count
      read.insert(source[0])
      guard !read.contains(last) else {
        throw SpaceFault(
          targets[0].place,
          "the vertex \(targets[0].name) is read before this edge; expected edges to it before those "
            + "from it")
      }
      let sourceName = places.first { $0.value == source[0] }?.key ?? "input"
      places[targets[0].name] = last
      let step = try readStep(
        node, context, extraKeys: ["from", "to"], defaultName: "\(sourceName)-\(targets[0].name)")
      operations.append(.init(sources: source, target: last, step: step))
    }
    var known: Set<String> = []
    for operation in operations where !known.insert(operation.step.name).inserted {
      throw SpaceFault(
        operation.step.place,
        "two edges are called \(operation.step.name); expected a name for one of them")
    }
    var outputs: [Int] = []
    for output in definition.output { outputs.append(try end(output, places)) }
    return SpacePlan.Graph(
      values: places.count, operations: operations, outputs: outputs.isEmpty ? [last] : outputs,
      concatenates: definition.concatenates,
      concatenatesOutputs: definition.concatenatesOutputs)
  }

  private func ends(
    _ node: YAMLNode, _ key: String, _ places: [String: Int]
  ) throws(SpaceFault) -> [Int] {
    let named = try names(node.member(key), "the name of a vertex")
    guard !named.isEmpty else {
      throw SpaceFault(node.place, "there is no \(key); expected the names of vertices before")
    }
    var ends: [Int] = []
    for name in named { ends.append(try end(name, places)) }
    return ends
  }

  private func end(
    _ name: (name: String, place: TextPlace), _ places: [String: Int]
  ) throws(SpaceFault) -> Int {
    guard let place = places[name.name] else {
      let known = places.sorted { $0.value < $1.value }.map(\.key)
      throw SpaceFault.unexpected("vertex", name.name, at: name.place, expected: known)
    }
    return place
  }
}

extension YAMLNode {
  /// A member of a mapping, `nil` where there is none.
  func member(_ key: String) -> YAMLNode? {
    guard case .mapping(let entries) = content else { return nil }
    return entries.first { $0.key == key }?.value
  }
}
