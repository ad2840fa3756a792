internal import Tensors

/// The forward walks of one-weight tangents: the derivative columns of all selected weights.
///
/// Weights are taken in the order of their layers, a few at a time. A tangent starts at its own layer,
/// so a walk only visits what lies behind the first layer of its weights: half the network on
/// average. With many classes and few weights this costs less than one reverse walk for each class.
struct TangentPlan: Sendable {
  /// One walk.
  struct Walk: Sendable {
    /// The selected weight of each row.
    var columns: [Int]
    var steps: [WalkPlan.DerivativeStep]
    /// Where the tangents of the features come out.
    var output: Int
  }

  let walks: [Walk]
  let slots: [WalkPlan.Slot]

  /// Plans the walks.
  ///
  /// - Parameters:
  ///   - plan: the plan of the reverse walk, which knows how each weight enters.
  ///   - rows: weights of one walk.
  init(_ plan: WalkPlan, rows: Int) {
    let graph = plan.graph
    var owner = [Int](repeating: -1, count: graph.network.parameters.count)
    for (position, node) in graph.network.nodes.enumerated() {
      for parameter in node.parameters { owner[parameter] = position }
    }
    var seeds: [Seed] = []
    for case .read(_, let channel, let readouts) in plan.backward {
      for readout in readouts {
        let node = owner[plan.selection[readout.column].parameter]
        seeds.append(
          Seed(node: node, column: readout.column, channel: channel, rule: readout.rule))
      }
    }
    seeds.sort { ($0.node, $0.column) < ($1.node, $1.column) }

    var allocator = SlotAllocator()
    var walks: [Walk] = []
    for start in stride(from: 0, to: seeds.count, by: rows) {
      let part = Array(seeds[start..<min(start + rows, seeds.count)])
      var compiler = TangentCompiler(graph: graph)
      guard let output = compiler.compile(part, features: plan.features) else { continue }
      let placed = allocator.place(
        compiler.steps.map { $0.namingGates(by: plan.valueSlot) }, shapes: compiler.slots,
        keeping: output)
      walks.append(
        Walk(
          columns: part.map(\.column), steps: placed.steps, output: placed.physical[output]))
    }
    self.walks = walks
    slots = allocator.slots
  }

  /// A weight with the place where its tangent starts.
  struct Seed {
    var node: Int
    var column: Int
    var channel: Int
    var rule: WalkPlan.Rule
  }

  /// Multiply-accumulates of all walks of one image, with `rows` tangents in each.
  func multiplyAdds(_ network: Network, rows: Int) -> Int {
    walks.reduce(0) { sum, walk in
      sum
        + walk.steps.reduce(0) { sum, step in
          guard case .push(let node, _, _) = step else { return sum }
          return sum + network.multiplyAdds(of: node) * rows
        }
    }
  }
}

/// Derives one forward walk of tangents from the forms of the derivatives.
private struct TangentCompiler {
  let graph: ReducedGraph
  private(set) var steps: [WalkPlan.DerivativeStep] = []
  private(set) var slots: [WalkPlan.Slot] = []

  init(graph: ReducedGraph) { self.graph = graph }

  /// Compiles the walk and returns the slot of the features' tangent, `nil` if none arrives.
  mutating func compile(_ seeds: [TangentPlan.Seed], features: Int) -> Int? {
    var tangent = [Int?](repeating: nil, count: graph.network.nodes.count)
    for node in graph.live where node <= features && node > 0 && !graph.isZero[node] {
      let own = seeds.enumerated().filter { $0.element.node == node }
      tangent[node] = incoming(node, tangent)
      guard !own.isEmpty else { continue }
      let slot: Int
      if let known = tangent[node] {
        slot = known
      } else {
        slot = newSlot(node)
        steps.append(.clear(slot: slot))
        tangent[node] = slot
      }
      for (row, seed) in own {
        steps.append(.seed(slot: slot, row: row, channel: seed.channel, rule: seed.rule))
      }
    }
    return tangent[features]
  }

  /// The tangent of a node's output that comes from those of its inputs.
  private mutating func incoming(_ node: Int, _ tangent: [Int?]) -> Int? {
    let terms = graph.inputs[node].compactMap { tangent[$0] }
    guard let first = terms.first else { return nil }
    switch graph.form(node) {
    case .zero: return nil
    case .sum:
      // An operand that nobody else changes can be handed on as it is.
      if terms.count == 1 { return first }
      let slot = newSlot(node)
      steps.append(.combine(plain: terms, gated: [], gate: nil, to: slot))
      return slot
    case .gate:
      let slot = newSlot(node)
      steps.append(.combine(plain: [], gated: [first], gate: node, to: slot))
      return slot
    case .elementwise, .bilinear:
      let slot = newSlot(node)
      steps.append(.pushAt(node: node, from: graph.inputs[node].map { tangent[$0] }, to: slot))
      return slot
    case .channelScale:
      // Behind a convolution, the convolution's weights include the scale.
      if graph.foldedNormalization(after: graph.inputs[node][0]) == node { return first }
      fallthrough
    case .linear:
      let slot = newSlot(node)
      steps.append(.push(node: node, from: first, to: slot))
      return slot
    }
  }

  private mutating func newSlot(_ node: Int) -> Int {
    slots.append(
      WalkPlan.Slot(shape: graph.network.nodes[node].shape, isPlain: graph.isPlain[node]))
    return slots.count - 1
  }
}

extension Network {
  /// Multiply-accumulates of one node for one image.
  func multiplyAdds(of position: Int) -> Int {
    let node = nodes[position]
    return node.primitive?.multiplyAdds(
      inputs: node.inputs.map { nodes[$0].shape }, output: node.shape) ?? 0
  }
}
