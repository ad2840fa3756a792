internal import Networks
internal import Tensors

/// One worker's images of a linearization: bound primitives, kept values, and what is computed again.
///
/// A share works on one chunk of its images at a time; what is not kept lives until the chunk ends.
final class LinearizationShare: NodeValueSource {
  let plan: LinearizationPlan
  let engine: KernelEngine
  let memory: TensorPool
  /// The chunks of the minibatch that belong to this worker.
  let chunks: Range<Int>
  /// The bound primitive of every node, `nil` for the input.
  let bound: [(any BoundOperator)?]
  private let parametrised: [(any BoundParametrised)?]
  private let normalizations: [(any BoundMinibatchNormalization)?]
  /// Kept values of all images of this share; `nil` where a value is computed again.
  private let values: [Tensor?]
  /// The images of the current chunk, counted from the first one of this share.
  private var images = 0..<0
  /// Values of the current chunk that are not kept.
  private var transient: [Tensor?]
  private var isOpen: [Int] = []
  /// The moments of what each normalisation reads, chunk by chunk.
  var moments: [Int: [ChannelMoments]] = [:]
  var failure: BackendError?

  /// Binds the network; `ends` says where the values of input and output lie, if that is decided.
  init(
    _ plan: LinearizationPlan, parameters: Parameters, ends: LinearizationEnds?,
    chunks: Range<Int>, isFiltering: Bool, engine: KernelEngine, arena: Arena
  ) throws(BackendError) {
    self.plan = plan
    self.engine = engine
    self.chunks = chunks
    memory = TensorPool(arena: arena, precision: engine.precision)
    let network = plan.network
    let own = plan.images(ofChunks: chunks)
    values = network.nodes.indices.map { node in
      guard plan.isKept[node] else { return nil }
      if let ends, node == 0 { return ends.input }
      if let ends, node == network.output { return ends.output }
      return arena.tensor(
        network.nodes[node].shape.batch(own.count), precision: engine.precision,
        block: engine.block(network.nodes[node].shape, network.nodes[node].layout))
    }
    var bound: [(any BoundOperator)?] = []
    for node in network.nodes.indices {
      bound.append(
        try network.bound(
          node, parameters: parameters, engine: engine, arena: arena, pool: memory,
          isFiltering: isFiltering))
    }
    self.bound = bound
    parametrised = bound.map { $0 as? any BoundParametrised }
    normalizations = bound.map { $0 as? any BoundMinibatchNormalization }
    transient = [Tensor?](repeating: nil, count: network.nodes.count)
    for normalization in normalizations { normalization?.prepare(plan.normalization) }
  }

  /// Takes this worker's images of a minibatch.
  func write(_ images: Pixels) {
    guard !chunks.isEmpty else { return }
    values[0]?.write(images, images: plan.images(ofChunks: chunks))
  }

  func normalization(_ node: Int) -> (any BoundMinibatchNormalization)? { normalizations[node] }
  func parametrised(_ node: Int) -> (any BoundParametrised)? { parametrised[node] }

  /// The layout of a node's value for some images.
  func layout(of node: Int, batch: Int) -> (shape: TensorShape, block: Int) {
    let node = plan.network.nodes[node]
    return (node.shape.batch(batch), engine.block(node.shape, node.layout))
  }

  /// A tensor like a node's value for the images of the current chunk.
  func take(like node: Int) -> Tensor {
    let (shape, block) = layout(of: node, batch: images.count)
    return memory.take(shape, block: block)
  }

  /// A tensor like a node's value for all images of this share.
  func takeWhole(like node: Int) -> Tensor {
    let count = chunks.reduce(0) { $0 + plan.images(ofChunk: $1).count }
    let (shape, block) = layout(of: node, batch: count)
    return memory.take(shape, block: block)
  }

  /// The part of a tensor of all images that belongs to the current chunk.
  func current(_ whole: Tensor) -> Tensor { whole.images(images) }

  // MARK: Chunks

