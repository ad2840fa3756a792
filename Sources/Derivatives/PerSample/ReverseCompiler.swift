internal import Networks
internal import Tensors

/// Derives the reverse walk from the facts about the derivatives.
///
/// The cotangent of a value is the sum of what its readers pull back. It is kept as a list of terms
/// and only written out where somebody needs it whole: a sum hands its cotangent on without a copy,
/// a gate is applied while terms are added, and the fixed scale of a normalisation behind a
/// convolution is a factor of the convolution's weights.
struct ReverseCompiler {
  private struct Terms {
    var plain: [Int] = []
    var gated: [(gate: Int, slots: [Int])] = []
    var isEmpty: Bool { plain.isEmpty && gated.isEmpty }
  }

  let graph: ReducedNetwork
  let selection: [WeightAddress]
  let features: Int
  private(set) var steps: [WalkPlan.DerivativeStep] = []
  private(set) var slots: [WalkPlan.Slot] = []
  /// The nodes whose values the walk reads: gates, and what derivatives depend on.
  private(set) var values: Set<Int> = []
  private var terms: [Terms]
  private var shared: [Shared: Int] = [:]

  /// A parameter-free linear map of one cotangent, computed once however many values want it.
  private struct Shared: Hashable {
    var op: AnyHashable
    var place: Int
    var shape: Shape
    var from: Int
  }

  init(graph: ReducedNetwork, selection: [WeightAddress], features: Int) {
    self.graph = graph
    self.selection = selection
    self.features = features
    terms = [Terms](repeating: Terms(), count: graph.network.nodes.count)
  }

  /// Compiles the walk and returns the slot where it starts.
  mutating func compile(keeping planes: inout WalkPlan.PlaneTable) -> Int? {
    let network = graph.network
    var columns = [[Int]](repeating: [], count: network.nodes.count)
    let owner = network.parameterOwners
    for (column, address) in selection.enumerated() {
      columns[owner[address.parameter]].append(column)
    }
    // Whether a selected weight lies at or above a value.
    var upstream = [Bool](repeating: false, count: network.nodes.count)
    for node in graph.live where node <= features && !graph.isZero[node] {
      upstream[node] = !columns[node].isEmpty || graph.inputs[node].contains { upstream[$0] }
    }
    guard upstream[features] else { return nil }

    let start = newSlot(features)
    terms[features].plain = [start]
    for node in graph.live.reversed() where node <= features && upstream[node] {
      guard !terms[node].isEmpty, let derivative = graph.derivative(node) else { continue }
      switch derivative.shortcut {
      case .sum:
        let slot = written(node)
        for input in graph.inputs[node] where upstream[input] { terms[input].plain.append(slot) }
      case .gate:
        let input = graph.inputs[node][0]
        guard upstream[input] else { continue }
        let slots = terms[node].gated.isEmpty ? terms[node].plain : [written(node)]
        values.insert(node)
        terms[input].gated.append((node, slots))
      case .channelScale:
        let slot = written(node)
        readWeights(node, columns[node], from: slot, keeping: &planes)
        let input = graph.inputs[node][0]
        guard upstream[input] else { continue }
        if graph.foldedScale(after: input) == node {
          // The node in front has no terms of its own: its cotangent is this one, scaled by itself.
          readWeights(input, columns[input], from: slot, keeping: &planes)
          pullInputs(of: input, from: slot, upstream: upstream)
        } else {
          pullInputs(of: node, from: slot, upstream: upstream)
        }
      case nil:
        guard !columns[node].isEmpty || graph.inputs[node].contains(where: { upstream[$0] })
        else { continue }
        let slot = written(node)
        readWeights(node, columns[node], from: slot, keeping: &planes)
        pullInputs(of: node, from: slot, upstream: upstream)
      }
    }
    return start
  }

  private mutating func newSlot(_ node: Int) -> Int {
    slots.append(WalkPlan.Slot(graph.network.nodes[node]))
    return slots.count - 1
  }

  /// The slot that holds the whole cotangent of a node.
  private mutating func written(_ node: Int) -> Int {
    let (plain, gated) = (terms[node].plain, terms[node].gated)
    if gated.isEmpty && plain.count == 1 { return plain[0] }
    let slot = newSlot(node)
    steps.append(
      .combine(
        plain: plain, gated: gated.first?.slots ?? [], gate: gated.first?.gate, to: slot))
    for group in gated.dropFirst() {
      steps.append(.combine(plain: [slot], gated: group.slots, gate: group.gate, to: slot))
    }
    terms[node] = Terms(plain: [slot])
    return slot
  }

  /// Pulls a cotangent back to every input that a selected weight lies above of.
  private mutating func pullInputs(of node: Int, from slot: Int, upstream: [Bool]) {
    let inputs = graph.inputs[node]
    guard inputs.contains(where: { upstream[$0] }) else { return }
    values.formUnion(graph.values(readBy: node))
    if let op = graph.network.nodes[node].op, graph.network.nodes[node].parameters.isEmpty,
      op.derivative.reads.isEmpty
    {
      for (place, input) in inputs.enumerated() where upstream[input] {
        terms[input].plain.append(shared(op, node, place: place, from: slot, to: input))
      }
      return
    }
    let targets = inputs.map { upstream[$0] ? newSlot($0) : nil }
    steps.append(.pull(node: node, from: slot, to: targets))
    for (input, target) in zip(inputs, targets) {
      if let target { terms[input].plain.append(target) }
    }
  }

