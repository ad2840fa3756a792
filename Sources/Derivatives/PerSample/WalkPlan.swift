package import Networks
internal import Tensors

/// The steps of a forward and a reverse walk through a network with fixed normalisation.
///
/// The plan is made from the graph and the selected weights alone; it holds no numbers and no
/// memory. Slots are places for values: value slots hold one image each, cotangent slots hold a row for
/// every pulled-back direction.
package struct WalkPlan: Sendable {
  /// A place for values of one shape.
  struct Slot: Hashable, Sendable {
    /// The shape of one image.
    var shape: Shape
    /// The order of the elements.
    var layout: Layout
    /// Whether one place serves all images, since what is written is read within the same level.
    var isShared = false

    init(_ node: Node, isShared: Bool = false) {
      shape = node.shape
      layout = node.layout
      self.isShared = isShared
    }
  }

  /// Computes the value of a node.
  struct ForwardStep: Sendable {
    var node: Int
    var inputs: [Int]
    var output: Int
    /// How many normalisations lie on the longest way from the input: steps of one level can run
    /// once the statistics of the levels before are known.
    var level: Int
    /// What weights meet in the step's inputs.
    var captures: [Capture]
  }

  /// What a weight meets, kept for the walk of derivatives.
  struct Capture: Hashable, Sendable {
    var plane: Int
    var capture: WeightCapture
  }

  /// One step of a walk of derivatives; slots hold a row for each direction.
  enum DerivativeStep: Sendable {
    /// Maps the cotangent of a node's output to those of its inputs; an input without a slot is not wanted.
    case pull(node: Int, from: Int, to: [Int?])
    /// Maps the tangents of a node's inputs to that of its output; an input without a slot has a tangent
    /// of zero.
    case push(node: Int, from: [Int?], to: Int)
    /// Sums derivatives; `gate` is a value slot whose positive places let the gated ones through.
    case combine(plain: [Int], gated: [Int], gate: Int?, to: Int)
    /// Reads the derivatives of some weights off a region of a cotangent.
    case read(from: Int, region: WeightRule.Region, readouts: [Readout])
    /// Sets a tangent to zero.
    case clear(slot: Int)
    /// Adds the tangent that one weight starts to a region of one row.
    case seed(slot: Int, row: Int, region: WeightRule.Region, readout: Readout)

    /// The slots that the step touches.
    var slots: [Int] {
      switch self {
      case .pull(_, let from, let to): [from] + to.compactMap { $0 }
      case .push(_, let from, let to): from.compactMap { $0 } + [to]
      case .combine(let plain, let gated, _, let to): plain + gated + [to]
      case .read(let from, _, _): [from]
      case .clear(let slot), .seed(let slot, _, _, _): [slot]
      }
    }

    /// The same step on other slots.
    func mapping(_ place: (Int) -> Int) -> DerivativeStep {
      switch self {
      case .pull(let node, let from, let to):
        .pull(node: node, from: place(from), to: to.map { $0.map(place) })
      case .push(let node, let from, let to):
        .push(node: node, from: from.map { $0.map(place) }, to: place(to))
      case .combine(let plain, let gated, let gate, let to):
        .combine(plain: plain.map(place), gated: gated.map(place), gate: gate, to: place(to))
      case .read(let from, let region, let readouts):
        .read(from: place(from), region: region, readouts: readouts)
      case .clear(let slot): .clear(slot: place(slot))
      case .seed(let slot, let row, let region, let readout):
        .seed(slot: place(slot), row: row, region: region, readout: readout)
      }
    }
  }

  /// How the derivative by one selected weight follows from the region of a cotangent that it touches.
  struct Readout: Sendable {
    /// The position of the weight in the selection.
    var column: Int
    /// The node that owns the weight.
    var node: Int
    /// The weight among the parameters of its node.
    var weight: WeightAddress
    /// The plane of what the weight meets, `nil` for ones.
    var plane: Int?
    /// The channel scale behind the node that its derivative includes, with the channel.
    var fold: Fold?
  }

  /// A channel of a scale that the node in front of it has taken over.
  struct Fold: Sendable {
    var node: Int
    var channel: Int
  }

  let graph: ReducedNetwork
  package let selection: [WeightAddress]
  /// The matrix that ends the network, if one does.
  package let head: Int?
  /// The node whose value is the input of the head, or the output.
  package let features: Int
  let forward: [ForwardStep]
  let levels: Int
  /// Where each level begins among the forward steps, and where the last one ends.
  let levelBounds: [Int]
  let valueSlots: [Slot]
  /// The value slot of each node that has one.
  let valueSlot: [Int: Int]
  /// The planes of what weights meet.
  let planes: [TensorShape]
  let backward: [DerivativeStep]
  let cotangentSlots: [Slot]
  /// Elements that each direction of a reverse walk takes, without the padding of layouts.
  package var cotangentCount: Int { cotangentSlots.reduce(0) { $0 + $1.shape.count } }
  /// The cotangent slot where the walk starts, `nil` where no selected weight is upstream.
  let start: Int?
  /// The forward steps of one level; none beyond the last.
  func steps(level: Int) -> ArraySlice<ForwardStep> {
    level < levels ? forward[levelBounds[level]..<levelBounds[level + 1]] : []
  }

  /// Elements of the features.
  package var featureCount: Int { graph.network.nodes[features].shape.count }
}

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

extension WalkPlan {
  /// Nodes whose cotangents are pulled back, once for each input, in order: the cost of a reverse walk.
  var pulled: [Int] {
    backward.flatMap { step -> [Int] in
      guard case .pull(let node, _, let to) = step else { return [] }
      return to.compactMap { $0 == nil ? nil : node }
    }
  }

  /// Multiply-accumulates of pulling one direction back through the network.
  package var reverseMultiplyAdds: Int {
    pulled.reduce(0) { $0 + graph.network.multiplyAdds(of: $1) }
  }

  /// Multiply-accumulates of pushing the tangents of all selected weights forward, `rows` at a time.
  ///
  /// An estimate that takes everything behind the first layer of a walk's weights to be visited,
  /// which is exact but for branches that run side by side.
  package func tangentMultiplyAdds(rows: Int) -> Int {
    var starts: [Int] = []
    for case .read(_, _, let readouts) in backward { starts += readouts.map(\.node) }
    starts.sort()
    // behind[n] is the cost of everything after node n.
    var behind = [Int](repeating: 0, count: graph.network.nodes.count + 1)
    for node in graph.network.nodes.indices.reversed() {
      let counts = node <= features && graph.isWalked(node)
      behind[node] = behind[node + 1] + (counts ? graph.network.multiplyAdds(of: node) : 0)
    }
    return stride(from: 0, to: starts.count, by: rows).reduce(0) { sum, first in
      sum + rows * behind[starts[first] + 1]
    }
  }
}
