extension SpaceReader {
  /// Where in a file a step stands.
  struct StepContext {
    /// What names of choices begin with.
    var path = ""
    /// What has to be chosen for the step to be there.
    var conditions: [SpaceVariable.Condition] = []
    /// The definition whose parameters have names here.
    var definition: BlockDefinition?
    /// The definitions that are being read, from the outermost.
    var ancestors: [String] = []
    /// The number of the block among those that are chosen one by one.
    var index = 0
    /// Whether it is one of several that are chosen one by one.
    var isOneOfSeveral = false
    /// Whether its choices are made once for all uses.
    var isShared = false

    func path(_ part: String) -> String { path.isEmpty ? part : "\(path).\(part)" }

    /// The names that mean something here alone.
    func names(_ name: String) -> Bool {
      definition?.parameters.contains { $0.name == name } ?? false
    }
  }

  /// Reads the value of a parameter: a number or word, a list of them, or a formula.
  ///
  /// - Parameters:
  ///   - node: the value.
  ///   - name: the name of the parameter.
  ///   - types: what it can be; more than one where several blocks have the parameter.
  ///   - context: where it stands.
  ///   - group: the name of the choice, where it is one.
  /// - Returns: the value, a choice or a formula.
  /// - Throws: the place of what is no value of the types.
  mutating func setting(
    _ node: YAMLNode, named name: String, types: [ParameterType], _ context: StepContext,
    group: String? = nil
  ) throws(SpaceFault) -> SpacePlan.Setting {
    guard case .scalar(let text, let isPlain) = node.content else {
      let options = try options(node, named: name, types: types)
      return try setting(
        of: options, named: name, at: node.place, types: types, context,
        group: group ?? context.path(name))
    }
    let value = try node.value()
    func fixed(_ value: ChoiceValue) -> SpacePlan.Setting {
      SpacePlan.Setting(form: .fixed(value), name: name, place: node.place, types: types)
    }
    guard case .word = value else {
      try check(value, named: name, types: types, at: node.place)
      return fixed(value)
    }
    let isName = context.names(text) || namedChoices[text] != nil
    if types.allSatisfy({ $0.takes(value) }), !isPlain || !isName {
      // A word of a parameter that takes all words can be a formula that its definition computes with.
      let isFormula = isPlain && types == [.any] && text.contains { "+*/( ".contains($0) }
      if !isFormula { return fixed(value) }
    }
    let words = types.flatMap(\.words)
    let isWord = text.allSatisfy { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" }
    if isWord, !isName, text != "input" {
      guard words.isEmpty else {
        throw SpaceFault.unexpected(name, text, at: node.place, expected: words)
      }
      throw SpaceFault(
        node.place,
        "\(name) is \(node.kind); expected \(types[0].expectation), a list of them, or a "
          + "formula of choices")
    }
    let expression = try ExpressionParser.parse(text, at: node.textPlace)
    if case .name(let choice, _) = expression, !context.names(choice),
      let known = names[choice], namedChoices[choice] != nil
    {
      usedChoices.insert(choice)
      if case .choice(let variable) = known.form {
        for option in variables[variable].options {
          try check(option, named: "\(name), the choice \(choice),", types: types, at: node.place)
        }
      }
      if case .fixed(let value) = known.form {
        try check(value, named: "\(name), the choice \(choice),", types: types, at: node.place)
      }
      return SpacePlan.Setting(form: known.form, name: name, place: node.place, types: types)
    }
    note(expression, context)
    return SpacePlan.Setting(
      form: .formula(expression), name: name, place: node.place, types: types)
  }

  /// Notes the names of a formula, which are checked when the whole file is read.
  private mutating func note(_ expression: Expression, _ context: StepContext) {
    for (name, place) in expression.names {
      if let definition = context.definition, context.names(name) {
        usedParameters.insert("\(definition.name) \(name)")
      } else {
        if namedChoices[name] != nil { usedChoices.insert(name) }
        pending.append((name, place, false))
      }
    }
  }

  func check(
    _ value: ChoiceValue, named name: String, types: [ParameterType], at place: TextPlace
  ) throws(SpaceFault) {
    for type in types where !type.takes(value) {
      throw SpaceFault(
        place, "\(name) is \(SpaceFault.quoted(value.description)); expected \(type.expectation)")
    }
  }

  // MARK: Choices

  /// The options of a list, or of a range with a step.
  func options(
    _ node: YAMLNode, named name: String, types: [ParameterType]
  ) throws(SpaceFault) -> [ChoiceValue] {
    switch node.content {
    case .scalar: return [try node.value()]
    case .mapping: return try range(node, named: name, types: types)
    case .list(let elements):
      var options: [ChoiceValue] = []
      for element in elements {
        guard case .scalar = element.content else {
          throw SpaceFault(
            element.place,
            "an option of \(name) is \(element.kind); expected \(types[0].expectation)")
        }
        let value = try element.value()
        if case .word(let word) = value {
          let words = types.flatMap(\.words)
          if !words.isEmpty, !words.contains(word) {
            throw SpaceFault.unexpected(name, word, at: element.place, expected: words)
          }
          // Texts of architectures are made of names and numbers.
          try YAMLNode.checkName(word, "an option", at: element.place)
        }
        try check(value, named: name, types: types, at: element.place)
        guard !options.contains(value) else {
          throw SpaceFault(element.place, "\(name) has the option \(value) twice")
        }
        options.append(value)
      }
      guard !options.isEmpty else {
        throw SpaceFault(node.place, "\(name) is an empty list; expected at least one option")
      }
      return options
    }
  }

  private func range(
    _ node: YAMLNode, named name: String, types: [ParameterType]
  ) throws(SpaceFault) -> [ChoiceValue] {
    var numbers: [String: Double] = ["step": 1]
    for entry in try node.entries(name, keys: ["from", "to", "step"], required: ["from", "to"]) {
      guard case .number(let number) = try entry.value.value() else {
        throw SpaceFault(
          entry.value.place, "\(entry.key) is \(entry.value.kind); expected a number")
      }
      numbers[entry.key] = number
    }
    let (from, to, step) = (numbers["from"] ?? 0, numbers["to"] ?? 0, numbers["step"] ?? 1)
    guard step > 0, from <= to, (to - from) / step < 1000 else {
      throw SpaceFault(
        node.place,
        "a range from \(ChoiceValue.number(from)) to \(ChoiceValue.number(to)) by "
          + "\(ChoiceValue.number(step)); expected 1 to 1000 rising numbers")
    }
    // Each is computed on its own, so that no error of rounding grows.
    let count = Int(((to - from) / step + 1e-9).rounded(.down)) + 1
    let options = (0..<count).map { ChoiceValue.number(from + Double($0) * step) }
    for option in options { try check(option, named: name, types: types, at: node.place) }
    return options
  }

  /// A choice of some options, or the only one.
  mutating func setting(
    of options: [ChoiceValue], named name: String, at place: TextPlace, types: [ParameterType],
    _ context: StepContext, group: String? = nil
  ) throws(SpaceFault) -> SpacePlan.Setting {
    let form: SpacePlan.Setting.Form =
      options.count == 1
      ? .fixed(options[0])
      : .choice(
        try variable(
          named: group ?? context.path(name), options: options, at: place, context))
    return SpacePlan.Setting(form: form, name: name, place: place, types: types)
  }

  /// The place of a choice, made where there is none yet.
  mutating func variable(
    named name: String, options: [ChoiceValue], at place: TextPlace, _ context: StepContext
  ) throws(SpaceFault) -> Int {
    if let group = groupPlaces[name] {
      let known = groups[group].variables
      if context.isShared, sharedGroups.contains(name), let first = known.first { return first }
      guard context.isOneOfSeveral, let last = known.last, variables[last].place == place else {
        throw SpaceFault(
          place, "two choices are called \(name); expected steps with different names")
      }
      groups[group].variables.append(variables.count)
    } else {
      groupPlaces[name] = groups.count
      groups.append(VariableGroup(name: name, variables: [variables.count]))
      if context.isShared { sharedGroups.insert(name) }
    }
    variables.append(
      SpaceVariable(
        group: groupPlaces[name] ?? 0, options: options, conditions: context.conditions,
        place: place))
    return variables.count - 1
  }
}
