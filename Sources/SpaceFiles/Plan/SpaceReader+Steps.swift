extension SpaceReader {
  /// What every step can say besides the parameters of its blocks.
  static let stepKeys = ["block", "name", "depth", "per-block", "from", "to"]

  /// Reads blocks that stand one behind the other.
  mutating func readSteps(
    _ nodes: [YAMLNode], _ context: StepContext, defaultName: (Int) -> String
  ) throws(SpaceFault) -> [SpacePlan.Step] {
    var steps: [SpacePlan.Step] = []
    var known: Set<String> = []
    for (number, node) in nodes.enumerated() {
      let step = try readStep(node, context, extraKeys: [], defaultName: defaultName(number))
      guard known.insert(step.name).inserted else {
        throw SpaceFault(step.place, "two steps are called \(step.name); expected different names")
      }
      steps.append(step)
    }
    return steps
  }

  /// One of the blocks that a step can be, with the parameters that it has.
  private enum Kind {
    case library(any BlockKind.Type)
    case own(BlockDefinition)

    var name: String {
      switch self {
      case .library(let kind): kind.name
      case .own(let definition): definition.name
      }
    }

    var parameters: [(name: String, type: ParameterType)] {
      switch self {
      case .library(let kind): kind.parameters.map { ($0.name, $0.type) }
      case .own(let definition): definition.parameters.map { ($0.name, .any) }
      }
    }
  }

  /// Which choices are made for each block.
  private enum PerBlock {
    case none
    case all
    case some(Set<String>)

    func contains(_ name: String) -> Bool {
      switch self {
      case .none: false
      // The stride is that of the first block.
      case .all: name != "stride"
      case .some(let names): names.contains(name)
      }
    }
  }

  /// A step as it is written.
  private struct Syntax {
    var place: TextPlace
    var name: String
    var kinds: [Kind]
    /// Where its blocks are named.
    var blockPlace: TextPlace
    var depth: YAMLNode?
    /// The parameters that it gives.
    var given: [YAMLNode.Entry]
    var perBlock: PerBlock

    /// Whether blocks, and what they have inside, are chosen one by one.
    var separates: Bool {
      switch perBlock {
      case .none: false
      case .all: true
      case .some(let names): names.contains("block") && kinds.count > 1
      }
    }

    /// Whether something is chosen for each block.
    var isPerBlock: Bool { if case .none = perBlock { false } else { true } }

    /// Whether a parameter has one value for all blocks of the step.
    func isCommon(_ parameter: String) -> Bool {
      if perBlock.contains(parameter) { return false }
      // What some alternatives lack is there or not block by block.
      return !separates
        || kinds.allSatisfy { $0.parameters.contains { $0.name == parameter } }
    }
  }

  /// Reads a step: a block or a choice of blocks, its number, its parameters.
  mutating func readStep(
    _ node: YAMLNode, _ outer: StepContext, extraKeys: [String], defaultName: String
  ) throws(SpaceFault) -> SpacePlan.Step {
    let syntax = try syntax(node, extraKeys: extraKeys, defaultName: defaultName)
    var context = outer
    context.path = outer.path(syntax.name)
    let (depth, depths) = try readDepth(syntax.depth, context)
    let largest = depths.max() ?? 1

    var common = context
    common.conditions += Self.condition(depth, depths, 0)
    var choice: Int?
    if syntax.kinds.count > 1, !syntax.perBlock.contains("block") {
      let made = try choose(syntax, common)
      choice = made
      // What is chosen one by one has no name that a formula could read.
      if !outer.isOneOfSeveral, namedChoices[context.path] == nil {
        names[context.path] = SpacePlan.Setting(
          form: .choice(made), name: syntax.name, place: syntax.blockPlace, types: [.any])
      }
    }
    var settings: [String: SpacePlan.Setting] = [:]
    for entry in syntax.given where syntax.isCommon(entry.key) {
      let setting = try parameter(entry, of: syntax.kinds, choice: choice, common)
      settings[entry.key] = setting
      names[context.path(entry.key)] = setting
    }
    var instances: [SpacePlan.Instance] = []
    for number in 0..<(syntax.isPerBlock ? largest : min(1, largest)) {
      var inner = context
      inner.conditions += Self.condition(depth, depths, number)
      inner.index = outer.index * Self.maximumDepth + number
      inner.isOneOfSeveral = outer.isOneOfSeveral || syntax.isPerBlock
      instances.append(
        try instance(syntax, settings, choice, inner, inside: syntax.separates ? inner : common))
    }
    return SpacePlan.Step(
      name: syntax.name, place: syntax.place, depth: depth, instances: instances)
  }

  private func syntax(
    _ node: YAMLNode, extraKeys: [String], defaultName: String
  ) throws(SpaceFault) -> Syntax {
    if case .scalar = node.content {
      // A word alone is a block with its usual parameters.
      let word = YAMLNode(
        .mapping([.init(key: "block", place: node.place, value: node)]), node.place)
      return try syntax(word, extraKeys: extraKeys, defaultName: defaultName)
    }
    let entries = try node.entries("a step")
    guard let block = node.member("block") else {
      throw SpaceFault(node.place, "a step has no block; expected block: with the name of one")
    }
    let kinds = try kinds(block)
    let keys = ["block", "name", "depth", "per-block"]
    let given = entries.filter { !(keys + extraKeys).contains($0.key) }
    for entry in given
    where !kinds.contains(where: { $0.parameters.contains { $0.name == entry.key } }) {
      let known = Set(kinds.flatMap { $0.parameters.map(\.name) }).sorted()
      throw SpaceFault.unexpected(
        "parameter", entry.key, at: entry.place, expected: known + keys.dropFirst())
    }
    for case .library(let type) in kinds {
      for parameter in type.parameters where parameter.standard == .required {
        guard node.member(parameter.name) != nil else {
          throw SpaceFault(node.place, "the block \(type.name) needs \(parameter.name)")
        }
      }
    }
    return Syntax(
      place: node.place,
      name: try node.member("name")?.name("the name of a step") ?? defaultName, kinds: kinds,
      blockPlace: block.place, depth: node.member("depth"), given: given,
      perBlock: try readPerBlock(node.member("per-block"), given))
  }

  /// One of the blocks of a step, or what stands for all of them.
  ///
  /// - Parameters:
  ///   - syntax: the step.
  ///   - common: the parameters that all blocks have in common.
  ///   - choice: the choice of the block, where it is one for all.
  ///   - context: where choices of this block alone stand.
  ///   - inside: where choices of what the block consists of stand.
  /// - Returns: the block.
  /// - Throws: the place of what is wrong with a parameter or inside.
  private mutating func instance(
    _ syntax: Syntax, _ common: [String: SpacePlan.Setting], _ choice: Int?,
    _ context: StepContext, inside: StepContext
  ) throws(SpaceFault) -> SpacePlan.Instance {
    blockCount += 1
    guard blockCount <= Self.maximumBlocks else {
      throw SpaceFault(syntax.place, "the file expands to more than \(Self.maximumBlocks) blocks")
    }
    var choice = choice
    if syntax.kinds.count > 1, choice == nil { choice = try choose(syntax, context) }
    var settings = common
    for entry in syntax.given where common[entry.key] == nil {
      settings[entry.key] = try parameter(entry, of: syntax.kinds, choice: choice, context)
      severalNames.insert(context.path(entry.key))
    }
    var alternatives: [SpacePlan.Block] = []
    for (place, kind) in syntax.kinds.enumerated() {
      var inside = inside
      if let choice {
        inside.conditions.append(.init(variable: choice, allowed: [place]))
        inside.path = inside.path(kind.name)
      }
      alternatives.append(try alternative(kind, settings, at: syntax.blockPlace, inside))
    }
    return SpacePlan.Instance(choice: choice, alternatives: alternatives)
  }

  // MARK: Blocks

  private func kinds(_ node: YAMLNode) throws(SpaceFault) -> [Kind] {
    let elements = if case .list(let list) = node.content { list } else { [node] }
    var kinds: [Kind] = []
    for element in elements {
      let name = try element.text("a block")
      guard !kinds.contains(where: { $0.name == name }) else {
        throw SpaceFault(element.place, "the block \(name) stands twice")
      }
      if let type = AllBlocks.byName[name] {
        kinds.append(.library(type))
      } else if let definition = definitions[name] {
        kinds.append(.own(definition))
      } else {
        throw SpaceFault.unexpected(
          "block", name, at: element.place,
          expected: definitionOrder + AllBlocks.kinds.map { $0.name })
      }
    }
    guard !kinds.isEmpty else {
      throw SpaceFault(node.place, "block is an empty list; expected the name of a block")
    }
    return kinds
  }

  private mutating func choose(
    _ syntax: Syntax, _ context: StepContext
  ) throws(SpaceFault) -> Int {
    try variable(
      named: context.path, options: syntax.kinds.map { .word($0.name) }, at: syntax.blockPlace,
      context)
  }

  private mutating func parameter(
    _ entry: YAMLNode.Entry, of kinds: [Kind], choice: Int?, _ context: StepContext
  ) throws(SpaceFault) -> SpacePlan.Setting {
    var types: [ParameterType] = []
    var owners: Set<Int> = []
    for (place, kind) in kinds.enumerated() {
      for parameter in kind.parameters where parameter.name == entry.key {
        owners.insert(place)
        if !types.contains(parameter.type) { types.append(parameter.type) }
      }
    }
    var inner = context
    if let choice, owners.count < kinds.count {
      inner.conditions.append(.init(variable: choice, allowed: owners))
    }
    return try setting(entry.value, named: entry.key, types: types, inner)
  }

  private mutating func alternative(
    _ kind: Kind, _ settings: [String: SpacePlan.Setting], at place: TextPlace,
    _ context: StepContext
  ) throws(SpaceFault) -> SpacePlan.Block {
    let names = Set(kind.parameters.map(\.name))
    let own = settings.filter { names.contains($0.key) }
    switch kind {
    case .library(let type): return .library(name: type.name, settings: own)
    case .own(let definition):
      return try block(definition, settings: own, at: place, context)
    }
  }

  // MARK: Repeats

  /// The number of blocks of a step, and what it can be.
  private mutating func readDepth(
    _ node: YAMLNode?, _ context: StepContext
  ) throws(SpaceFault) -> (setting: SpacePlan.Setting?, depths: [Int]) {
    guard let node else { return (nil, [1]) }
    let types = [ParameterType.whole(0...Self.maximumDepth)]
    let depth = try setting(node, named: "depth", types: types, context)
    let values: [ChoiceValue]
    switch depth.form {
    case .fixed(let value): values = [value]
    case .choice(let variable): values = variables[variable].options
    case .formula:
      throw SpaceFault(
        node.place,
        "depth is a formula; expected a whole number, a list of them, or the name of a choice")
    }
    names[context.path("depth")] = depth
    return (
      depth,
      values.map { if case .number(let number) = $0 { Int(number) } else { 0 } }
    )
  }

  /// What has to be chosen for a block with a number, counted from 0, to be there.
  private static func condition(
    _ depth: SpacePlan.Setting?, _ depths: [Int], _ number: Int
  ) -> [SpaceVariable.Condition] {
    guard case .choice(let variable)? = depth?.form else { return [] }
    let allowed = Set(depths.indices.filter { depths[$0] > number })
    return allowed.count == depths.count ? [] : [.init(variable: variable, allowed: allowed)]
  }

  private func readPerBlock(
    _ node: YAMLNode?, _ given: [YAMLNode.Entry]
  ) throws(SpaceFault) -> PerBlock {
    guard let node else { return .none }
    if case .scalar("true", isPlain: true) = node.content { return .all }
    if case .scalar("false", isPlain: true) = node.content { return .none }
    guard case .list(let elements) = node.content else {
      throw SpaceFault(
        node.place, "per-block is \(node.kind); expected true or a list of parameters of the step")
    }
    let known = ["block"] + given.map(\.key)
    var names: Set<String> = []
    for element in elements {
      let name = try element.text("a parameter")
      guard known.contains(name), name != "stride" else {
        throw SpaceFault.unexpected(
          "parameter", name, at: element.place, expected: known.filter { $0 != "stride" })
      }
      names.insert(name)
    }
    return names.isEmpty ? .none : .some(names)
  }
}
