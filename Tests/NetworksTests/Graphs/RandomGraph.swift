import Networks
import Operators
import PlainTwins
import Tensors

/// A legal graph of random operators: residuals, concatenations, attention, squeeze-and-excitation, layouts that
/// meet, dead ends, constants, and parts that are zero by structure.
struct RandomGraph {
  private(set) var builder: NetworkBuilder
  private var numbers: Numbers
  /// Nodes that later ones may read.
  private var nodes: [Int] = [0]
  private var count = 0
  /// The names of the operators that were put in.
  private(set) var names: Set<String> = []

  /// No value is larger, so that graphs stay small.
  private static let mostElements = 480

  init(seed: UInt64) throws {
    numbers = Numbers(seed: seed, "graph")
    let inputs: [Shape] = [
      [3, 6, 5], [18, 4, 4], [2, 7, 3], [5, 6], [3, 2, 2, 4], [16], [16, 1, 1], [17, 3, 4],
    ]
    builder = NetworkBuilder(input: inputs[numbers.integer(below: inputs.count)])
    for _ in 0..<4 + numbers.integer(below: 9) { try step() }
    try end()
  }

  /// The finished network.
  func network() -> Network { builder.build() }

  private mutating func name(_ op: any Operator) -> String {
    count += 1
    return "\(op.name)\(count)"
  }

  private mutating func pick() -> Int {
    // Late nodes more often, so that graphs become deep.
    let last = numbers.integer(below: nodes.count)
    return nodes[max(last, numbers.integer(below: nodes.count))]
  }

  private mutating func choice<T>(_ options: [T]) -> T {
    options[numbers.integer(below: options.count)]
  }

  @discardableResult
  private mutating func add(_ op: any Operator, _ inputs: [Int]) throws -> Int {
    names.insert(op.name)
    let node = try builder.add(op, inputs, name: name(op))
    nodes.append(node)
    return node
  }

  /// Whether an operator takes some nodes and gives a value of moderate size.
  private func takes(_ op: any Operator, _ inputs: [Int]) -> Bool {
    guard !inputs.isEmpty,
      let shape = try? op.outputShape(inputs.map { builder.shape(of: $0) })
    else { return false }
    return shape.count <= Self.mostElements
  }

  // MARK: Steps

  private mutating func step() throws {
    switch numbers.integer(below: 12) {
    case 0: try residual()
    case 1: try concatenation()
    case 2: try attention()
    case 3: try squeeze()
    case 4: try nothing()
    case 5: try normalized()
    default: try example()
    }
  }

  /// Any operator of the list, on nodes that happen to fit, or on nodes that are made to.
  private mutating func example() throws {
    let type = choice(AllOperators.types)
    let example = choice(type.examples)
    let picked = example.inputs.map { _ in pick() }
    var inputs: [Int] = []
    if takes(example.op, picked), numbers.integer(below: 3) > 0 || example.inputs.count > 1 {
      inputs = picked
    } else {
      for (node, shape) in zip(picked, example.inputs) {
        inputs.append(try adapted(node, to: shape))
      }
    }
    for place in inputs.indices {
      inputs[place] = try builder.limited(
        inputs[place], to: example.domain, name: "domain\(count).\(place)")
    }
    let result = try add(example.op, inputs)
    if example.domain != .all || example.op.kind == .product {
      // What may have become large is bounded again now and then.
      if numbers.integer(below: 2) == 0 { try add(Softsign(), [result]) }
    }
  }

  /// A node brought to a shape, by a choice of its elements or by a layer.
  private mutating func adapted(_ node: Int, to shape: Shape) throws -> Int {
    if builder.shape(of: node) == shape { return node }
    var vector = try add(Flatten(), [try flattenable(node)])
    let extent = builder.shape(of: vector).count
    if extent > shape.count, numbers.integer(below: 2) == 0 {
      vector = try add(
        Slice(axis: 0, from: numbers.integer(below: extent - shape.count), count: shape.count),
        [vector])
    } else if extent != shape.count {
      vector = try add(Linear(inFeatures: extent, outFeatures: shape.count), [vector])
    }
    return try add(Reshape(to: shape.extents), [vector])
  }

