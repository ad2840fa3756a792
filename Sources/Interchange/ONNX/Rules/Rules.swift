/// What each operator of ONNX becomes.
enum Rules {
  /// What a node makes of its inputs.
  typealias Rule = @Sendable (Call, inout Translation) throws(ModelProblem) -> [Value]

  /// Operators that do not compute with elements, whatever they read: shapes, names and views.
  static let any: [String: Rule] = merged([constants, views, sequences])
  /// Operators on values of which at least one is a layer's.
  static let layers: [String: Rule] = merged([
    activations, arithmetic, convolutions, poolings, normalizations, products, rearrangements,
    reductions, resizes, selections,
  ])

  private static func merged(_ families: [[String: Rule]]) -> [String: Rule] {
    var rules: [String: Rule] = [:]
    for family in families { rules.merge(family) { $1 } }
    return rules
  }

  /// Whether there is a rule for the operator of a node.
  static func isKnown(_ node: ModelNode) -> Bool {
    guard node.domain.isEmpty else { return false }
    return any[node.type] != nil || layers[node.type] != nil || Evaluation.rules[node.type] != nil
      || node.type == "If"
  }
}

extension Call {
  /// A rule for an operator of one value that a layer computes.
  static func one(
    _ rule: @escaping @Sendable (Call, inout Translation) throws(ModelProblem) -> Traced
  ) -> Rules.Rule {
    { (call, translation) throws(ModelProblem) in [.traced(try rule(call, &translation))] }
  }
}
