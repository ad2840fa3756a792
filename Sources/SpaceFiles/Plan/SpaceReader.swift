/// Reads the file of a space: top level, choices, images, constraints.
///
/// Blocks are read in ``readSteps(_:_:defaultName:)``, their parameters in ``setting(_:named:types:_:)``.
struct SpaceReader {
  /// Keys of a file.
  static let keys = [
    "name", "summary", "input", "classes", "choices", "blocks", "stem", "stages", "head",
    "constraints",
  ]
  /// Blocks that a file can expand to at most, repeats counted where they are chosen one by one.
  static let maximumBlocks = 5000
  /// Blocks of a stage at most.
  static let maximumDepth = 100

  var variables: [SpaceVariable] = []
  var groups: [VariableGroup] = []
  var groupPlaces: [String: Int] = [:]
  /// Groups of blocks whose choices are made once for all their uses.
  var sharedGroups: Set<String> = []
  var names: [String: SpacePlan.Setting] = [:]
  /// Names of parameters that are chosen for each block, which formulas cannot read.
  var severalNames: Set<String> = []
  var definitions: [String: BlockDefinition] = [:]
  var definitionOrder: [String] = []
  var usedDefinitions: Set<String> = []
  var usedParameters: Set<String> = []
  var namedChoices: [String: TextPlace] = [:]
  var choiceOrder: [String] = []
  var usedChoices: Set<String> = []
  /// Names in formulas, which may stand before what they name.
  var pending: [(name: String, place: TextPlace, isConstraint: Bool)] = []
  var blockCount = 0

  /// Reads a file.
  ///
  /// Choices that nothing uses are no choices of the space, so that they are left out in a second reading.
  static func plan(_ root: YAMLNode) throws(SpaceFault) -> SpacePlan {
    var first = SpaceReader()
    let plan = try first.read(root, without: [])
    let idle = Set(first.choiceOrder.filter { !first.usedChoices.contains($0) })
    if idle.isEmpty { return plan }
    var second = SpaceReader()
    var rest = try second.read(root, without: idle)
    rest.unused =
      first.choiceOrder.compactMap { name in
        guard idle.contains(name), let place = first.namedChoices[name] else { return nil }
        return ("the choice \(name)", place)
      } + rest.unused
    return rest
  }

  // MARK: Top level

  private mutating func read(
    _ root: YAMLNode, without idle: Set<String>
  ) throws(SpaceFault) -> SpacePlan {
    let entries = try root.entries(
      "the file", keys: Self.keys, required: ["name", "input", "classes", "stages"])
    var members: [String: YAMLNode.Entry] = [:]
    for entry in entries { members[entry.key] = entry }
    func member(_ key: String) throws(SpaceFault) -> YAMLNode {
      guard let entry = members[key] else {
        throw SpaceFault(root.place, "the file has no \(SpaceFault.quoted(key))")
      }
      return entry.value
    }
    let name = try member("name").name("the name of a space")
    let summary = try members["summary"]?.value.text("summary") ?? ""
    let classes = try member("classes").whole("classes", in: 2...100_000)
    if let choices = members["choices"]?.value { try readChoices(choices, without: idle) }
    if let blocks = members["blocks"]?.value { try readDefinitions(blocks) }
    let images = try readInput(member("input"))
    var steps: [SpacePlan.Step] = []
    let context = StepContext()
    for (key, usual) in [("stem", "stem"), ("stages", "s"), ("head", "head")] {
      guard let part = members[key]?.value else { continue }
      let list = try part.list(key)
      if key == "stages", list.isEmpty {
        throw SpaceFault(part.place, "stages is empty; expected at least one stage")
      }
      let isNumbered = key == "stages" || list.count > 1
      steps += try readSteps(list, context) { isNumbered ? "\(usual)\($0 + 1)" : usual }
    }
    var known: Set<String> = []
    for step in steps where !known.insert(step.name).inserted {
      throw SpaceFault(step.place, "two steps are called \(step.name); expected different names")
    }
    let constraints = try members["constraints"].map { entry throws(SpaceFault) in
      try readConstraints(entry.value)
    }
    try checkNames()
    return SpacePlan(
      name: name, place: root.place, summary: summary, channels: images.channels,
      height: images.height, width: images.width, classes: classes, steps: steps,
      constraints: constraints ?? [], variables: variables, groups: groups, names: names,
      imageVariables: images.variables, unused: unusedDefinitions)
  }

  /// Blocks that nothing names, and parameters that their blocks do not use.
  private var unusedDefinitions: [(what: String, place: TextPlace)] {
    definitionOrder.flatMap { name -> [(what: String, place: TextPlace)] in
      guard let definition = definitions[name] else { return [] }
      guard usedDefinitions.contains(name) else { return [("the block \(name)", definition.place)] }
      return definition.parameters.filter { !usedParameters.contains("\(name) \($0.name)") }.map {
        ("the parameter \($0.name) of block \(name)", $0.place)
      }
    }
  }

