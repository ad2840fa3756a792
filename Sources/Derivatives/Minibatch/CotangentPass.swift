internal import Networks
internal import Tensors

/// One worker's part of a pullback: cotangents of its images, level by level from the source up.
///
/// A node's cotangent is the sum of the terms of its readers. Sums hand their cotangent on as it is and
/// gates hand it on to be gated where it is added, so most terms need no memory of their own; what
/// only this level reads lives until the chunk ends.
///
/// With tangents of all values (`curvature`) every cotangent has two lanes: itself and its derivative
/// in their direction.
final class CotangentPass {
  let share: LinearizationShare
  let request: CotangentRequest
  let curvature: TangentPass?
  /// For each normalisation the sums of each chunk; of one level where it is coupled.
  var parts: [Int: [[ChannelSums]]] = [:]
  /// For each coupled normalisation the sums of the whole minibatch.
  var sums: [Int: [ChannelSums]] = [:]
  /// For each node with parameters what each chunk adds to their cotangents.
  var parameters: [Int: [ParameterCotangent]] = [:]
  /// For each node with parameters what each chunk adds to the derivatives of their cotangents.
  var parameterTangents: [Int: [ParameterCotangent]] = [:]
  var plan: LinearizationPlan { share.plan }
  private var lanes: Int { curvature == nil ? 1 : 2 }
  /// Cotangents that outlive their level.
  private var wholes: [Whole?]
  /// Terms that a node has from levels that are done.
  private var pending: [[Whole]]
  /// Terms that a node has from readers of later levels, by reader and place among its inputs.
  private var carried: [Place: Whole] = [:]
  /// Terms that a node has from the current chunk.
  private var plain: [[Term]]
  private var gated: [[Term]]
  private var chunkMemory: [Tensor] = []
  private var isFirstChunk = true

  /// Cotangents of all images.
  final class Whole {
    let lanes: [Tensor]
    /// The last level that reads them.
    var last: Int
    init(_ lanes: [Tensor], last: Int) {
      self.lanes = lanes
      self.last = last
    }
  }

  /// Where a node reads another one.
  private struct Place: Hashable {
    var reader: Int
    var input: Int
  }

  /// A part of a cotangent for the current chunk.
  struct Term {
    var lanes: [Tensor]
    var whole: Whole?
  }

  init(_ share: LinearizationShare, _ request: CotangentRequest, curvature: TangentPass? = nil) {
    self.share = share
    self.request = request
    self.curvature = curvature
    let count = request.source + 1
    wholes = [Whole?](repeating: nil, count: count)
    pending = [[Whole]](repeating: [], count: count)
    plain = [[Term]](repeating: [], count: count)
    gated = plain
  }

  // MARK: Levels

  /// Pulls the cotangents of one level back, and takes the sums that the level above needs.
  func run(level: Int) {
    for node in plan.nodes[level] where plan.isCoupled(node) { parts[node] = [] }
    isFirstChunk = true
    share.forEachChunk { chunk throws(BackendError) in
      defer { endChunk() }
      if level + 1 < plan.nodes.count {
        for node in plan.nodes[level + 1] where node <= request.source && plan.isCoupled(node) {
          try pullCoupled(node)
        }
      }
      for node in plan.nodes[level].reversed() where node <= request.source {
        if node == request.source { try seed(chunk) }
        guard request.isWanted[node], let cotangent = try combined(node) else { continue }
        if let read = request.read, node == request.target {
          try read(chunk, cotangent.lanes[0], share.current(wholeLane(request.source)))
        }
        try pull(cotangent, through: node)
      }
    }
    for node in wholes.indices {
      if let whole = wholes[node], whole.last >= level, node != request.source || level == 0 {
        release(whole, of: node)
      }
    }
    for (place, whole) in carried where whole.last >= level {
      carried[place] = nil
      giveBack(whole)
    }
  }

  private func release(_ whole: Whole, of node: Int) {
    wholes[node] = nil
    giveBack(whole)
  }

  private func giveBack(_ whole: Whole) {
    // A cotangent that is handed on as it is belongs to several nodes.
    guard !wholes.contains(where: { $0 === whole }),
      !carried.values.contains(where: { $0 === whole })
    else { return }
    for tensor in whole.lanes { share.memory.give(tensor) }
  }

  private func wholeLane(_ node: Int) -> Tensor {
    guard let whole = wholes[node] else { preconditionFailure("node \(node) has no cotangent") }
    return whole.lanes[0]
  }

