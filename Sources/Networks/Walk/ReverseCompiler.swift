internal import Tensors

/// Derives the reverse walk from the forms of the derivatives.
///
/// The cotangent of a value is the sum of what its readers pull back. It is kept as a list of terms
/// and only written out where somebody needs it whole: a sum hands its cotangent on without a copy,
/// a gate is applied while terms are added, and the frozen scale of a normalisation behind a
/// convolution is a factor of the convolution's weights.
struct ReverseCompiler {
  private struct Terms {
    var plain: [Int] = []
    var gated: [(gate: Int, slots: [Int])] = []
    var isEmpty: Bool { plain.isEmpty && gated.isEmpty }
  }

  let graph: ReducedGraph
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
    var primitive: AnyHashable
    var shape: TensorShape
    var from: Int
  }

  init(graph: ReducedGraph, selection: [WeightAddress], features: Int) {
    self.graph = graph
    self.selection = selection
    self.features = features
    terms = [Terms](repeating: Terms(), count: graph.network.nodes.count)
  }

  /// Compiles the walk and returns the slot where it starts.
  mutating func compile(keeping planes: inout WalkPlan.PlaneTable) -> Int? {
    let network = graph.network
    var columns = [[Int]](repeating: [], count: network.nodes.count)
    var owner = [Int](repeating: -1, count: network.parameters.count)
    for (position, node) in network.nodes.enumerated() {
      for parameter in node.parameters { owner[parameter] = position }
    }
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
      if terms[node].isEmpty { continue }
      switch graph.form(node) {
      case .zero: continue
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
        readNormalization(node, columns[node], from: slot, keeping: &planes)
        let input = graph.inputs[node][0]
        guard upstream[input] else { continue }
        if graph.foldedNormalization(after: input) == node {
          pullConvolution(
            input, columns[input], from: slot, upstream: upstream, keeping: &planes)
        } else {
          terms[input].plain.append(pulled(node, from: slot, to: input))
        }
      case .elementwise, .bilinear:
        guard graph.inputs[node].contains(where: { upstream[$0] }) else { continue }
        let slot = written(node)
        values.formUnion(graph.values(readBy: node))
        for (place, input) in graph.inputs[node].enumerated() where upstream[input] {
          let target = newSlot(input)
          steps.append(.pullAt(node: node, place: place, from: slot, to: target))
          terms[input].plain.append(target)
        }
      case .linear:
        // A convolution that is folded into its normalisation has no terms of its own.
        let slot = written(node)
        pullConvolution(node, columns[node], from: slot, upstream: upstream, keeping: &planes)
      }
    }
    return start
  }

  private mutating func newSlot(_ node: Int) -> Int {
    let shape = graph.network.nodes[node].shape
    slots.append(WalkPlan.Slot(shape: shape, isPlain: graph.isPlain[node]))
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

  private mutating func pulled(_ node: Int, from: Int, to input: Int) -> Int {
    let network = graph.network
    if network.nodes[node].parameters.isEmpty, let primitive = network.nodes[node].primitive {
      let key = Shared(
        primitive: AnyHashable(primitive), shape: network.nodes[input].shape, from: from)
      if let slot = shared[key] { return slot }
      let slot = newSlot(input)
      steps.append(.pull(node: node, from: from, to: slot))
      shared[key] = slot
      return slot
    }
    let slot = newSlot(input)
    steps.append(.pull(node: node, from: from, to: slot))
    return slot
  }

  private mutating func pullConvolution(
    _ node: Int, _ columns: [Int], from slot: Int, upstream: [Bool],
    keeping planes: inout WalkPlan.PlaneTable
  ) {
    readWeights(node, columns, from: slot, keeping: &planes)
    let input = graph.inputs[node][0]
    if upstream[input] { terms[input].plain.append(pulled(node, from: slot, to: input)) }
  }

  private mutating func read(_ readouts: [Int: [WalkPlan.Readout]], from slot: Int) {
    for channel in readouts.keys.sorted() {
      if case .read(slot, channel, let earlier) = steps.last {
        // The same channel of the same cotangent is gathered once.
        steps[steps.count - 1] = .read(
          from: slot, channel: channel, readouts: earlier + (readouts[channel] ?? []))
      } else {
        steps.append(.read(from: slot, channel: channel, readouts: readouts[channel] ?? []))
      }
    }
  }

  private mutating func readNormalization(
    _ node: Int, _ columns: [Int], from slot: Int, keeping planes: inout WalkPlan.PlaneTable
  ) {
    let network = graph.network
    var readouts: [Int: [WalkPlan.Readout]] = [:]
    for column in columns {
      let address = selection[column]
      let rule: WalkPlan.Rule
      if network.parameters[address.parameter].role == .normalizationShift {
        rule = .shift
      } else {
        let plane = planes.plane(
          readBy: node, channel: address.index, tap: nil, shape: network.nodes[node].shape)
        rule = .scale(normalization: node, plane: plane)
      }
      readouts[address.index, default: []].append(WalkPlan.Readout(column: column, rule: rule))
    }
    read(readouts, from: slot)
  }

  private mutating func readWeights(
    _ node: Int, _ columns: [Int], from slot: Int, keeping planes: inout WalkPlan.PlaneTable
  ) {
    let network = graph.network
    let inputIsZero = graph.isZero[graph.inputs[node][0]]
    var readouts: [Int: [WalkPlan.Readout]] = [:]
    for column in columns {
      let index = selection[column].index
      // A weight meets the input, a bias does not.
      if inputIsZero, !network.parameters[selection[column].parameter].role.isLayerBias { continue }
      let output: Int
      let rule: WalkPlan.Rule
      switch network.nodes[node].primitive {
      case let convolution as Convolution:
        let tapsPerInput = convolution.kernel * convolution.kernel
        let inputs = convolution.inChannels / convolution.groups
        output = index / (inputs * tapsPerInput)
        let group = output / (convolution.outChannels / convolution.groups)
        let channel = group * inputs + index / tapsPerInput % inputs
        let tap = WalkPlan.Tap(
          stride: convolution.stride,
          row: index % tapsPerInput / convolution.kernel - convolution.padding,
          column: index % convolution.kernel - convolution.padding)
        rule = .weight(
          normalization: graph.foldedNormalization(after: node),
          plane: planes.plane(
            readBy: node, channel: channel, tap: tap, shape: network.nodes[node].shape))
      case is ConvolutionBias:
        (output, rule) = (index, .shift)
      case let dense as Dense:
        if network.parameters[selection[column].parameter].role == .denseBias {
          (output, rule) = (index, .shift)
        } else {
          output = index / dense.inFeatures
          rule = .weight(
            normalization: nil,
            plane: planes.plane(
              readBy: node, channel: index % dense.inFeatures, tap: nil,
              shape: network.nodes[node].shape))
        }
      default:
        preconditionFailure("\(network.nodes[node].name) has weights but no readout")
      }
      readouts[output, default: []].append(WalkPlan.Readout(column: column, rule: rule))
    }
    read(readouts, from: slot)
  }
}
