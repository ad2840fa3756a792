package import Tensors

/// What a cotangent of a node was pulled back to.
package struct Cotangents {
  /// The cotangents of the chosen nodes, in the order in which they were chosen, an image a row.
  package var nodes: [Matrix]
  /// The row-major cotangents of all parameter tensors in the network's order, summed over the
  /// minibatch.
  ///
  /// Tensors that the node does not depend on have zeros. Empty where they were not asked for.
  package var parameters: [[Double]]
}

extension Linearization {
  /// Maps a cotangent of a node to cotangents of chosen nodes and of the parameters.
  ///
  /// The cotangent of a chosen node is the derivative by a change of that node's value, on all
  /// ways from it to the source. Nothing is computed that no chosen node and no parameter needs:
  /// from one block's output to the block before, only that block is walked.
  ///
  /// - Parameters:
  ///   - cotangent: the cotangent, an image a row: for logits `batch x classes`.
  ///   - source: the position of the node that it belongs to, or `nil` for the output.
  ///   - targets: positions of the nodes whose cotangents are wanted; 0 is the input.
  ///   - parameters: whether the cotangents of the parameters are wanted.
  /// - Returns: the cotangents.
  /// - Throws: `BackendError` when a library call fails.
  package func pullback(
    _ cotangent: Matrix, from source: Int? = nil, to targets: [Int] = [], parameters: Bool = true
  ) throws(BackendError) -> Cotangents {
    let source = source ?? network.output
    let isTarget = Set(targets)
    precondition(
      isTarget.allSatisfy(network.nodes.indices.contains), "targets \(targets) are no nodes")
    var result = Cotangents(nodes: [], parameters: [])
    if parameters {
      result.parameters = network.parameters.map { [Double](repeating: 0, count: $0.count) }
    }
    // Whether anything that is wanted lies at or above a node.
    var isWanted = [Bool](repeating: false, count: source + 1)
    for position in 0...source {
      let node = network.nodes[position]
      isWanted[position] =
        isTarget.contains(position) || parameters && !node.parameters.isEmpty
        || node.primitive?.derivative != .zero && node.inputs.contains { isWanted[$0] }
    }

    var cotangents = [Tensor?](repeating: nil, count: source + 1)
    if isWanted[source] { cotangents[source] = tensor(cotangent, like: source) }
    var found: [Int: Matrix] = [:]
    for position in (0...source).reversed() {
      guard let whole = cotangents[position] else { continue }
      if isTarget.contains(position) { found[position] = rows(whole) }
      if let operation = bound[position] {
        try pull(
          whole, through: operation, at: position, isWanted: isWanted, onto: &cotangents,
          parameters: parameters ? { result.parameters[$0] = $1 } : nil)
      }
      memory.give(whole)
      cotangents[position] = nil
    }
    result.nodes = targets.map {
      found[$0] ?? Matrix(rows: batch, columns: values[$0].shape.imageCount)
    }
    return result
  }

  /// Pulls the whole cotangent of a node back through its primitive and adds to what its inputs
  /// already have from other readers.
  private func pull(
    _ cotangent: Tensor, through operation: any BoundPrimitive, at position: Int,
    isWanted: [Bool], onto cotangents: inout [Tensor?], parameters: ((Int, [Double]) -> Void)?
  ) throws(BackendError) {
    let node = network.nodes[position]
    if node.primitive?.derivative == .zero { return }
    let terms: [Tensor?] = node.inputs.map {
      isWanted[$0] ? memory.take(like: values[$0]) : nil
    }
    var numbers: [[Double]]? = parameters == nil || node.parameters.isEmpty ? nil : []
    guard numbers != nil || terms.contains(where: { $0 != nil }) else { return }
    try operation.pullback(cotangent, at: point(position), into: terms, parameters: &numbers)
    if let numbers, let parameters {
      for (parameter, number) in zip(node.parameters, numbers) { parameters(parameter, number) }
    }
    for (input, term) in zip(node.inputs, terms) {
      guard let term else { continue }
      if let sum = cotangents[input] {
        sum.combine(plain: [sum, term])
        memory.give(term)
      } else {
        cotangents[input] = term
      }
    }
  }
}