  /// The slot of what a parameter-free linear map pulls back to one of its inputs.
  private mutating func shared(
    _ op: any Operator, _ node: Int, place: Int, from: Int, to input: Int
  ) -> Int {
    let key = Shared(
      op: AnyHashable(op), place: place, shape: graph.network.nodes[input].shape, from: from)
    if let slot = shared[key] { return slot }
    let slot = newSlot(input)
    let targets = graph.inputs[node].indices.map { $0 == place ? slot : nil }
    steps.append(.pull(node: node, from: from, to: targets))
    shared[key] = slot
    return slot
  }

  /// Reads the derivatives by the selected weights of a node off its cotangent, or off that of the channel
  /// scale behind it.
  private mutating func readWeights(
    _ node: Int, _ columns: [Int], from slot: Int, keeping planes: inout WalkPlan.PlaneTable
  ) {
    let network = graph.network
    let shape = network.nodes[node].shape
    let isFed = graph.inputs[node].allSatisfy { !graph.isZero[$0] }
    let scale = graph.foldedScale(after: node)
    var order: [WeightRule.Region] = []
    var readouts: [WeightRule.Region: [WalkPlan.Readout]] = [:]
    for column in columns {
      let address = selection[column]
      guard let rule = network.weightRule(address, of: node) else { continue }
      var plane: Int?
      if let capture = rule.capture {
        // What is zero by structure cannot be met.
        guard isFed else { continue }
        plane = planes.plane(of: capture, at: node, shape: rule.region.planeShape(in: shape))
      }
      var fold: WalkPlan.Fold?
      if let scale, case .channel(let channel) = rule.region {
        fold = WalkPlan.Fold(node: scale, channel: channel)
      }
      if readouts[rule.region] == nil { order.append(rule.region) }
      readouts[rule.region, default: []].append(
        WalkPlan.Readout(
          column: column, node: node,
          weight: WeightAddress(
            parameter: address.parameter - network.nodes[node].parameters.lowerBound,
            index: address.index), plane: plane, fold: fold))
    }
    for region in order {
      let new = readouts[region] ?? []
      if case .read(slot, region, let earlier) = steps.last {
        // The same region of the same cotangent is gathered once.
        steps[steps.count - 1] = .read(from: slot, region: region, readouts: earlier + new)
      } else {
        steps.append(.read(from: slot, region: region, readouts: new))
      }
    }
  }
}

/// Gives the logical slots of a walk as few physical ones as their lives allow.
struct SlotAllocator {
  /// The physical slots so far; a later walk reuses those of an earlier one.
  private(set) var slots: [WalkPlan.Slot] = []

  /// Places the slots of one walk.
  ///
  /// - Parameters:
  ///   - steps: the walk, on logical slots.
  ///   - shapes: the logical slots.
  ///   - first: a slot that is written before the first step.
  ///   - last: a slot that is read after the last step.
  /// - Returns: the walk on physical slots, and the physical slot of each logical one.
  mutating func place(
    _ steps: [WalkPlan.DerivativeStep], shapes: [WalkPlan.Slot], first: Int? = nil,
    keeping last: Int? = nil
  ) -> (steps: [WalkPlan.DerivativeStep], physical: [Int]) {
    var lastUse = [Int](repeating: -1, count: shapes.count)
    for (time, step) in steps.enumerated() {
      for slot in step.slots { lastUse[slot] = time }
    }
    if let last { lastUse[last] = steps.count }
    var free: [WalkPlan.Slot: [Int]] = [:]
    for (slot, shape) in slots.enumerated().reversed() { free[shape, default: []].append(slot) }
    var physical = [Int](repeating: -1, count: shapes.count)
    func place(_ logical: Int) -> Int {
      if physical[logical] >= 0 { return physical[logical] }
      if let reused = free[shapes[logical]]?.popLast() {
        physical[logical] = reused
      } else {
        slots.append(shapes[logical])
        physical[logical] = slots.count - 1
      }
      return physical[logical]
    }
    if let first { _ = place(first) }
    let placed = steps.enumerated().map { time, step in
      // A result never takes the place of an operand, so operands are freed after the step.
      let result = step.mapping(place)
      for slot in Set(step.slots).sorted() where lastUse[slot] == time {
        free[shapes[slot], default: []].append(physical[slot])
      }
      return result
    }
    return (placed, physical)
  }
}

extension WalkPlan.DerivativeStep {
  /// The step with its gate, named by a node until here, named by that node's value slot.
  func namingGates(by valueSlot: [Int: Int]) -> WalkPlan.DerivativeStep {
    guard case .combine(let plain, let gated, let gate?, let to) = self else { return self }
    return .combine(plain: plain, gated: gated, gate: valueSlot[gate], to: to)
  }
}