  private mutating func flattenable(_ node: Int) throws -> Int {
    builder.shape(of: node).rank > 0 ? node : try add(Reshape(to: [1]), [node])
  }

  /// A node and a layer of it, or two nodes of one shape.
  private mutating func residual() throws {
    let first = pick()
    let shape = builder.shape(of: first)
    let others = nodes.filter { builder.shape(of: $0) == shape && $0 != first }
    if let other = others.last, numbers.integer(below: 2) == 0 {
      try add(numbers.integer(below: 2) == 0 ? Sum() : Add(), [first, other])
    } else {
      let layer = try builder.layer(first, name: "residual\(count)")
      nodes.append(layer)
      try add(Sum(), numbers.integer(below: 2) == 0 ? [first, layer] : [layer, first, layer])
    }
  }

  private mutating func concatenation() throws {
    let first = try flattenable(pick())
    let shape = builder.shape(of: first)
    let axis = numbers.integer(below: shape.rank)
    let fitting = nodes.filter { takes(Concatenate(axis: axis), [first, $0]) }
    let other = fitting.isEmpty ? first : choice(fitting)
    guard takes(Concatenate(axis: axis), [other, first]) else { return }
    try add(Concatenate(axis: axis), [other, first])
  }

  /// Heads of queries, keys and values of one node seen as tokens, in one operator or in three.
  private mutating func attention() throws {
    let tokens = try adapted(pick(), to: [6, 8])
    let parts = try (0..<3).map { part -> Int in
      let linear = try add(Linear(inFeatures: 8, outFeatures: 8), [tokens])
      let heads = try add(Reshape(to: [6, 2, 4]), [linear])
      return try add(Transpose([1, 0, 2]), [heads])
    }
    let mixed: Int
    if numbers.integer(below: 2) == 0 {
      mixed = try add(ScaledDotProductAttention(), parts)
    } else {
      let scores = try add(MatMul(transposesSecond: true), [parts[0], parts[1]])
      let scale = try add(Constant(0.5), [])
      let shares = try add(Softmax(), [try add(Multiply(), [scores, scale])])
      mixed = try add(MatMul(), [shares, parts[2]])
    }
    let joined = try add(Transpose([1, 0, 2]), [mixed])
    let flat = try add(Reshape(to: [6, 8]), [joined])
    try add(Sum(), [tokens, try add(Linear(inFeatures: 8, outFeatures: 8), [flat])])
  }

  private mutating func squeeze() throws {
    let maps = nodes.filter { builder.shape(of: $0).isMaps }
    guard !maps.isEmpty else { return try residual() }
    let node = choice(maps)
    let pooled = try add(GlobalAveragePool(keepsPlaces: true), [node])
    let layer = try builder.layer(pooled, name: "squeeze\(count)")
    let factors = try add(choice([Sigmoid(), HardSigmoid()] as [any Operator]), [layer])
    try add(Multiply(), numbers.integer(below: 2) == 0 ? [node, factors] : [factors, node])
  }

  /// What is zero by structure, alone or beside what is not.
  private mutating func nothing() throws {
    let node = pick()
    let zero = try add(Zero(), [node])
    switch numbers.integer(below: 4) {
    case 0: try add(Sum(), [zero, node])
    case 1: try add(Multiply(), [zero, node])
    case 2: try add(Add(), [node, zero])
    default: break
    }
  }

  /// A batch normalisation of a node, whose channels are its first axis.
  private mutating func normalized() throws {
    let node = try flattenable(pick())
    try add(
      BatchNormalization(channels: builder.shape(of: node).channels, epsilon: 0.125), [node])
  }

  /// Some nodes come together in logits, or the newest one is the output; others are dead ends.
  private mutating func end() throws {
    if numbers.integer(below: 4) == 0 { return }
    let ends = [nodes[nodes.count - 1]] + (0..<numbers.integer(below: 3)).map { _ in pick() }
    let logits = try ends.map { node -> Int in
      let vector = try add(Flatten(), [try flattenable(node)])
      return try add(
        Linear(inFeatures: builder.shape(of: vector).count, outFeatures: 5), [vector])
    }
    if logits.count > 1 { try add(Sum(), logits) }
  }
}
