package import Tensors

/// A network with numbers and frozen normalisation, ready to be walked image by image.
///
/// Frozen statistics decouple the samples, so one image is taken at a time and all its cotangents are
/// folded into the batch axis: the working set stays in the processor's cache however large the
/// minibatch is. A walk belongs to one worker; every tensor comes from that worker's arena.
package final class FrozenWalk {
  package let network: Network
  package let selection: [WeightAddress]
  /// Directions that one reverse walk pulls back.
  package let rows: Int
  /// Images whose values are kept at the same time.
  package let window: Int
  let plan: WalkPlan
  let engine: KernelEngine
  let arena: Arena
  let bound: [Int: any BoundPrimitive]
  private let values: [Tensor]
  private let planes: [Tensor]
  private let cotangents: [Tensor]
  private let inputPlane: [TensorShape: Tensor]
  private let backward: [BackwardAction]
  /// Whether normalisations are the identity, so that nothing depends on their parameters.
  private var passes = false
  private var sums: [Double]
  private var products: [Double]

  /// A reverse step with its tensors looked up.
  private enum BackwardAction {
    case pull(any BoundPrimitive, from: Tensor, to: Tensor)
    case pullAt(any BoundPrimitive, node: Int, place: Int, from: Tensor, to: Tensor)
    case combine(plain: [Tensor], gated: [Tensor], gate: Int?, to: Tensor)
    case read(from: Tensor, plane: Tensor, channel: Int, readouts: [WalkPlan.Readout])
  }

  /// Binds a planned network to numbers.
  ///
  /// - Parameters:
  ///   - plan: the steps, which workers share.
  ///   - parameters: the network's numbers.
  ///   - rows: directions that one reverse walk pulls back.
  ///   - window: images whose values are kept at the same time; 1 where nothing but the walk of one
  ///     image needs them.
  ///   - engine: the kernels of the calling worker.
  ///   - arena: the memory of the calling worker; it is not reset.
  package init(
    _ plan: WalkPlan, parameters: Parameters, rows: Int, window: Int, engine: KernelEngine,
    arena: Arena
  ) {
    let network = plan.graph.network
    self.network = network
    selection = plan.selection
    self.rows = rows
    self.window = window
    self.plan = plan
    self.engine = engine
    self.arena = arena

    func block(_ slot: WalkPlan.Slot) -> Int {
      slot.isPlain ? 1 : engine.block(channels: slot.shape.channels)
    }
    var bound: [Int: any BoundPrimitive] = [:]
    var nodes = plan.forward.map { (node: $0.node, inputs: $0.inputs, output: $0.output) }
    if let head = plan.head {
      nodes.append((head, [plan.valueSlot[plan.features] ?? 0], -1))
    }
    for (node, inputs, output) in nodes where !plan.graph.isZero[node] {
      guard let primitive = network.nodes[node].primitive else { continue }
      bound[node] = primitive.bound(
        in: BindingContext(
          engine: engine, arena: arena,
          inputs: plan.graph.inputs[node].map { network.nodes[$0].shape },
          output: network.nodes[node].shape, inputBlocks: inputs.map { block(plan.valueSlots[$0]) },
          outputBlock: output < 0 ? 1 : block(plan.valueSlots[output]), isFiltering: false,
          parameters: network.nodes[node].parameters.map { parameters.values[$0] }))
    }
    self.bound = bound

    let precision = engine.precision
    values = plan.valueSlots.map {
      arena.tensor(
        $0.shape.with(batch: $0.isShared ? 1 : window), precision: precision, block: block($0))
    }
    planes = plan.planes.map { arena.tensor($0.with(batch: window), precision: precision) }
    let cotangents = plan.cotangentSlots.map {
      arena.tensor($0.shape.with(batch: rows), precision: precision, block: block($0))
    }
    self.cotangents = cotangents
    var inputPlane: [TensorShape: Tensor] = [:]
    for step in plan.forward where !step.captures.isEmpty {
      let shape = TensorShape(
        channels: 1, height: plan.valueSlots[step.inputs[0]].shape.height,
        width: plan.valueSlots[step.inputs[0]].shape.width)
      if inputPlane[shape] == nil {
        inputPlane[shape] = arena.tensor(shape, precision: precision)
      }
    }
    self.inputPlane = inputPlane
    var cotangentPlane: [TensorShape: Tensor] = [:]
    func pulled(_ node: Int) -> any BoundPrimitive {
      guard let primitive = bound[node] else {
        preconditionFailure("\(network.nodes[node].name) is pulled back but not bound")
      }
      return primitive
    }
    backward = plan.backward.map { step in
      switch step {
      case .pull(let node, let from, let to):
        return .pull(pulled(node), from: cotangents[from], to: cotangents[to])
      case .pullAt(let node, let place, let from, let to):
        return .pullAt(
          pulled(node), node: node, place: place, from: cotangents[from], to: cotangents[to])
      case .combine(let plain, let gated, let gate, let to):
        return .combine(
          plain: plain.map { cotangents[$0] }, gated: gated.map { cotangents[$0] }, gate: gate,
          to: cotangents[to])
      case .push, .pushAt, .clear, .seed:
        preconditionFailure("a step of the tangents in the reverse walk")
      case .read(let from, let channel, let readouts):
        let image = cotangents[from].shape
        let shape = TensorShape(
          batch: rows, channels: 1, height: image.height, width: image.width)
        let plane = cotangentPlane[shape] ?? arena.tensor(shape, precision: precision)
        cotangentPlane[shape] = plane
        return .read(from: cotangents[from], plane: plane, channel: channel, readouts: readouts)
      }
    }
    sums = [Double](repeating: 0, count: rows)
    products = sums
    foldNormalizations()
  }

  /// Plans a network and binds it to numbers.
  package convenience init(
    _ network: Network, parameters: Parameters, selection: [WeightAddress], rows: Int, window: Int,
    engine: KernelEngine, arena: Arena
  ) {
    self.init(
      WalkPlan(network, selection: selection), parameters: parameters, rows: rows, window: window,
      engine: engine, arena: arena)
  }

  /// Bytes that each image of a window takes.
  package static func bytesPerImage(_ plan: WalkPlan, engine: KernelEngine) -> Int {
    let values = plan.valueSlots.filter { !$0.isShared }.reduce(0) { sum, slot in
      let block = slot.isPlain ? 1 : engine.block(channels: slot.shape.channels)
      return sum + (slot.shape.channels + block - 1) / block * block * slot.shape.area
    }
    return engine.precision.stride * plan.planes.reduce(values) { $0 + $1.area }
  }

  // MARK: Statistics

  /// Levels of the forward walk; the statistics of level `l` must be frozen before it is run.
  package var levels: Int { plan.levels }

  /// The nodes whose statistics must be frozen before a level is run.
  package func normalizations(level: Int) -> [Int] {
    plan.steps(level: level).map(\.node).filter { normalization($0) != nil }
  }

  func normalization(_ node: Int) -> BoundBatchNormalization? {
    bound[node] as? BoundBatchNormalization
  }

  /// Sums and sums of squares of each channel that a normalisation reads, for one kept image.
  package func moments(of node: Int, image: Int) -> [Double] {
    guard let step = plan.forward.first(where: { $0.node == node }) else { return [] }
    return value(slot: step.inputs[0], image: image).channelMoments
  }

  /// Fixes the statistics of a normalisation.
  package func freeze(_ node: Int, mean: [Double], variance: [Double]) {
    passes = false
    normalization(node)?.freeze(mean: mean, variance: variance)
  }

  /// Turns every normalisation into the identity.
  package func passNormalizations() {
    passes = true
    for (node, _) in bound { normalization(node)?.pass() }
    foldNormalizations()
  }

  /// Makes each frozen scale part of the derivative of the convolution before it.
  ///
  /// To be called once all statistics are fixed.
  package func foldNormalizations() {
    for (node, primitive) in bound {
      guard let convolution = primitive as? BoundConvolution,
        let folded = plan.graph.foldedNormalization(after: node)
      else { continue }
      convolution.outputScale = normalization(folded)?.scale
    }
  }

  // MARK: Forward

  /// Writes an input image, row-major `[channels, height, width]`, to a place of the window.
  package func setInput(_ pixels: [Float], image: Int) {
    values[0].images(image..<image + 1).write(pixels)
  }

  /// Runs the forward steps of one level for one kept image.
  package func forward(level: Int, image: Int) throws(BackendError) {
    for step in plan.steps(level: level) {
      let output = value(slot: step.output, image: image)
      guard let primitive = bound[step.node] else {
        output.clear()
        continue
      }
      let inputs = step.inputs.map { value(slot: $0, image: image) }
      for capture in step.captures { keep(capture, of: inputs[0], image: image) }
      try primitive.apply(inputs, into: output)
    }
  }

  private func keep(_ capture: WalkPlan.Capture, of value: Tensor, image: Int) {
    let plane = planes[capture.plane].images(image..<image + 1)
    let shape = TensorShape(channels: 1, height: value.shape.height, width: value.shape.width)
    guard let tap = capture.tap, let whole = inputPlane[shape] else {
      value.copyChannel(capture.channel, into: plane)
      return
    }
    value.copyChannel(capture.channel, into: whole)
    whole.shiftPlane(stride: tap.stride, row: tap.row, column: tap.column, into: plane)
  }

  /// What the head reads of one kept image, or the output where no linear layer ends the network.
  package func features(image: Int) -> [Double] {
    value(slot: plan.valueSlot[plan.features] ?? 0, image: image).values()
  }

  func value(slot: Int, image: Int) -> Tensor {
    let place = plan.valueSlots[slot].isShared ? 0 : image
    return values[slot].images(place..<place + 1)
  }
  /// The values that the derivative of a node reads, for one kept image.
  func values(readBy node: Int, image: Int) -> NodeValues {
    NodeValues(
      plan.graph.form(node), of: (node, plan.graph.inputs[node]),
      { value(slot: plan.valueSlot[$0] ?? 0, image: image) })
  }
  func plane(_ plane: Int, image: Int) -> Tensor { planes[plane].images(image..<image + 1) }

  /// The linear layer that ends the network.
  package var head: BoundDense? { plan.head.flatMap { bound[$0] as? BoundDense } }

  /// The logits of one kept image.
  package func logits(image: Int) -> [Double] {
    let features = features(image: image)
    return head?.outputs(features) ?? features
  }

  // MARK: Reverse

  /// Derivatives of directions in feature space by the selected weights below the head.
  ///
  /// - Parameters:
  ///   - directions: `rows x features`; row `r` weighs the features.
  ///   - image: the kept image.
  /// - Returns: `rows x selection`, `[r, j] = d(directions[r] . features) / d weight j`; columns of
  ///   the head's own weights are zero.
  /// - Throws: the first failure of a kernel.
  package func pullback(_ directions: Matrix, image: Int) throws(BackendError) -> Matrix {
    precondition(directions.rows == rows, "\(directions.rows) directions, planned for \(rows)")
    guard let start = plan.start else { return Matrix(rows: rows, columns: selection.count) }
    var jacobian = [Double](repeating: 0, count: rows * selection.count)
    cotangents[start].write(directions.values)
    for action in backward {
      switch action {
      case .pull(let primitive, let from, let to):
        try primitive.pullback(from, into: to)
      case .pullAt(let primitive, let node, let place, let from, let to):
        primitive.pullback(
          from, at: values(readBy: node, image: image), toInput: place, into: to)
      case .combine(let plain, let gated, let gate, let to):
        to.combine(
          plain: plain, gated: gated, gate: gate.map { value(slot: $0, image: image) })
      case .read(let from, let plane, let channel, let readouts):
        from.copyChannel(channel, into: plane)
        for readout in readouts where !isIdle(column: readout.column) {
          read(readout, channel: channel, plane: plane, image: image, into: &jacobian)
        }
      }
    }
    return Matrix(rows: rows, columns: selection.count, values: jacobian)
  }

  /// Whether nothing depends on a selected weight: that of a normalisation that is the identity.
  func isIdle(column: Int) -> Bool {
    guard passes else { return false }
    switch network.parameters[selection[column].parameter].role {
    case .normalizationScale, .normalizationShift: return true
    case .convolutionWeight, .convolutionBias, .denseWeight, .denseBias: return false
    }
  }

  private func read(
    _ readout: WalkPlan.Readout, channel: Int, plane: Tensor, image: Int,
    into jacobian: inout [Double]
  ) {
    let columns = selection.count
    switch readout.rule {
    case .shift:
      plane.dotRows(nil, into: &sums)
      for row in 0..<rows { jacobian[row &* columns &+ readout.column] = sums[row] }
    case .scale(let node, let kept):
      guard let normalization = normalization(node) else { return }
      let (mean, factor) = (
        normalization.mean[channel], normalization.reciprocalDeviation[channel]
      )
      plane.dotRows(nil, into: &sums)
      plane.dotRows(self.plane(kept, image: image), into: &products)
      for row in 0..<rows {
        jacobian[row &* columns &+ readout.column] = factor * (products[row] - mean * sums[row])
      }
    case .weight(let node, let kept):
      let scale = node.flatMap { normalization($0)?.scale[channel] } ?? 1
      plane.dotRows(self.plane(kept, image: image), into: &products)
      for row in 0..<rows { jacobian[row &* columns &+ readout.column] = scale * products[row] }
    }
  }
}
