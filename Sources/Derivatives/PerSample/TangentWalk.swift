internal import Networks
package import Tensors

/// The forward walks of one-weight tangents through a bound network.
package final class TangentWalk {
  let walk: PerSampleWalk
  let plan: TangentPlan
  let rows: Int
  private let tangents: [Tensor]

  /// Plans the walks and takes their memory from the arena of `walk`.
  ///
  /// - Parameters:
  ///   - walk: the bound network, whose values are kept by its own forward steps.
  ///   - rows: weights that one walk carries.
  package init(_ walk: PerSampleWalk, rows: Int) {
    let plan = TangentPlan(walk.plan, rows: rows)
    self.walk = walk
    self.plan = plan
    self.rows = rows
    tangents = plan.slots.map {
      walk.arena.tensor(
        $0.shape.batch(rows), precision: walk.engine.precision, block: walk.engine.block($0))
    }
  }

  /// Derivatives of the features of a kept image by all selected weights below the head.
  ///
  /// - Returns: `features x selection`; columns of the head's own weights are zero.
  package func jacobian(image: Int) throws(BackendError) -> Matrix {
    walk.move(to: image)
    let features = walk.plan.featureCount
    let columns = walk.selection.count
    var jacobian = [Double](repeating: 0, count: features * columns)
    for part in plan.walks {
      for step in part.steps { try run(step, image: image) }
      let values = tangents[part.output].values()
      for (row, column) in part.columns.enumerated() {
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
    case .seed(let slot, let row, let region, let readout):
      guard !walk.isIdle(readout) else { return }
      let target = tangents[slot].images(row..<row + 1)
      let (factor, shift) = walk.scale(of: readout)
      let plane = readout.plane.map { walk.plane($0, image: image) }
      target.add(
        plane: plane, times: factor, plus: plane == nil ? factor : -factor * shift,
        to: region.box(in: target))
    case .push(let node, let from, let to):
      try walk.bound[node]?.pushforward(
        from.map { $0.map { tangents[$0] } }, at: OperatorPoint(walk, node: node),
        into: tangents[to])
    case .combine(let plain, let gated, let gate, let to):
      tangents[to].combine(
        plain: plain.map { tangents[$0] }, gated: gated.map { tangents[$0] },
        gate: gate.map { walk.value(slot: $0, image: image) })
    case .pull, .read:
      preconditionFailure("a step of the reverse walk among tangents")
    }
  }
}
