package import Tensors

/// The forward walks of one-weight tangents through a bound network.
package final class TangentWalk {
  let walk: FrozenWalk
  let plan: TangentPlan
  let rows: Int
  private let tangents: [Tensor]

  /// Plans the walks and takes their memory from the arena of `walk`.
  ///
  /// - Parameters:
  ///   - walk: the bound network, whose values are kept by its own forward steps.
  ///   - rows: weights that one walk carries.
  package init(_ walk: FrozenWalk, rows: Int) {
    let plan = TangentPlan(walk.plan, rows: rows)
    self.walk = walk
    self.plan = plan
    self.rows = rows
    tangents = plan.slots.map {
      walk.arena.tensor(
        $0.shape.with(batch: rows), precision: walk.engine.precision,
        block: $0.isPlain ? 1 : walk.engine.block(channels: $0.shape.channels))
    }
  }

  /// Derivatives of the features of a kept image by all selected weights below the head.
  ///
  /// - Returns: `features x selection`; columns of the head's own weights are zero.
  package func jacobian(image: Int) throws(BackendError) -> Matrix {
    let features = walk.network.nodes[walk.plan.features].shape.imageCount
    let columns = walk.selection.count
    var jacobian = [Double](repeating: 0, count: features * columns)
    for part in plan.walks {
      for step in part.steps { try run(step, image: image) }
      let values = tangents[part.output].values()
      for (row, column) in part.columns.enumerated() where !walk.isIdle(column: column) {
        for feature in 0..<features {
          jacobian[feature &* columns &+ column] = values[row &* features &+ feature]
        }
      }
    }
    return Matrix(rows: features, columns: columns, values: jacobian)
  }

  private func run(_ step: WalkPlan.DerivativeStep, image: Int) throws(BackendError) {
    switch step {
    case .clear(let slot): tangents[slot].clear()
    case .seed(let slot, let row, let channel, let rule):
      seed(tangents[slot].images(row..<row + 1), channel: channel, rule: rule, image: image)
    case .push(let node, let from, let to):
      try walk.bound[node]?.pushforward(tangents[from], into: tangents[to])
    case .pushAt(let node, let from, let to):
      walk.bound[node]?.pushforward(
        from.map { $0.map { tangents[$0] } }, at: walk.values(readBy: node, image: image),
        into: tangents[to])
    case .combine(let plain, let gated, let gate, let to):
      tangents[to].combine(
        plain: plain.map { tangents[$0] }, gated: gated.map { tangents[$0] },
        gate: gate.map { walk.value(slot: $0, image: image) })
    case .pull, .pullAt, .read:
      preconditionFailure("a step of the reverse walk among tangents")
    }
  }

  private func seed(_ target: Tensor, channel: Int, rule: WalkPlan.Rule, image: Int) {
    switch rule {
    case .shift: target.add(plane: nil, times: 0, plus: 1, toChannel: channel)
    case .scale(let node, let plane):
      guard let normalization = walk.normalization(node) else { return }
      let factor = normalization.reciprocalDeviation[channel]
      target.add(
        plane: walk.plane(plane, image: image), times: factor,
        plus: -factor * normalization.mean[channel], toChannel: channel)
    case .weight(let node, let plane):
      let scale = node.flatMap { walk.normalization($0)?.scale[channel] } ?? 1
      target.add(
        plane: walk.plane(plane, image: image), times: scale, plus: 0, toChannel: channel)
    }
  }
}
