internal import Tensors

extension WalkPlan {
  /// Plans the walks for the derivatives by some weights.
  package init(_ network: Network, selection: [WeightAddress]) {
    let graph = ReducedGraph(network)
    let head = network.nodes[graph.output].primitive is Dense ? graph.output : nil
    let features = head.map { graph.inputs[$0][0] } ?? graph.output

    var planes = PlaneTable(graph: graph)
    var reverse = ReverseCompiler(graph: graph, selection: selection, features: features)
    let start = reverse.compile(keeping: &planes)

    let values = WalkPlan.forwardSteps(
      graph, features: features, read: reverse.values, captures: planes.captures)
    let valueSlot = values.slotOf
    var allocator = SlotAllocator()
    let backward = allocator.place(
      reverse.steps.map { $0.namingGates(by: valueSlot) }, shapes: reverse.slots,
      first: start)

    self.graph = graph
    self.selection = selection
    self.head = head
    self.features = features
    self.forward = values.steps
    let levels = (values.steps.last?.level ?? 0) + 1
    self.levels = levels
    levelBounds = (0...levels).map { level in
      values.steps.firstIndex { $0.level >= level } ?? values.steps.count
    }
    self.valueSlots = values.slots
    self.valueSlot = valueSlot
    self.planes = planes.shapes
    self.backward = backward.steps
    self.cotangentSlots = allocator.slots
    self.start = start.map { backward.physical[$0] }
  }

  /// The planes that readouts need, each captured once.
  struct PlaneTable {
    private struct Key: Hashable {
      var value: Int
      var channel: Int
      var tap: Tap?
      var shape: TensorShape
    }
    let graph: ReducedGraph
    private var known: [Key: Int] = [:]
    private(set) var shapes: [TensorShape] = []
    /// What the forward step of each node keeps of its first input.
    private(set) var captures: [Int: [Capture]] = [:]

    init(graph: ReducedGraph) { self.graph = graph }

    /// The plane of a channel of the value that `node` reads.
    mutating func plane(readBy node: Int, channel: Int, tap: Tap?, shape: TensorShape) -> Int {
      let key = Key(
        value: graph.inputs[node][0], channel: channel, tap: tap, shape: shape)
      if let plane = known[key] { return plane }
      let plane = shapes.count
      shapes.append(TensorShape(channels: 1, height: shape.height, width: shape.width))
      known[key] = plane
      captures[node, default: []].append(Capture(plane: plane, channel: channel, tap: tap))
      return plane
    }
  }

  /// Orders the values by level, then topologically, and gives them slots that are reused once
  /// their last reader has run.
  private static func forwardSteps(
    _ graph: ReducedGraph, features: Int, read derivativeValues: Set<Int>,
    captures: [Int: [Capture]]
  ) -> (steps: [ForwardStep], slots: [Slot], slotOf: [Int: Int]) {
    let network = graph.network
    var level = [Int](repeating: 0, count: network.nodes.count)
    let wanted = graph.live.filter { $0 <= features }
    for node in wanted where node != 0 {
      let read = graph.isZero[node] ? [] : graph.inputs[node]
      level[node] =
        (read.map { level[$0] }.max() ?? 0) + (graph.form(node) == .channelScale ? 1 : 0)
    }
    let order = wanted.filter { $0 != 0 }.sorted { (level[$0], $0) < (level[$1], $1) }

    // A value is free after its last reader, unless the reverse walk or the caller reads it.
    var lastUse: [Int: Int] = [:]
    var lastLevel: [Int: Int] = [:]
    for (time, node) in order.enumerated() where !graph.isZero[node] {
      for input in graph.inputs[node] { (lastUse[input], lastLevel[input]) = (time, level[node]) }
    }
    let kept = derivativeValues.union([0, features])
    var slots: [Slot] = []
    var free: [Slot: [Int]] = [:]
    var slotOf: [Int: Int] = [:]
    func take(_ node: Int) -> Int {
      let slot = Slot(
        shape: network.nodes[node].shape, isPlain: graph.isPlain[node],
        isShared: !kept.contains(node) && lastLevel[node] == level[node])
      if !kept.contains(node), let reused = free[slot]?.popLast() { return reused }
      slots.append(slot)
      return slots.count - 1
    }
    slotOf[0] = take(0)
    var steps: [ForwardStep] = []
    for (time, node) in order.enumerated() {
      let read = graph.isZero[node] ? [] : graph.inputs[node]
      let output = take(node)
      slotOf[node] = output
      steps.append(
        ForwardStep(
          node: node, inputs: read.compactMap { slotOf[$0] }, output: output, level: level[node],
          captures: captures[node] ?? []))
      for input in Set(read) where lastUse[input] == time && !kept.contains(input) {
        if let slot = slotOf[input] { free[slots[slot], default: []].append(slot) }
      }
    }
    return (steps, slots, slotOf)
  }
}
