internal import Networks

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
    var seeds: [Seed] = []
    for case .read(_, let region, let readouts) in plan.backward {
      for readout in readouts { seeds.append(Seed(region: region, readout: readout)) }
    }
    seeds.sort { ($0.readout.node, $0.readout.column) < ($1.readout.node, $1.readout.column) }

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
          columns: part.map(\.readout.column), steps: placed.steps,
          output: placed.physical[output]))
    }
    self.walks = walks
    slots = allocator.slots
  }

  /// A weight with the place where its tangent starts.
  struct Seed {
    var region: WeightRule.Region
    var readout: WalkPlan.Readout
  }

  /// Multiply-accumulates of all walks of one image, with `rows` tangents in each.
  func multiplyAdds(_ network: Network, rows: Int) -> Int {
    walks.reduce(0) { sum, walk in
      sum
        + walk.steps.reduce(0) { sum, step in
          guard case .push(let node, let from, _) = step else { return sum }
          return sum + network.multiplyAdds(of: node) * rows * from.count { $0 != nil }
        }
    }
  }
}

/// Derives one forward walk of tangents from the facts about the derivatives.
private struct TangentCompiler {
  let graph: ReducedNetwork
  private(set) var steps: [WalkPlan.DerivativeStep] = []
  private(set) var slots: [WalkPlan.Slot] = []

  init(graph: ReducedNetwork) { self.graph = graph }

  /// Compiles the walk and returns the slot of the features' tangent, `nil` if none arrives.
  mutating func compile(_ seeds: [TangentPlan.Seed], features: Int) -> Int? {
    var tangent = [Int?](repeating: nil, count: graph.network.nodes.count)
    for node in graph.live where node <= features && node > 0 && !graph.isZero[node] {
      let own = seeds.enumerated().filter { $0.element.readout.node == node }
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
        steps.append(.seed(slot: slot, row: row, region: seed.region, readout: seed.readout))
      }
    }
    return tangent[features]
  }

  /// The tangent of a node's output that comes from those of its inputs.
  private mutating func incoming(_ node: Int, _ tangent: [Int?]) -> Int? {
    let terms = graph.inputs[node].compactMap { tangent[$0] }
    guard let first = terms.first, let derivative = graph.derivative(node) else { return nil }
    switch derivative.shortcut {
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
    case .channelScale where graph.foldedScale(after: graph.inputs[node][0]) == node:
      // The weights of what stands in front include the scale.
      return first
    case .channelScale, nil:
      let slot = newSlot(node)
      steps.append(.push(node: node, from: graph.inputs[node].map { tangent[$0] }, to: slot))
      return slot
    }
  }

  private mutating func newSlot(_ node: Int) -> Int {
    slots.append(WalkPlan.Slot(graph.network.nodes[node]))
    return slots.count - 1
  }
}
