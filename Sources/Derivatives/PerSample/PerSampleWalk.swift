package import Networks
package import Tensors

/// A network with numbers and fixed normalisation, ready to be walked image by image.
///
/// Fixed statistics decouple the samples, so one image is taken at a time and all its cotangents are
/// folded into the batch axis: the working set stays in the processor's cache however large the
/// minibatch is. A walk belongs to one worker; every tensor comes from that worker's arena.
package final class PerSampleWalk {
  package let network: Network
  package let selection: [WeightAddress]
  /// Directions that one reverse walk pulls back.
  package let rows: Int
  /// Images whose values are kept at the same time.
  package let window: Int
  package let plan: WalkPlan
  let engine: KernelEngine
  let arena: Arena
  let bound: [Int: any BoundOperator]
  private let parametrised: [Int: any BoundParametrised]
  private let normalizations: [Int: any BoundMinibatchNormalization]
  private let values: [Tensor]
  private let planes: [Tensor]
  private let cotangents: [Tensor]
  private let backward: [BackwardAction]
  /// Whether normalisations are the identity, so that nothing depends on their parameters.
  private var passes = false
  private var sums: [Double]
  private var products: [Double]
  /// The image at which derivatives are taken.
  private var image = 0

  /// A reverse step with its tensors looked up.
  private enum BackwardAction {
    case pull(any BoundOperator, node: Int, from: Tensor, to: [Tensor?])
    case combine(plain: [Tensor], gated: [Tensor], gate: Int?, to: Tensor)
    case read(from: Tensor, box: ElementBox, plane: Tensor, readouts: [WalkPlan.Readout])
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
  /// - Throws: `BackendError` when a kernel cannot be made.
  package init(
    _ plan: WalkPlan, parameters: Parameters, rows: Int, window: Int, engine: KernelEngine,
    arena: Arena
  ) throws(BackendError) {
    let network = plan.graph.network
    self.network = network
    selection = plan.selection
    self.rows = rows
    self.window = window
    self.plan = plan
    self.engine = engine
    self.arena = arena

    let pool = TensorPool(arena: arena, precision: engine.precision)
    var bound: [Int: any BoundOperator] = [:]
    for node in plan.forward.map(\.node) + (plan.head.map { [$0] } ?? [])
    where !plan.graph.isZero[node] {
      bound[node] = try network.bound(
        node, reading: plan.graph.inputs[node], parameters: parameters, engine: engine,
        arena: arena, pool: pool)
    }
    self.bound = bound
    parametrised = bound.compactMapValues { $0 as? any BoundParametrised }
    normalizations = bound.compactMapValues { $0 as? any BoundMinibatchNormalization }

    let precision = engine.precision
    values = plan.valueSlots.map {
      arena.tensor(
        $0.shape.batch($0.isShared ? 1 : window), precision: precision, block: engine.block($0))
    }
    planes = plan.planes.map { arena.tensor($0.with(batch: window), precision: precision) }
    let cotangents = plan.cotangentSlots.map {
      arena.tensor($0.shape.batch(rows), precision: precision, block: engine.block($0))
    }
    self.cotangents = cotangents
    /// Where a region of a cotangent is gathered, for every size one.
    var gathered: [TensorShape: Tensor] = [:]
    backward = plan.backward.compactMap { step in
      switch step {
      case .pull(let node, let from, let to):
        return bound[node].map {
          .pull(
            $0, node: node, from: cotangents[from], to: to.map { $0.map { cotangents[$0] } })
        }
      case .combine(let plain, let gated, let gate, let to):
        return .combine(
          plain: plain.map { cotangents[$0] }, gated: gated.map { cotangents[$0] }, gate: gate,
          to: cotangents[to])
      case .read(let from, let region, let readouts):
        let box = region.box(in: cotangents[from])
        let shape = TensorShape(batch: rows, channels: 1, height: box.outer, width: box.inner)
        let plane = gathered[shape] ?? arena.tensor(shape, precision: precision)
        gathered[shape] = plane
        return .read(from: cotangents[from], box: box, plane: plane, readouts: readouts)
      case .push, .clear, .seed:
        preconditionFailure("a step of the tangents in the reverse walk")
      }
    }
    sums = [Double](repeating: 0, count: rows)
    products = sums
    foldScales()
  }

  /// Plans a network and binds it to numbers.
  package convenience init(
    _ network: Network, parameters: Parameters, selection: [WeightAddress], rows: Int, window: Int,
    engine: KernelEngine, arena: Arena
  ) throws(BackendError) {
    try self.init(
      WalkPlan(network, selection: selection), parameters: parameters, rows: rows, window: window,
      engine: engine, arena: arena)
  }

  /// Bytes that each image of a window takes.
  package static func bytesPerImage(_ plan: WalkPlan, engine: KernelEngine) -> Int {
    let values = plan.valueSlots.filter { !$0.isShared }.reduce(0) { sum, slot in
      sum + Tensor.imageStride(slot.shape.batch(1), block: engine.block(slot))
    }
    return engine.precision.stride * plan.planes.reduce(values) { $0 + $1.imageCount }
  }

  /// Bytes that each direction of a reverse walk takes.
  package static func bytesPerRow(_ plan: WalkPlan, engine: KernelEngine) -> Int {
    engine.precision.stride
      * plan.cotangentSlots.reduce(0) { sum, slot in
        sum + Tensor.imageStride(slot.shape.batch(1), block: engine.block(slot))
      }
  }

  // MARK: Statistics

  /// Levels of the forward walk; the statistics of level `l` must be fixed before it is run.
  package var levels: Int { plan.levels }

  /// The nodes whose statistics must be fixed before a level is run.
  package func normalizations(level: Int) -> [Int] {
    plan.steps(level: level).map(\.node).filter { normalizations[$0] != nil }
  }

  /// The moments of each channel that a normalisation reads, for one kept image.
  package func moments(of node: Int, image: Int) -> ChannelMoments {
    ChannelMoments(of: value(slot: slot(ofInput: 0, of: node), image: image))
  }

  /// Fixes the statistics of a normalisation.
  package func freeze(_ node: Int, mean: [Double], variance: [Double]) {
    passes = false
    normalizations[node]?.freeze(mean: mean, variance: variance)
  }

  /// Fixes the statistics that do not depend on the minibatch.
  package func prepare(_ mode: NormalizationMode) {
    passes = mode == .identity
    for normalization in normalizations.values { normalization.prepare(mode) }
    foldScales()
  }

  /// Makes each fixed scale part of the derivative of what stands in front of it.
  ///
  /// To be called once all statistics are fixed.
  package func foldScales() {
    for (node, op) in bound {
      guard let scalable = op as? any BoundScalable,
        let folded = plan.graph.foldedScale(after: node)
      else { continue }
      scalable.outputScale = normalizations[folded]?.scale
    }
  }

  // MARK: Forward

  /// Writes an input image, row-major, to a place of the window.
  package func setInput(_ pixels: [Float], image: Int) {
    values[0].images(image..<image + 1).write(pixels)
  }

  /// Runs the forward steps of one level for one kept image.
  package func forward(level: Int, image: Int) throws(BackendError) {
    for step in plan.steps(level: level) {
      let output = value(slot: step.output, image: image)
      guard let op = bound[step.node] else {
        output.clear()
        continue
      }
      let inputs = step.inputs.map { value(slot: $0, image: image) }
      for capture in step.captures {
        try parametrised[step.node]?.capture(
          capture.capture, of: inputs, into: plane(capture.plane, image: image))
      }
      try op.apply(inputs, into: output)
    }
  }

  /// What the head reads of one kept image, or the output where no matrix ends the network.
  package func features(image: Int) -> [Double] {
    value(slot: plan.valueSlot[plan.features] ?? 0, image: image).values()
  }

  func value(slot: Int, image: Int) -> Tensor {
    let place = plan.valueSlots[slot].isShared ? 0 : image
    return values[slot].images(place..<place + 1)
  }
  func plane(_ plane: Int, image: Int) -> Tensor { planes[plane].images(image..<image + 1) }

  private func slot(ofInput place: Int, of node: Int) -> Int {
    plan.valueSlot[plan.graph.inputs[node][place]] ?? 0
  }

  /// The matrix that ends the network.
  package var head: (any BoundMatrixOperator)? {
    plan.head.flatMap { bound[$0] as? any BoundMatrixOperator }
  }

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
    self.image = image
    var jacobian = [Double](repeating: 0, count: rows * selection.count)
    cotangents[start].write(directions.values)
    for action in backward {
      switch action {
      case .pull(let op, let node, let from, let to):
        try op.pullback(from, at: OperatorPoint(self, node: node), into: to)
      case .combine(let plain, let gated, let gate, let to):
        to.combine(
          plain: plain, gated: gated, gate: gate.map { value(slot: $0, image: image) })
      case .read(let from, let box, let plane, let readouts):
        from.copy(box, into: plane)
        for readout in readouts where !isIdle(readout) {
          read(readout, plane: plane, into: &jacobian)
        }
      }
    }
    return Matrix(rows: rows, columns: selection.count, values: jacobian)
  }

  /// Whether nothing depends on a selected weight: that of a normalisation that is the identity.
  func isIdle(_ readout: WalkPlan.Readout) -> Bool {
    passes && normalizations[readout.node] != nil
  }

  /// The factor and the shift of what a weight meets, with the scale that its node has taken over.
  func scale(of readout: WalkPlan.Readout) -> (factor: Double, shift: Double) {
    let own = parametrised[readout.node]?.weightScale(readout.weight) ?? (factor: 1, shift: 0)
    guard let fold = readout.fold, let scale = normalizations[fold.node]?.scale[fold.channel]
    else { return own }
    return (own.factor * scale, own.shift)
  }

  private func read(
    _ readout: WalkPlan.Readout, plane: Tensor, into jacobian: inout [Double]
  ) {
    let columns = selection.count
    let (factor, shift) = scale(of: readout)
    guard let kept = readout.plane else {
      plane.dotRows(nil, into: &sums)
      for row in 0..<rows { jacobian[row &* columns &+ readout.column] = factor * sums[row] }
      return
    }
    plane.dotRows(self.plane(kept, image: image), into: &products)
    if shift != 0 {
      plane.dotRows(nil, into: &sums)
      for row in 0..<rows { products[row] -= shift * sums[row] }
    }
    for row in 0..<rows { jacobian[row &* columns &+ readout.column] = factor * products[row] }
  }

  /// Takes the derivatives at an image.
  func move(to image: Int) { self.image = image }
}

extension PerSampleWalk: NodeValueSource {
  package func value(ofInput place: Int, of node: Int) -> Tensor {
    value(slot: slot(ofInput: place, of: node), image: image)
  }
  package func value(of node: Int) -> Tensor {
    value(slot: plan.valueSlot[node] ?? 0, image: image)
  }
}

extension KernelEngine {
  /// Channels that lie side by side in a slot.
  func block(_ slot: WalkPlan.Slot) -> Int { block(slot.shape, slot.layout) }
}
