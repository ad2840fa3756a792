package import Networks
internal import Tensors

extension WalkPlan {
  /// Plans the walks for the derivatives by some weights.
  package init(_ network: Network, selection: [WeightAddress]) {
    let graph = ReducedNetwork(network)
    let head = network.isMatrix(graph.output) ? graph.output : nil
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

  /// The planes of what weights meet, each captured once.
  struct PlaneTable {
    private struct Key: Hashable {
      /// The value that is read, or the node where a capture is the operator's own.
      var source: Int
      var isOwn: Bool
      var capture: WeightCapture
      var shape: TensorShape
    }
    let graph: ReducedNetwork
    private var known: [Key: Int] = [:]
    private(set) var shapes: [TensorShape] = []
    /// What the forward step of each node keeps of its inputs.
    private(set) var captures: [Int: [Capture]] = [:]

    init(graph: ReducedNetwork) { self.graph = graph }

    /// The plane of what a weight of a node meets.
    mutating func plane(of capture: WeightCapture, at node: Int, shape: TensorShape) -> Int {
      var isOwn = false
      if case .own = capture { isOwn = true }
      let key = Key(
        source: isOwn ? node : graph.inputs[node][0], isOwn: isOwn, capture: capture, shape: shape)
      if let plane = known[key] { return plane }
      let plane = shapes.count
      shapes.append(shape)
      known[key] = plane
      captures[node, default: []].append(Capture(plane: plane, capture: capture))
      return plane
    }
  }

  /// Orders the values by level, then topologically, and gives them slots that are reused once
  /// their last reader has run.
  ///
  /// A slot is shared by all images where every reader of its value belongs to the level that writes it:
  /// images pass a level one after another. A value that a later level, the derivatives or the caller
  /// reads has a place for each image.
  private static func forwardSteps(
    _ graph: ReducedNetwork, features: Int, read derivativeValues: Set<Int>,
    captures: [Int: [Capture]]
  ) -> (steps: [ForwardStep], slots: [Slot], slotOf: [Int: Int]) {
    let network = graph.network
    var level = [Int](repeating: 0, count: network.nodes.count)
    let wanted = graph.live.filter { $0 <= features }
    for node in wanted where node != 0 {
      let read = graph.isZero[node] ? [] : graph.inputs[node]
      level[node] =
        (read.map { level[$0] }.max() ?? 0)
        + (graph.derivative(node)?.couplesMinibatch == true ? 1 : 0)
    }
    let order = wanted.filter { $0 != 0 }.sorted { (level[$0], $0) < (level[$1], $1) }

    // A value is free after its last reader, unless the derivatives or the caller read it.
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
        network.nodes[node],
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
