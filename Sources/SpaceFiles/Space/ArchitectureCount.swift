/// How many architectures a file has.
public struct ArchitectureCount: Hashable, Sendable, CustomStringConvertible {
  /// The number, rounded to a double.
  public let value: Double
  /// All digits, `nil` where the number is an estimate or has more than 38 of them.
  public let exact: UInt128?
  /// Whether it is an estimate from random draws: too many combinations of constrained choices.
  public let isEstimate: Bool

  init(exact: UInt128) {
    value = Double(exact)
    self.exact = exact
    isEstimate = false
  }

  init(value: Double, isEstimate: Bool) {
    self.value = value
    exact = nil
    self.isEstimate = isEstimate
  }

  /// All digits in groups of three, or the first three and the power of ten.
  public var description: String {
    if let exact, exact < 1_000_000_000_000_000 {
      var digits = "\(exact)"
      var groups: [String] = []
      while digits.count > 3 {
        groups.insert(String(digits.suffix(3)), at: 0)
        digits.removeLast(3)
      }
      return ([digits] + groups).joined(separator: ",")
    }
    guard value > 0 else { return "0" }
    var exponent = 0
    var mantissa = value
    while mantissa >= 9.995 {
      mantissa /= 10
      exponent += 1
    }
    let rounded = (mantissa * 100).rounded() / 100
    return exponent < 4 ? "about \(Int(value.rounded()))" : "about \(rounded)e\(exponent)"
  }
}

/// Counts architectures, and finds what no architecture has.
///
/// Choices that depend on each other, or share a constraint, form a part; parts are independent, so that
/// their numbers are multiplied. Within a part, the choices that others depend on or that constraints read are
/// tried in all combinations, and the rest multiply.
struct ArchitectureCounter {
  /// Combinations of a part that are tried at most.
  static let limit = 300_000

  private let plan: SpacePlan
  /// The options of every choice that some architecture has.
  private(set) var reached: [Set<Int>]
  /// Whether every part could be counted.
  private(set) var isComplete = true
  private(set) var count: UInt128? = 1
  private(set) var value = 1.0
  /// An assignment that meets the constraints, where all parts were counted and have some.
  private(set) var witness: Assignment?

  init(_ plan: SpacePlan) throws(SpaceFault) {
    self.plan = plan
    reached = [Set<Int>](repeating: [], count: plan.variables.count)
    var first = Assignment(count: plan.variables.count)
    var exists = true
    for part in parts {
      var counter = Part(plan, part)
      try counter.run()
      guard !counter.isOver else {
        isComplete = false
        continue
      }
      value *= counter.value
      count = count.flatMap { total in
        let (product, overflows) = total.multipliedReportingOverflow(by: counter.count ?? 0)
        return overflows || counter.count == nil ? nil : product
      }
      for (variable, options) in counter.reached { reached[variable].formUnion(options) }
      if let found = counter.first {
        for variable in part { first[variable] = found[variable] }
      } else {
        exists = false
      }
    }
    witness = isComplete && exists ? first : nil
  }

  /// Sets of choices that have to do with each other.
  private var parts: [[Int]] {
    var owner = Array(plan.variables.indices)
    func root(_ variable: Int) -> Int {
      var place = variable
      while owner[place] != place { place = owner[place] }
      return place
    }
    func join(_ variables: [Int]) {
      guard let first = variables.first else { return }
      for other in variables.dropFirst() { owner[root(other)] = root(first) }
    }
    for (variable, facts) in plan.variables.enumerated() {
      join([variable] + facts.conditions.map(\.variable))
    }
    for constraint in plan.constraints { join(plan.variables(of: constraint.expression)) }
    return Dictionary(grouping: plan.variables.indices, by: root).values.map { $0.sorted() }.sorted
    {
      $0[0] < $1[0]
    }
  }

  /// One part.
  private struct Part {
    let plan: SpacePlan
    /// Choices that are tried.
    let core: [Int]
    /// Choices that multiply.
    let leaves: [Int]
    let constraints: [Expression]
    var reached: [Int: Set<Int>] = [:]
    var count: UInt128? = 0
    var value = 0.0
    var tried = 0
    var isOver = false
    var first: Assignment?

    init(_ plan: SpacePlan, _ variables: [Int]) {
      self.plan = plan
      let members = Set(variables)
      var deciding: Set<Int> = []
      for variable in variables {
        deciding.formUnion(plan.variables[variable].conditions.map(\.variable))
      }
      var constraints: [Expression] = []
      for constraint in plan.constraints {
        let read = plan.variables(of: constraint.expression)
        // A constraint without a choice is met or not by all: it counts with the first part.
        guard read.isEmpty ? variables.contains(0) : members.contains(read[0]) else { continue }
        constraints.append(constraint.expression)
        deciding.formUnion(read)
      }
      self.constraints = constraints
      core = variables.filter(deciding.contains)
      leaves = variables.filter { !deciding.contains($0) }
    }

    mutating func run() throws(SpaceFault) {
      var assignment = Assignment(count: plan.variables.count)
      try visit(0, &assignment)
    }

    private mutating func visit(_ place: Int, _ assignment: inout Assignment) throws(SpaceFault) {
      guard !isOver else { return }
      guard place < core.count else { return try finish(assignment) }
      let variable = core[place]
      guard assignment.activates(plan.variables[variable]) else {
        assignment[variable] = nil
        return try visit(place + 1, &assignment)
      }
      for option in plan.variables[variable].options.indices {
        assignment[variable] = option
        try visit(place + 1, &assignment)
      }
      assignment[variable] = nil
    }

    private mutating func finish(_ assignment: Assignment) throws(SpaceFault) {
      tried += 1
      guard tried <= ArchitectureCounter.limit else {
        isOver = true
        return
      }
      for constraint in constraints {
        let value = try plan.value(of: constraint, assignment)
        if value == .flag(false) { return }
      }
      var product: UInt128? = 1
      var number = 1.0
      let active = leaves.filter { assignment.activates(plan.variables[$0]) }
      for leaf in active {
        let options = plan.variables[leaf].options.count
        number *= Double(options)
        product = product.flatMap {
          let (next, overflows) = $0.multipliedReportingOverflow(by: UInt128(options))
          return overflows ? nil : next
        }
      }
      value += number
      count = count.flatMap { total in
        product.flatMap {
          let (sum, overflows) = total.addingReportingOverflow($0)
          return overflows ? nil : sum
        }
      }
      for variable in core {
        if let option = assignment[variable] { reached[variable, default: []].insert(option) }
      }
      for leaf in active where reached[leaf] == nil {
        reached[leaf] = Set(plan.variables[leaf].options.indices)
      }
      guard first == nil else { return }
      var found = assignment
      for leaf in active { found[leaf] = 0 }
      first = found
    }
  }
}

extension SpacePlan {
  /// The choices that a formula reads, those behind names included.
  func variables(of expression: Expression) -> [Int] {
    var found: Set<Int> = []
    var seen: Set<String> = []
    func visit(_ expression: Expression) {
      for (name, _) in expression.names where seen.insert(name).inserted {
        switch names[name]?.form {
        case .choice(let variable)?: found.insert(variable)
        case .formula(let inner)?: visit(inner)
        default: break
        }
      }
    }
    visit(expression)
    return found.sorted()
  }

  /// The value of a constraint, `nil` where a choice in it is not made.
  func value(of constraint: Expression, _ assignment: Assignment) throws(SpaceFault) -> ChoiceValue?
  {
    try constraint.value { name, place throws(SpaceFault) in
      try value(named: name, at: place, assignment, depth: 0)
    }
  }
}
