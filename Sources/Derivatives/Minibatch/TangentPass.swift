internal import Networks
internal import Tensors

/// One worker's part of a pushforward: tangents of its images, level by level.
///
/// Tangents are kept where values are kept, and computed again where values are.
final class TangentPass {
  let share: LinearizationShare
  private var plan: LinearizationPlan { share.plan }
  private let parameters: [Int: ParameterTangent]
  /// Whether a node has a tangent; the others have one of zero by structure.
  let isActive: [Bool]
  private let target: Int
  private var kept: [Tensor?]
  private var transient: [Tensor?]
  private var isOpen: [Int] = []
  /// For each coupled normalisation the sums of each chunk.
  var parts: [Int: [ChannelSums]] = [:]
  /// For each coupled normalisation the sums of the whole minibatch.
  var sums: [Int: ChannelSums] = [:]

  /// Creates a pass.
  ///
  /// - Parameters:
  ///   - share: the images.
  ///   - parameters: tangents of parameter tensors by position.
  ///   - input: row-major tangents of this share's images, or `nil` for zero.
  ///   - target: the last node whose tangent is wanted.
  init(
    _ share: LinearizationShare, parameters: [Int: ParameterTangent], input: [Double]?,
    target: Int
  ) {
    self.share = share
    self.parameters = parameters
    self.target = target
    let network = share.plan.network
    var isActive = [Bool](repeating: false, count: target + 1)
    isActive[0] = input != nil
    for position in network.nodes.indices.dropFirst().prefix(target) {
      let node = network.nodes[position]
      isActive[position] =
        node.op?.derivative.zero != .always
        && (node.inputs.contains { isActive[$0] }
          || node.parameters.contains { parameters[$0] != nil })
    }
    self.isActive = isActive
    kept = [Tensor?](repeating: nil, count: target + 1)
    transient = kept
    if let input, !share.chunks.isEmpty {
      let tensor = share.takeWhole(like: 0)
      tensor.write(input)
      kept[0] = tensor
    }
  }

  /// Computes the tangents of one level, and the sums that the next level needs.
  func run(level: Int) {
    parts.removeAll(keepingCapacity: true)
    for node in plan.nodes[level] where node > 0 && node <= target {
      if isActive[node], plan.isKept[node] || node == target, !share.chunks.isEmpty {
        kept[node] = share.takeWhole(like: node)
      }
    }
    share.forEachChunk { _ throws(BackendError) in
      for node in plan.nodes[level] where node <= target && isActive[node] {
        if let whole = kept[node], node > 0 { try compute(node, into: share.current(whole)) }
        for normalization in plan.normalizations[node]
        where normalization <= target && plan.derivativeNeedsSums {
          guard let bound = share.normalization(normalization), let tangent = try tangent(node)
          else { continue }
          parts[normalization, default: []].append(
            bound.sums(tangent, at: try share.value(of: node)))
        }
      }
      closeChunk()
    }
  }

  /// Gives back what was computed for the current chunk alone.
  func closeChunk() {
    for node in isOpen {
      if let tensor = transient[node] { share.memory.give(tensor) }
      transient[node] = nil
    }
    isOpen.removeAll(keepingCapacity: true)
  }

  /// The tangent of a node for the current chunk, `nil` where it is zero by structure.
  func tangent(_ node: Int) throws(BackendError) -> Tensor? {
    guard isActive[node] else { return nil }
    if let whole = kept[node] { return share.current(whole) }
    if let known = transient[node] { return known }
    let made = share.take(like: node)
    transient[node] = made
    isOpen.append(node)
    try compute(node, into: made)
    return made
  }

  private func compute(_ position: Int, into output: Tensor) throws(BackendError) {
    let node = plan.network.nodes[position]
    switch node.op?.derivative.shortcut {
    case .sum:
      var terms: [AffineTerm] = []
      var offset = [Double](repeating: 0, count: output.shape.channels)
      for input in node.inputs where isActive[input] {
        if share.normalization(input) != nil, kept[input] == nil {
          let parts = try normalizationTangent(input)
          terms += parts.terms
          for c in offset.indices { offset[c] += parts.offset[c] }
        } else if let tangent = try tangent(input) {
          terms.append(AffineTerm(tangent))
        }
      }
      output.set(sumOf: terms, offset: offset)
    case .gate:
      guard let tangent = try tangent(node.inputs[0]) else { return output.clear() }
      output.joinedImages.combine(
        plain: [], gated: [tangent.joinedImages],
        gate: try share.value(of: node.inputs[0]).joinedImages)
    case .channelScale where share.normalization(position) != nil:
      let parts = try normalizationTangent(position)
      output.set(sumOf: parts.terms, offset: parts.offset)
    case .channelScale, nil:
      var tangents: [Tensor?] = []
      for input in node.inputs { tangents.append(try tangent(input)) }
      let point = OperatorPoint(share, node: position)
      if tangents.contains(where: { $0 != nil }) {
        try share.bound[position]?.pushforward(tangents, at: point, into: output)
      } else {
        output.clear()
      }
      let change = node.parameters.map { parameters[$0] }
      if change.contains(where: { $0 != nil }) {
        try share.parametrised(position)?.addPushforward(
          ofParameters: change, at: point, to: output)
      }
    }
  }

  /// The terms of the tangent of a normalisation, for the pass that adds them up.
  private func normalizationTangent(_ position: Int) throws(BackendError)
    -> (terms: [AffineTerm], offset: [Double])
  {
    let node = plan.network.nodes[position]
    let x = try share.value(of: node.inputs[0])
    let input = try tangent(node.inputs[0])
    guard let normalization = share.normalization(position) else {
      preconditionFailure("\(node.name) is no normalisation")
    }
    if plan.normalization == .identity {
      let zeros = [Double](repeating: 0, count: x.shape.channels)
      guard let input else { return ([AffineTerm(x, factor: zeros)], zeros) }
      return ([AffineTerm(input)], zeros)
    }
    return normalization.pushforward(
      input, parameters: node.parameters.map { parameters[$0] }, at: x, sums: sums[position],
      count: places(of: position))
  }

  private func places(of node: Int) -> Double {
    Double(plan.batch * plan.network.nodes[node].shape.area)
  }

  /// The row-major tangents of a node for all images of this share.
  func rows(_ node: Int) -> [Double]? { kept[node]?.values() }

  /// Gives all memory back.
  func close() {
    for case let tensor? in kept { share.memory.give(tensor) }
    kept = []
  }
}
