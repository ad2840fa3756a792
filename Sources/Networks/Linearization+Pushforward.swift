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
    var readers = [Int](repeating: 0, count: network.nodes.count)
    for node in network.nodes[...target] {
      for input in node.inputs { readers[input] += 1 }
    }
    // A node without a tangent has one of zero by structure.
    var tangents = [Tensor?](repeating: nil, count: target + 1)
    if let input { tangents[0] = tensor(input, like: 0) }
    for position in 0...target {
      let node = network.nodes[position]
      guard let operation = bound[position] else { continue }
      let tangent = NodeTangent(
        inputs: node.inputs.map { tangents[$0] }, parameters: node.parameters.map { parameters[$0] }
      )
      let isZero =
        node.primitive?.derivative == .zero
        || tangent.inputs.allSatisfy { $0 == nil } && tangent.parameters.allSatisfy { $0 == nil }
      if !isZero {
        let output = memory.take(like: values[position])
        try operation.pushforward(tangent, at: point(position), into: output)
        tangents[position] = output
      }
      for input in node.inputs {
        readers[input] -= 1
        if readers[input] == 0, let done = tangents[input] {
          memory.give(done)
          tangents[input] = nil
        }
      }
    }
    let result = tangents[target].map(rows)
    for case let tangent? in tangents { memory.give(tangent) }
    return result ?? Matrix(rows: batch, columns: values[target].shape.imageCount)
  }
}
