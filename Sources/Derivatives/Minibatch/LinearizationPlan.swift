internal import Networks
internal import Tensors

/// In which order the nodes of a network are computed for a minibatch that is cut into chunks.
///
/// A batch normalisation needs the sums of the whole minibatch before it can be applied, so the nodes
/// are divided into levels: one more for each normalisation on the longest way from the input. All
/// chunks pass a level, one after another while a chunk is in the cache, before the next level starts.
/// Where statistics are fixed beforehand there is one level.
struct LinearizationPlan {
  let network: Network
  let normalization: NormalizationMode
  /// The level of each node.
  let level: [Int]
  /// The nodes of each level, in topological order.
  let nodes: [[Int]]
  /// The normalisations that read each node and need its sums, in order.
  let normalizations: [[Int]]
  /// Whether the value of a node is kept for all images, or else computed again where it is read.
  let isKept: [Bool]
  /// The first of the nodes that compute the same from the same and are not kept, as several edges of a
  /// cell rectify one node; every other node itself.
  let representative: [Int]
  /// Whether a node is a sum that computes the normalisations before it in the same pass.
  let joinsNormalizations: [Bool]
  /// Whether a node is a normalisation over the minibatch.
  let isNormalization: [Bool]
  /// Images of a chunk.
  let chunk: Int
  /// Images of the minibatch.
  let batch: Int

  /// Images that pass a level together: few enough for the cache, and enough for the kernels.
  ///
  /// Sums are joined chunk by chunk, so this number is part of every digit.
  static let imagesOfChunk = 8

  /// Orders a network; `recomputed` are nodes whose values would be kept and shall not be.
  init(
    _ network: Network, normalization: NormalizationMode, batch: Int, recomputed: Set<Int> = []
  ) {
    self.network = network
    self.normalization = normalization
    self.batch = batch
    chunk = Self.chunk(ofBatch: batch)
    let needsSums = normalization.readsMinibatch
    let isNormalization = network.nodes.map { $0.op?.derivative.couplesMinibatch == true }
    self.isNormalization = isNormalization

    var level: [Int] = []
    var normalizations = [[Int]](repeating: [], count: network.nodes.count)
    for (position, node) in network.nodes.enumerated() {
      let step = needsSums && isNormalization[position] ? 1 : 0
      level.append((node.inputs.map { level[$0] }.max() ?? 0) + step)
      if step == 1 { normalizations[node.inputs[0]].append(position) }
    }
    self.level = level
    self.normalizations = normalizations
    var nodes = [[Int]](repeating: [], count: (level.max() ?? 0) + 1)
    for position in network.nodes.indices { nodes[level[position]].append(position) }
    self.nodes = nodes

    var isKept = network.nodes.map { !($0.op?.isRecomputed ?? false) }
    for position in network.blockOutputs + [network.output] { isKept[position] = true }
    for (position, node) in network.nodes.enumerated() {
      for input in node.inputs
      where level[input] != level[position] || !normalizations[input].isEmpty {
        isKept[input] = true
      }
    }
    for position in recomputed { isKept[position] = false }
    self.isKept = isKept
    struct Expression: Hashable {
      var op: AnyHashable
      var inputs: [Int]
      var layout: Layout
    }
    var known: [Expression: Int] = [:]
    representative = network.nodes.indices.map { position in
      let node = network.nodes[position]
      guard let op = node.op, node.parameters.isEmpty, !isKept[position] else { return position }
      let expression = Expression(op: AnyHashable(op), inputs: node.inputs, layout: node.layout)
      if let first = known[expression] { return first }
      known[expression] = position
      return position
    }
    joinsNormalizations = network.nodes.map { node in
      node.op?.derivative.shortcut == .sum
        && node.inputs.contains { isNormalization[$0] && !isKept[$0] }
    }
  }

  /// Whether a node is a normalisation that starts a level, because its values need sums over the
  /// minibatch.
  func isCoupled(_ node: Int) -> Bool {
    normalization.readsMinibatch && isNormalization[node]
  }

  /// Whether derivatives of normalisations need sums over the minibatch.
  var derivativeNeedsSums: Bool { normalization.couplesDerivatives }

  /// The number of chunks.
  var chunks: Int { Self.chunks(ofBatch: batch) }

  static func chunk(ofBatch batch: Int) -> Int { min(batch, imagesOfChunk) }
  static func chunks(ofBatch batch: Int) -> Int {
    (batch + chunk(ofBatch: batch) - 1) / chunk(ofBatch: batch)
  }

  /// The images of some chunks that follow each other.
  func images(ofChunks chunks: Range<Int>) -> Range<Int> {
    guard let first = chunks.first, let last = chunks.last else { return 0..<0 }
    return images(ofChunk: first).lowerBound..<images(ofChunk: last).upperBound
  }

  /// The images of a chunk.
  func images(ofChunk number: Int) -> Range<Int> {
    number * chunk..<min((number + 1) * chunk, batch)
  }
}
