internal import Networks
package import Tensors

extension Linearization {
  /// Maps tangents of the parameters and of the input to the tangent of a node.
  ///
  /// A tangent of a parameter applies to all images of the minibatch alike.
  ///
  /// - Parameters:
  ///   - parameters: row-major tangents of parameter tensors by position; a tensor that is left out
  ///     has a tangent of zero.
  ///   - input: the tangent of the input, an image a row, or `nil` for zero.
  ///   - target: the position of the node, or `nil` for the output.
  /// - Returns: the tangent of the node, an image a row.
  /// - Throws: `BackendError` when a library call fails.
  package func pushforward(
    parameters: [Int: [Double]] = [:], input: Matrix? = nil, to target: Int? = nil
  ) throws(BackendError) -> Matrix {
    for (position, tangent) in parameters {
      precondition(
        network.parameters.indices.contains(position)
          && tangent.count == network.parameters[position].count,
        "a tangent of \(tangent.count) numbers for parameter tensor \(position)")
    }
    let target = target ?? network.output
    let passes = try tangents(
      parameters.mapValues(ParameterTangent.numbers), input: input, to: target)
    let parts = passes.compactMap { $0.rows(target) }
    for pass in passes { pass.close() }
    let columns = network.nodes[target].shape.count
    return parts.isEmpty
      ? Matrix(rows: batch, columns: columns)
      : Matrix(rows: batch, columns: columns, values: parts.flatMap { $0 })
  }

  /// Runs the passes of all workers up to a node and leaves them open.
  func tangents(_ parameters: [Int: ParameterTangent], input: Matrix?, to target: Int)
    throws(BackendError) -> [TangentPass]
  {
    if let input {
      precondition(
        input.rows == batch && input.columns == network.inputShape.count,
        "a tangent of \(input.rows)x\(input.columns) for \(batch) images of \(network.inputShape)")
    }
    var first = 0
    let passes = shares.map { share in
      let count = share.chunks.reduce(0) { $0 + plan.images(ofChunk: $1).count }
      defer { first += count }
      return TangentPass(
        share, parameters: parameters, input: input?.rows(first..<first + count).values,
        target: target)
    }
    for level in 0...plan.level[target] {
      team.run { passes[$0].run(level: level) }
      try rethrow()
      for node in level < plan.level[target] ? plan.nodes[level + 1] : []
      where plan.isCoupled(node) {
        var parts = passes.flatMap { $0.parts[node] ?? [] }[...]
        guard var joined = parts.popFirst() else { continue }
        for part in parts { joined.add(part) }
        for pass in passes { pass.sums[node] = joined }
      }
    }
    return passes
  }
}
