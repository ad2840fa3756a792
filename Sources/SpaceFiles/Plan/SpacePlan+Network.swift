internal import Networks
internal import Operators
internal import Tensors

extension SpacePlan {
  /// The network of an assignment.
  ///
  /// Its blocks, at whose ends proxies look, are those of the stages.
  ///
  /// - Throws: the place of what does not fit.
  func network(_ assignment: Assignment) throws(SpaceFault) -> Network {
    let construction = Construction(plan: self, assignment: assignment)
    let input = Shape(
      channels: channels, height: try construction.size(height), width: try construction.size(width)
    )
    var network = NetworkGrowth(input: input, place: place)
    for step in steps { try construction.grow(&network, step, Scope()) }
    network.prefix = ""
    network.place = steps.last?.place ?? place
    if network.form != .vector { try network.pool("") }
    try network.add(Linear(inFeatures: network.width, outFeatures: classes), "classifier")
    return network.builder.build()
  }

  /// What the parameters of a definition are inside of it.
  private struct Scope {
    var values: [String: ChoiceValue] = [:]
  }

  /// The building of one network.
  private struct Construction {
    let plan: SpacePlan
    let assignment: Assignment

    func size(_ setting: Setting) throws(SpaceFault) -> Int {
      guard case .number(let number)? = try value(setting, Scope(), input: 0) else { return 1 }
      return Int(number)
    }

    // MARK: Values

    /// The value of a parameter, which is of its types.
    func value(_ setting: Setting, _ scope: Scope, input: Int) throws(SpaceFault) -> ChoiceValue? {
      switch setting.form {
      case .fixed(let value): return value
      case .choice(let variable):
        return assignment[variable].map { plan.variables[variable].options[$0] }
      case .formula(let expression):
        let value = try expression.value { name, place throws(SpaceFault) in
          if let value = scope.values[name] { return value }
          if name == "input" { return .whole(input) }
          return try plan.value(named: name, at: place, assignment, depth: 0)
        }
        guard let value else {
          throw SpaceFault(
            setting.place,
            "\(setting.name) depends on a choice that this architecture does not make")
        }
        try check(value, setting)
        return value
      }
    }

    private func check(_ value: ChoiceValue, _ setting: Setting) throws(SpaceFault) {
      for type in setting.types where !type.takes(value) {
        throw SpaceFault(
          setting.place, "\(setting.name) is \(value); expected \(type.expectation)")
      }
    }

    // MARK: Blocks

    func grow(
      _ network: inout NetworkGrowth, _ step: Step, _ scope: Scope
    ) throws(SpaceFault) {
      let outer = network.prefix
      let part = step.name.replacing("-", with: "_")
      let prefix = outer.isEmpty ? part : "\(outer).\(part)"
      var count = 1
      if let depth = step.depth {
        count = 0
        if case .number(let number)? = try value(depth, scope, input: network.width) {
          count = Int(number)
        }
      }
      for number in 0..<count {
        let instance = step.instances[min(number, step.instances.count - 1)]
        let block = instance.alternatives[instance.choice.flatMap { assignment[$0] } ?? 0]
        network.prefix = step.depth == nil ? prefix : "\(prefix).\(number)"
        network.place = step.place
        try grow(&network, block, scope, isFirst: number == 0)
        if outer.isEmpty { network.builder.endBlock() }
      }
      network.prefix = outer
    }

    private func grow(
      _ network: inout NetworkGrowth, _ block: Block, _ scope: Scope, isFirst: Bool
    ) throws(SpaceFault) {
      try network.begin()
      switch block {
      case .library(let name, let settings):
        guard let kind = AllBlocks.byName[name] else {
          throw SpaceFault(network.place, "unknown block \(name)")
        }
        let parameters = kind.parameters.map { ($0.name, $0.standard) }
        let values = try values(
          of: parameters, settings, scope, input: network.width, isFirst: isFirst)
        try kind.grow(&network, BlockArguments(values: values))
      case .own(let definition, let settings, let body):
        let parameters = definition.parameters.map { ($0.name, $0.standard) }
        let inner = Scope(
          values: try values(
            of: parameters, settings, scope, input: network.width, isFirst: isFirst))
        switch body {
        case .steps(let steps, let isResidual):
          let (start, shape) = (network.end, network.shape)
          for step in steps { try grow(&network, step, inner) }
          guard isResidual else { break }
          network.place = definition.place
          guard network.shape == shape else {
            throw SpaceFault(
              definition.place,
              "the residual block \(definition.name) reads \(shape) and gives \(network.shape); "
                + "expected one shape")
          }
          try network.add(Sum(), "sum", reading: [start, network.end])
        case .graph(let graph): try grow(&network, graph, inner, definition)
        }
      }
    }

    private func values(
      of parameters: [(String, ParameterDefault)], _ settings: [String: Setting], _ scope: Scope,
      input: Int, isFirst: Bool
    ) throws(SpaceFault) -> [String: ChoiceValue] {
      var values: [String: ChoiceValue] = [:]
      for (name, standard) in parameters {
        // The stride of a stage is that of its first block.
        if name == "stride", !isFirst, settings[name] != nil {
          values[name] = .whole(1)
          continue
        }
        if let setting = settings[name] {
          values[name] = try value(setting, scope, input: input)
          continue
        }
        switch standard {
        case .value(let value): values[name] = value
        case .input: values[name] = .whole(input)
        case .derived, .required: break
        }
      }
      return values
    }

    // MARK: Graphs

    private func grow(
      _ network: inout NetworkGrowth, _ graph: Graph, _ scope: Scope, _ definition: Definition
    ) throws(SpaceFault) {
      var nodes = [Int?](repeating: nil, count: graph.values)
      var arrived = [[Int]](repeating: [], count: graph.values)
      nodes[0] = network.end
      var joints = 0
      func join(_ ends: [Int], _ concatenates: Bool) throws(SpaceFault) -> Int {
        guard ends.count > 1 else { return ends[0] }
        network.place = definition.place
        joints += 1
        if concatenates {
          try network.add(
            Concatenate(axis: network.form == .tokens ? 1 : 0), "join\(joints)", reading: ends)
        } else {
          try network.add(Sum(), "join\(joints)", reading: ends)
        }
        return network.end
      }
      func node(_ value: Int) throws(SpaceFault) -> Int {
        if let known = nodes[value] { return known }
        let made = try join(arrived[value], graph.concatenates)
        nodes[value] = made
        return made
      }
      for operation in graph.operations {
        var ends: [Int] = []
        for source in operation.sources { ends.append(try node(source)) }
        network.end = try join(ends, graph.concatenates)
        try grow(&network, operation.step, scope)
        arrived[operation.target].append(network.end)
      }
      var ends: [Int] = []
      for output in graph.outputs { ends.append(try node(output)) }
      network.end = try join(ends, graph.concatenatesOutputs)
      if network.end != network.builder.newest {
        // The newest node is the output, so that a value that is older is taken up once more.
        try network.add(Reshape(to: network.shape.extents), "output")
      }
    }
  }
}