  /// Calls `body` for every chunk; values that are computed again are kept until it returns.
  func forEachChunk(_ body: (Int) throws(BackendError) -> Void) {
    guard failure == nil, !chunks.isEmpty else { return }
    engine.adopt()
    let first = plan.images(ofChunk: chunks.lowerBound).lowerBound
    do {
      for chunk in chunks {
        let all = plan.images(ofChunk: chunk)
        images = all.lowerBound - first..<all.upperBound - first
        defer {
          for node in isOpen {
            if let tensor = transient[node] { memory.give(tensor) }
            transient[node] = nil
          }
          isOpen.removeAll(keepingCapacity: true)
        }
        try body(chunk)
      }
    } catch {
      failure = error
    }
  }

  /// The value of an input of a node for the current chunk.
  func value(ofInput place: Int, of node: Int) throws(BackendError) -> Tensor {
    try value(of: plan.network.nodes[node].inputs[place])
  }

  /// The value of a node for the current chunk.
  func value(of node: Int) throws(BackendError) -> Tensor {
    let node = plan.representative[node]
    if let kept = values[node] { return current(kept) }
    if let known = transient[node] { return known }
    let made = take(like: node)
    transient[node] = made
    isOpen.append(node)
    try compute(node, into: made)
    return made
  }

  private func compute(_ node: Int, into output: Tensor) throws(BackendError) {
    let inputs = plan.network.nodes[node].inputs
    if let normalization = normalization(node) {
      return output.set(
        sumOf: [normalization.value(try value(of: inputs[0]), plan.normalization)],
        offset: normalization.offset(plan.normalization))
    }
    if plan.joinsNormalizations[node] { return try computeSum(inputs, into: output) }
    var tensors: [Tensor] = []
    for input in inputs { tensors.append(try value(of: input)) }
    try bound[node]?.apply(tensors, into: output)
  }

  /// A sum in one pass, with the normalisations before it that nothing else reads now.
  private func computeSum(_ inputs: [Int], into output: Tensor) throws(BackendError) {
    var terms: [AffineTerm] = []
    var offset = [Double](repeating: 0, count: output.shape.channels)
    for input in inputs {
      if let normalization = normalization(input), values[input] == nil {
        let x = try value(of: plan.network.nodes[input].inputs[0])
        terms.append(normalization.value(x, plan.normalization))
        for (c, shift) in normalization.offset(plan.normalization).enumerated() {
          offset[c] += shift
        }
      } else {
        terms.append(AffineTerm(try value(of: input)))
      }
    }
    output.set(sumOf: terms, offset: offset)
  }

  /// Computes the kept values of one level, and the moments that the next level needs.
  func forward(level: Int) {
    moments.removeAll(keepingCapacity: true)
    forEachChunk { chunk throws(BackendError) in
      for node in plan.nodes[level] {
        if let kept = values[node], node > 0 { try compute(node, into: current(kept)) }
        guard !plan.normalizations[node].isEmpty else { continue }
        let found = ChannelMoments(of: try value(of: node))
        for normalization in plan.normalizations[node] {
          moments[normalization, default: []].append(found)
        }
      }
    }
  }

  /// The row-major values of a node for all images of this share.
  func rows(_ node: Int) -> [Double] {
    let node = plan.representative[node]
    if let kept = values[node] { return kept.values() }
    var rows: [Double] = []
    forEachChunk { _ throws(BackendError) in rows += try value(of: node).values() }
    return rows
  }
}

/// Values of one worker's images at input and output of a network, which outlive its linearization.
struct LinearizationEnds {
  var input: Tensor
  var output: Tensor
}

extension Tensor {
  /// Takes some images of a minibatch, as many as it has room for.
  func write(_ pixels: Pixels, images: Range<Int>) {
    let range = images.lowerBound * shape.imageCount..<images.upperBound * shape.imageCount
    switch pixels {
    case .floats(let pixels): write(Array(pixels[range]))
    case .doubles(let pixels): write(Array(pixels[range]))
    }
  }
}
