/// The operators that are carried out where nothing depends on the images: arithmetic on shapes, tables and masks.
enum Evaluation {
  /// What an operator makes of known tensors.
  typealias Rule = @Sendable (Call, inout Translation) throws(ModelProblem) -> [KnownTensor]

  /// The rules by operator.
  static let rules: [String: Rule] = {
    var rules: [String: Rule] = [:]
    for family in [
      elementwise, comparisons, generators, movements, choices, reductions,
    ] {
      rules.merge(family) { $1 }
    }
    return rules
  }()
}
