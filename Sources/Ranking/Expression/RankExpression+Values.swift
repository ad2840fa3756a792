/// The scores that one proxy gives to a collection of networks.
public struct ScoreColumn: Hashable, Sendable {
  /// One score for each network, higher is better, `nil` where there is none; none may be NaN.
  public var values: [Double?]
  /// Where networks without a score stand among ranks.
  public var undefined: UndefinedPolicy

  /// Creates a column.
  public init(_ values: [Double?], undefined: UndefinedPolicy = .tiedWithLowest) {
    self.values = values
    self.undefined = undefined
  }
}

extension RankExpression {
  /// The value of each network.
  ///
  /// Outside of `rank` and `dense` a network has no value where one of its scores is undefined, or
  /// where an operation on finite scores has no finite result, as a division by 0 or the logarithm of 0;
  /// an infinite score stays one. Inside them
  /// it has a rank all the same, as the columns within their argument say: below all networks with a
  /// value if one of these columns has `.belowAll`, tied with the lowest of them otherwise.
  /// Infinities are legal in columns and ranked as numbers.
  ///
  /// Takes O(n log n) time for each rank. Products that are equal as numbers may differ in the last
  /// bit once they exceed 2^53.
  ///
  /// - Parameters:
  ///   - columns: the scores by name, one column for each of ``names`` at least.
  ///   - count: the number of networks, which every column has.
  /// - Returns: one number for each network, higher is better, `nil` where there is none.
  public func values(of columns: [String: ScoreColumn], count: Int) -> [Double?] {
    for name in names {
      precondition(
        columns[name]?.values.count == count,
        "\(columns[name]?.values.count ?? 0) scores in column \(name) for \(count) networks")
    }
    return root.column(of: columns, count: count).values
  }
}

extension RankExpression.Node {
  fileprivate func column(of columns: [String: ScoreColumn], count: Int) -> ScoreColumn {
    func evaluate(_ node: Self) -> ScoreColumn { node.column(of: columns, count: count) }
    switch self {
    case .number(let number): return ScoreColumn([Double?](repeating: number, count: count))
    case .name(let name): return columns[name] ?? ScoreColumn([])
    case .negation(let operand): return evaluate(operand).map(-)
    case .chain(let first, let steps):
      return steps.reduce(evaluate(first)) {
        $0.combined(with: evaluate($1.operand), by: $1.operation.function)
      }
    case .call(.rank, let arguments):
      let argument = evaluate(arguments[0])
      if arguments[0].isDenseRank { return argument }
      return ScoreColumn(averageRanks(argument.filled))
    case .call(.dense, let arguments):
      var ranks = denseRanks(evaluate(arguments[0]).filled)
      for argument in arguments.dropFirst() {
        ranks = denseRanks(ranks.map { Double($0) }, thenBy: evaluate(argument).filled)
      }
      return ScoreColumn(ranks.map { Double($0) })
    case .call(.log, let arguments): return evaluate(arguments[0]).map(naturalLogarithm)
    case .call(.abs, let arguments): return evaluate(arguments[0]).map(\.magnitude)
    case .call(.min, let arguments): return arguments.map(evaluate).folded(by: Swift.min)
    case .call(.max, let arguments): return arguments.map(evaluate).folded(by: Swift.max)
    }
  }
}

extension RankExpression.Operation {
  fileprivate var function: (Double, Double) -> Double {
    switch self {
    case .add: (+)
    case .subtract: (-)
    case .multiply: (*)
    case .divide: (/)
    }
  }
}

extension ScoreColumn {
  /// The values with the undefined ones replaced, ready to be ranked.
  fileprivate var filled: [Double] { Ranking.filled(values, undefined: undefined) }

  /// A function of each value, undefined where it has no result.
  fileprivate func map(_ function: (Double) -> Double) -> ScoreColumn {
    ScoreColumn(
      values.map { $0.flatMap { function($0).defined(ofFinite: $0.isFinite) } },
      undefined: undefined)
  }

  /// A function of the values of two columns, undefined where one is or there is no result.
  fileprivate func combined(
    with other: ScoreColumn, by function: (Double, Double) -> Double
  ) -> ScoreColumn {
    ScoreColumn(
      zip(values, other.values).map { first, second in
        guard let first, let second else { return nil }
        return function(first, second).defined(ofFinite: first.isFinite && second.isFinite)
      },
      undefined: undefined == .belowAll ? .belowAll : other.undefined)
  }
}

extension [ScoreColumn] {
  /// The columns combined from left to right.
  fileprivate func folded(by function: (Double, Double) -> Double) -> ScoreColumn {
    dropFirst().reduce(self[0]) { $0.combined(with: $1, by: function) }
  }
}

extension Double {
  /// The value of an operation, `nil` where it is no number, or an infinity that none of its finite
  /// operands is; an infinite score stays one.
  fileprivate func defined(ofFinite operandsAreFinite: Bool) -> Double? {
    isNaN || isInfinite && operandsAreFinite ? nil : self
  }
}