  private func endChunk() {
    for node in plain.indices where !plain[node].isEmpty {
      plain[node].removeAll(keepingCapacity: true)
    }
    for node in gated.indices where !gated[node].isEmpty {
      gated[node].removeAll(keepingCapacity: true)
    }
    for tensor in chunkMemory { share.memory.give(tensor) }
    chunkMemory.removeAll(keepingCapacity: true)
    curvature?.closeChunk()
    isFirstChunk = false
  }

  private func scratch(like node: Int) -> [Tensor] {
    (0..<lanes).map { _ in
      let tensor = share.take(like: node)
      chunkMemory.append(tensor)
      return tensor
    }
  }

  /// Memory for the cotangents of all images, made when the first chunk asks for it.
  private func whole(_ node: Int) -> Whole {
    if let known = wholes[node] { return known }
    let made = Whole(
      (0..<lanes).map { _ in share.takeWhole(like: node) }, last: plan.level[node])
    wholes[node] = made
    return made
  }

  private func current(_ whole: Whole) -> Term {
    Term(lanes: whole.lanes.map(share.current), whole: whole)
  }

  private func seed(_ chunk: Int) throws(BackendError) {
    let whole = whole(request.source)
    whole.last = -1
    let term = current(whole)
    try request.seed(chunk, term.lanes)
    plain[request.source].append(term)
  }

  // MARK: Terms

  /// Whether a node's cotangent is read after its level is done.
  private func outlives(_ node: Int) -> Bool {
    if plan.isCoupled(node) || node == request.source { return true }
    if node == request.target, request.read == nil { return true }
    if request.kept.contains(node) { return true }
    guard plan.network.nodes[node].op?.derivative.shortcut == .sum else { return false }
    return plan.network.nodes[node].inputs.contains { input in
      request.isWanted[input] && (plan.level[input] != plan.level[node] || plan.isCoupled(input))
    }
  }

  /// The sum of a node's terms, `nil` where nothing that the source depends on reads it.
  private func combined(_ node: Int) throws(BackendError) -> Term? {
    var terms = pending[node].map(current)
    terms += plain[node]
    let gated = gated[node]
    guard !terms.isEmpty || !gated.isEmpty else { return nil }
    let outlives = outlives(node)
    if terms.count == 1, gated.isEmpty {
      let term = terms[0]
      guard outlives else { return term }
      if let whole = term.whole {
        wholes[node] = whole
        extend(whole, for: node)
        return term
      }
    }
    let sum = outlives ? current(whole(node)) : Term(lanes: scratch(like: node), whole: nil)
    if let whole = sum.whole { extend(whole, for: node) }
    let gate = gated.isEmpty ? nil : try share.value(of: node).joinedImages
    for lane in 0..<lanes {
      sum.lanes[lane].joinedImages.combine(
        plain: terms.map { $0.lanes[lane].joinedImages },
        gated: gated.map { $0.lanes[lane].joinedImages }, gate: gate)
    }
    return sum
  }

  /// Keeps a cotangent as long as its node needs it.
  private func extend(_ whole: Whole, for node: Int) {
    if plan.isCoupled(node) { whole.last = min(whole.last, plan.level[node] - 1) }
    if node == request.target && request.read == nil || request.kept.contains(node) {
      whole.last = -1
    }
  }

  /// Hands a cotangent on to an input as it is.
  private func add(_ term: Term, to input: Int, at level: Int) {
    guard request.isWanted[input] else { return }
    if plan.level[input] == level {
      plain[input].append(term)
    } else if isFirstChunk {
      guard let whole = term.whole else {
        preconditionFailure("a cotangent that another level reads is not kept")
      }
      whole.last = min(whole.last, plan.level[input])
      pending[input].append(whole)
    }
  }

  // MARK: Rules

  private func pull(_ cotangent: Term, through position: Int) throws(BackendError) {
    let node = plan.network.nodes[position]
    guard let op = share.bound[position], let derivative = node.op?.derivative,
      derivative.zero != .always
    else { return }
    let level = plan.level[position]
    switch derivative.shortcut {
    case .sum:
      for input in node.inputs { add(cotangent, to: input, at: level) }
    case .gate:
      if request.isWanted[node.inputs[0]] { gated[node.inputs[0]].append(cotangent) }
    case .channelScale where share.normalization(position) != nil:
      try pull(cotangent, throughNormalization: position)
    case .channelScale, nil:
      if request.parameters, let parametrised = share.parametrised(position) {
        try takeParameters(cotangent, of: parametrised, at: position)
      }
      try pull(cotangent, through: op, derivative, at: position)
    }
  }

