package import Networks
package import Tensors

/// The values of a minibatch, level by level, for the statistics of its normalisations and no longer.
///
/// Where all values of all images do not fit, this keeps of each image only what a later level still
/// reads; places are used again whatever the shape. What is written and read within one level has a
/// place for one image. Images are then walked one by one with the frozen statistics, which gives the
/// same values to the last bit.
package final class CalibrationWalk {
  private let walk: PerSampleWalk
  private let setInput: (Int, Tensor) -> Void
  /// For each image the place of every slot.
  private let slots: [Tensor]
  private let slotOf: [Int: Int]
  private let isShared: [Bool]
  private let input: Tensor

  /// Plans the places and takes them from the arena of `walk`.
  ///
  /// - Parameters:
  ///   - walk: the bound network, which keeps one image.
  ///   - images: the number of images.
  ///   - setInput: writes an image, by its position, to a tensor.
  package init(_ walk: PerSampleWalk, images: Int, setInput: @escaping (Int, Tensor) -> Void) {
    self.walk = walk
    self.setInput = setInput
    let places = CalibrationWalk.places(walk.plan, engine: walk.engine)
    let precision = walk.engine.precision
    slotOf = places.slotOf
    isShared = places.slots.map(\.isShared)
    slots = places.slots.map {
      walk.arena.tensor(
        TensorShape(batch: $0.isShared ? 1 : images, channels: $0.count, height: 1, width: 1),
        precision: precision, block: $0.block)
    }
    input = walk.arena.tensor(walk.network.inputShape.batch(1), precision: precision)
  }

  private struct Place {
    var block: Int
    var isShared: Bool
    /// Elements of one image.
    var count: Int
  }

  /// Bytes of the values of a minibatch.
  ///
  /// - Parameters:
  ///   - plan: the plan of the walk.
  ///   - engine: the engine that chooses the layouts.
  /// - Returns: what each image takes, and what all of them share.
  package static func bytes(
    _ plan: WalkPlan, engine: KernelEngine
  ) -> (image: Int, shared: Int) {
    let slots = places(plan, engine: engine).slots
    func bytes(_ isShared: Bool) -> Int {
      engine.precision.stride
        * slots.reduce(0) { $1.isShared == isShared ? $0 + $1.count : $0 }
    }
    return (
      bytes(false), bytes(true) + engine.precision.stride * plan.graph.network.inputShape.count
    )
  }

  private static func places(
    _ plan: WalkPlan, engine: KernelEngine
  ) -> (slots: [Place], slotOf: [Int: Int]) {
    let graph = plan.graph
    var lastUse: [Int: (time: Int, level: Int)] = [:]
    for (time, step) in plan.forward.enumerated() where !graph.isZero[step.node] {
      for input in graph.inputs[step.node] { lastUse[input] = (time, step.level) }
    }
    var slots: [Place] = []
    var slotOf: [Int: Int] = [:]
    var free: [Int] = []
    for (time, step) in plan.forward.enumerated() {
      let node = graph.network.nodes[step.node]
      let block = engine.block(node.shape, node.layout)
      let count = Tensor.imageStride(node.shape.batch(1), block: block)
      let isShared = lastUse[step.node].map { $0.level == step.level } ?? true
      let fitting = free.indices.filter {
        slots[free[$0]].block == block && slots[free[$0]].isShared == isShared
      }
      // The smallest that is large enough, or else the largest, which grows.
      let large = fitting.filter { slots[free[$0]].count >= count }
      let chosen =
        large.min { slots[free[$0]].count < slots[free[$1]].count }
        ?? fitting.max { slots[free[$0]].count < slots[free[$1]].count }
      if let chosen {
        let slot = free.remove(at: chosen)
        slots[slot].count = max(slots[slot].count, count)
        slotOf[step.node] = slot
      } else {
        slots.append(Place(block: block, isShared: isShared, count: count))
        slotOf[step.node] = slots.count - 1
      }
      let read = graph.isZero[step.node] ? [] : graph.inputs[step.node]
      for input in Set(read).sorted() where lastUse[input]?.time == time {
        if let slot = slotOf[input] { free.append(slot) }
      }
    }
    return (slots, slotOf)
  }

  private func value(_ node: Int, image: Int) -> Tensor {
    guard let slot = slotOf[node] else { return input }
    let place = isShared[slot] ? 0 : image
    return slots[slot].images(place..<place + 1).viewed(as: walk.network.nodes[node].shape.batch(1))
  }

  /// Runs the steps of one level for one image.
  package func forward(level: Int, image: Int) throws(BackendError) {
    let steps = walk.plan.steps(level: level)
    let graph = walk.plan.graph
    if steps.contains(where: { !graph.isZero[$0.node] && graph.inputs[$0.node].contains(0) }) {
      setInput(image, input)
    }
    for step in steps {
      let output = value(step.node, image: image)
      guard let op = walk.bound[step.node] else {
        output.clear()
        continue
      }
      try op.apply(
        graph.inputs[step.node].map { value($0, image: image) }, into: output)
    }
  }

  /// The moments of each channel that a normalisation reads, for one image.
  package func moments(of node: Int, image: Int) -> ChannelMoments {
    ChannelMoments(of: value(walk.plan.graph.inputs[node][0], image: image))
  }
}