  private mutating func readChoices(
    _ node: YAMLNode, without idle: Set<String>
  ) throws(SpaceFault) {
    for entry in try node.entries("choices") {
      try YAMLNode.checkName(entry.key, "the name of a choice", at: entry.place)
      guard entry.key != "input" else {
        throw SpaceFault(
          entry.place, "input names the width that a block reads; expected another name")
      }
      choiceOrder.append(entry.key)
      namedChoices[entry.key] = entry.place
      let options = try options(entry.value, named: entry.key, types: [.any])
      if idle.contains(entry.key) { continue }
      names[entry.key] = try setting(
        of: options, named: entry.key, at: entry.value.place, types: [.any], StepContext())
    }
  }

  private mutating func readInput(
    _ node: YAMLNode
  ) throws(SpaceFault) -> (
    channels: Int, height: SpacePlan.Setting, width: SpacePlan.Setting, variables: [Int]
  ) {
    let entries = try node.entries(
      "input", keys: ["channels", "resolution", "height", "width"], required: ["channels"])
    let first = variables.count
    var channels = 3
    var sides: [String: SpacePlan.Setting] = [:]
    for entry in entries {
      if entry.key == "channels" {
        channels = try entry.value.whole("channels", in: 1...1024)
      } else {
        let side = try setting(
          entry.value, named: entry.key, types: [.whole(1...4096)], StepContext(), group: entry.key)
        sides[entry.key] = side
        // A choice of the file may have that name too.
        if namedChoices[entry.key] == nil { names[entry.key] = side }
      }
    }
    let images: (height: SpacePlan.Setting, width: SpacePlan.Setting)
    switch (sides["resolution"], sides["height"], sides["width"]) {
    case (let side?, nil, nil): images = (side, side)
    case (nil, let height?, let width?): images = (height, width)
    default:
      throw SpaceFault(
        node.place,
        "input has \(entries.map(\.key).joined(separator: ", ")); expected channels with "
          + "either resolution, or height and width")
    }
    return (channels, images.height, images.width, Array(first..<variables.count))
  }

  // MARK: Constraints and names

  private mutating func readConstraints(
    _ node: YAMLNode
  ) throws(SpaceFault) -> [(expression: Expression, place: TextPlace)] {
    var constraints: [(expression: Expression, place: TextPlace)] = []
    for element in try node.list("constraints") {
      let text = try element.text("a constraint")
      let expression = try withWords(ExpressionParser.parse(text, at: element.textPlace))
      for (name, place) in expression.names { pending.append((name, place, true)) }
      constraints.append((expression, element.place))
    }
    return constraints
  }

  /// A constraint whose words are known as such: `activation == relu`, where one side names a choice between words.
  private func withWords(_ expression: Expression) throws(SpaceFault) -> Expression {
    switch expression {
    case .binary(
      let operation, .name(let first, let before), .name(let second, let behind), let place)
    where operation == .equal || operation == .different:
      let (left, right) = (words(of: first), words(of: second))
      if let left, names[second] == nil {
        return .binary(
          operation, .name(first, before), try word(second, at: behind, of: first, left), place)
      }
      if let right, names[first] == nil {
        return .binary(
          operation, try word(first, at: before, of: second, right), .name(second, behind), place)
      }
      return expression
    case .binary(let operation, let first, let second, let place):
      return .binary(operation, try withWords(first), try withWords(second), place)
    case .not(let inner): return .not(try withWords(inner))
    default: return expression
    }
  }

  /// The words that a name can stand for, `nil` where it stands for none.
  private func words(of name: String) -> [String]? {
    let values: [ChoiceValue]
    switch names[name]?.form {
    case .fixed(let value): values = [value]
    case .choice(let variable): values = variables[variable].options
    case .formula, nil: return nil
    }
    let words = values.compactMap { if case .word(let word) = $0 { word } else { nil } }
    return words.isEmpty ? nil : words
  }

  private func word(
    _ word: String, at place: TextPlace, of name: String, _ known: [String]
  ) throws(SpaceFault) -> Expression {
    guard known.contains(word) else {
      throw SpaceFault.unexpected("value of \(name)", word, at: place, expected: known)
    }
    return .constant(.word(word))
  }

  private mutating func checkNames() throws(SpaceFault) {
    for (name, place, isConstraint) in pending {
      if name == "input", !isConstraint { continue }
      if severalNames.contains(name), names[name] == nil {
        throw SpaceFault(
          place,
          "\(name) is chosen for each block; a formula reads what a whole stage has in common")
      }
      guard names[name] != nil || (namedChoices[name] != nil && usedChoices.contains(name)) else {
        if namedChoices[name] != nil {
          throw SpaceFault(
            place, "\(SpaceFault.quoted(name)) is a choice that no block uses; expected one that is"
          )
        }
        let known = choiceOrder + names.keys.filter { !choiceOrder.contains($0) }.sorted()
        throw SpaceFault(
          place,
          "unknown name \(SpaceFault.quoted(name)); expected "
            + (known.isEmpty
              ? "a choice of the file" : SpaceFault.alternatives(known, near: name)))
      }
    }
  }
}

extension YAMLNode {
  /// Where the text of a scalar begins: behind a quotation mark.
  var textPlace: TextPlace {
    if case .scalar(_, isPlain: false) = content { place.moved(by: 1) } else { place }
  }
}
