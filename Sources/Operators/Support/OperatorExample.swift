package import Networks
package import Tensors

/// An operator that `AllOperators` lists: it brings examples of itself, which every test of operators runs.
package protocol ListedOperator: Operator {
  /// Operators of this type with shapes that they take, so chosen that every way through the code is gone:
  /// at least one.
  static var examples: [OperatorExample] { get }
}

/// An operator with the shapes of its inputs for one image.
package struct OperatorExample: Sendable {
  /// What the elements of the inputs must be for the operator to be smooth.
  package enum Domain: Hashable, Sendable {
    /// Any.
    case all
    /// Well above 0, as for a logarithm.
    case positive
    /// Of moderate size, as for an exponential function.
    case bounded
  }

  /// The operator.
  package var op: any Operator
  /// The shapes of its inputs.
  package var inputs: [Shape]
  /// What the elements of its inputs must be.
  package var domain: Domain

  /// Joins an operator with shapes.
  package init(_ op: any Operator, _ inputs: Shape..., domain: Domain = .all) {
    self.op = op
    self.inputs = inputs
    self.domain = domain
  }

  /// A function of each element: on maps whose channels fill no block, on tokens, and on a vector.
  package static func pointwise(_ op: any Operator, domain: Domain = .all) -> [OperatorExample] {
    [
      OperatorExample(op, [18, 3, 4], domain: domain),
      OperatorExample(op, [5, 7], domain: domain), OperatorExample(op, [21], domain: domain),
    ]
  }

  /// A function of two elements: equal shapes, and all ways in which one is spread over another.
  package static func broadcasting(_ op: any Operator, domain: Domain = .all) -> [OperatorExample] {
    let shapes: [(Shape, Shape)] = [
      ([18, 3, 4], [18, 3, 4]), ([18, 3, 4], [18, 1, 1]), ([20, 1, 1], [20, 3, 5]),
      ([6, 3, 4], [1, 3, 4]), ([3, 5], [5]), ([4], [3, 4]), ([2, 3, 1, 5], [4, 1]), ([7], []),
      ([17, 1, 4], [17, 3, 1]), ([5, 1], [1, 6]),
    ]
    return shapes.map { OperatorExample(op, $0.0, $0.1, domain: domain) }
  }
}