  private func pull(_ cotangent: Term, throughNormalization position: Int) throws(BackendError) {
    guard let normalization = share.normalization(position) else { return }
    let input = plan.network.nodes[position].inputs[0]
    if request.parameters || plan.derivativeNeedsSums && request.isWanted[input] {
      try takeSums(cotangent, of: normalization, at: position)
    }
    guard !plan.isCoupled(position) else { return }
    if plan.normalization == .identity {
      return add(cotangent, to: input, at: plan.level[position])
    }
    guard request.isWanted[input] else { return }
    let term = Term(lanes: scratch(like: input), whole: nil)
    for lane in 0..<lanes {
      try normalization.pullback(cotangent.lanes[lane], into: term.lanes[lane])
    }
    plain[input].append(term)
  }

  /// Pulls a cotangent back to the inputs of a node.
  private func pull(
    _ cotangent: Term, through op: any BoundOperator, _ derivative: Derivative, at position: Int
  ) throws(BackendError) {
    let inputs = plan.network.nodes[position].inputs
    guard inputs.contains(where: { request.isWanted[$0] }) else { return }
    let point = OperatorPoint(share, node: position)
    var tangent: Tensor?
    var change = OperatorChange()
    if let curvature {
      tangent = cotangent.lanes[1]
      if hasLayerWeights(position) {
        // The weights change by themselves: (W^T dy)' = W^T dy' + W^T dy.
        let sum = scratch(like: position)[0]
        sum.combine(plain: cotangent.lanes)
        tangent = sum
      }
      if derivative.reads.contains(.output) { change.output = try curvature.tangent(position) }
      if derivative.reads.contains(.inputs) {
        for input in inputs { change.inputs.append(try curvature.tangent(input)) }
      }
    }
    let terms = inputs.enumerated().map { place, input in
      request.isWanted[input] ? term(of: Place(reader: position, input: place)) : nil
    }
    try op.pullback(cotangent.lanes[0], at: point, into: terms.map { $0?.lanes[0] })
    guard let tangent else { return }
    try op.pullback(tangent, at: point, into: terms.map { $0?.lanes[1] })
    guard !derivative.reads.isEmpty else { return }
    for (place, term) in terms.enumerated() {
      guard let term else { continue }
      try op.addPullbackChange(
        of: cotangent.lanes[0], at: point, along: change, toInput: place, to: term.lanes[1])
    }
  }

  /// A new term of the cotangent of what a node reads: kept for all images where the input belongs to
  /// an earlier level.
  private func term(of place: Place) -> Term {
    let input = plan.network.nodes[place.reader].inputs[place.input]
    if plan.level[input] == plan.level[place.reader] {
      let term = Term(lanes: scratch(like: input), whole: nil)
      plain[input].append(term)
      return term
    }
    if let known = carried[place] { return current(known) }
    let made = Whole(
      (0..<lanes).map { _ in share.takeWhole(like: input) }, last: plan.level[input])
    carried[place] = made
    pending[input].append(made)
    return current(made)
  }

  /// Pulls the cotangent of a coupled normalisation back, whose sums are complete now.
  private func pullCoupled(_ position: Int) throws(BackendError) {
    let input = plan.network.nodes[position].inputs[0]
    guard request.isWanted[input], let whole = wholes[position],
      let normalization = share.normalization(position)
    else { return }
    let sums = plan.derivativeNeedsSums ? sums[position] : nil
    let cotangent = current(whole)
    let term = Term(lanes: scratch(like: input), whole: nil)
    let count = Double(plan.batch * plan.network.nodes[position].shape.area)
    let x = try share.value(of: input)
    normalization.pullback(
      cotangent.lanes[0], at: x, sums: sums?[0], count: count, into: term.lanes[0])
    if let curvature, let sums {
      normalization.pullbackTangent(
        cotangent.lanes, at: x, tangent: try curvature.tangent(input),
        tangentSums: curvature.sums[position], sums: sums, count: count, into: term.lanes[1])
    }
    plain[input].append(term)
  }

  // MARK: Results

  /// The row-major cotangents of a node for all images of this share, `nil` where there are none.
  func rows(_ node: Int) -> [Double]? {
    node < wholes.count ? wholes[node]?.lanes[0].values() : nil
  }

  /// Gives all memory back.
  func close() {
    for node in wholes.indices {
      if let whole = wholes[node] { release(whole, of: node) }
    }
    for (place, whole) in carried {
      carried[place] = nil
      giveBack(whole)
    }
    for parts in [parameters, parameterTangents] {
      for case .packed(let weights, _) in parts.values.joined() { share.memory.give(weights) }
    }
  }
}
