public import Networks

/// The smallest and the largest networks of a space.
public struct FileSpaceSurvey: Sendable {
  /// What is compared.
  public enum Measure: String, CaseIterable, Sendable {
    /// Numbers to be trained.
    case parameters
    /// Multiply-accumulates of one image.
    case flops
    /// Bytes of values that are alive at one time in a forward pass of one image in float.
    case memory
  }

  /// A network at an end of a measure.
  public struct Extreme: Sendable {
    /// The architecture.
    public let architecture: FileArchitecture
    /// The measure.
    public let value: Int
  }

  /// Both ends of a measure.
  public struct Range: Sendable {
    /// What is compared.
    public let measure: Measure
    /// The least.
    public let smallest: Extreme
    /// The most.
    public let largest: Extreme
  }

  /// The ranges, in the order of the measures.
  public let ranges: [Range]
  /// Whether every architecture was built; else the ends are those that changes of one choice lead to.
  public let isExact: Bool

  /// Architectures up to which all are built.
  static let enumerationLimit = 500
  /// Networks that are built at most for one end.
  static let buildLimit = 1500

  /// Looks for both ends of every measure.
  ///
  /// - Throws: `NetworkError` where a network does not fit.
  public init(_ space: FileSpace) throws(NetworkError) {
    var climb = Climb(space: space)
    isExact = try climb.enumerate()
    var ranges: [Range] = []
    for measure in Measure.allCases {
      ranges.append(
        Range(
          measure: measure, smallest: try climb.extreme(measure, sign: -1, isKnown: isExact),
          largest: try climb.extreme(measure, sign: 1, isKnown: isExact)))
    }
    self.ranges = ranges
  }

  /// Built networks, and the search among them.
  private struct Climb {
    let space: FileSpace
    private var known: [Assignment: [Measure: Int]] = [:]

    init(space: FileSpace) { self.space = space }

    private mutating func measures(_ assignment: Assignment) throws(NetworkError) -> [Measure: Int]
    {
      if let found = known[assignment] { return found }
      let count = NetworkCount(try space.network(of: assignment))
      let found: [Measure: Int] = [
        .parameters: count.parameters, .flops: count.multiplyAdds,
        .memory: count.peakActivationBytes,
      ]
      known[assignment] = found
      return found
    }

    /// Builds all architectures, where they are few.
    mutating func enumerate() throws(NetworkError) -> Bool {
      guard let count = space.file.count.exact, count <= UInt128(enumerationLimit) else {
        return false
      }
      for assignment in space.allAssignments { _ = try measures(assignment) }
      return true
    }

    /// The end of a measure: the largest value of it times a sign.
    mutating func extreme(
      _ measure: Measure, sign: Int, isKnown: Bool
    ) throws(NetworkError) -> Extreme {
      var best: (assignment: Assignment, value: Int)?
      func isBetter(_ value: Int) -> Bool { best.map { value * sign > $0.value * sign } ?? true }
      if isKnown {
        for assignment in space.allAssignments {
          let value = try measures(assignment)[measure] ?? 0
          if isBetter(value) { best = (assignment, value) }
        }
      } else {
        var built = 0
        for start in space.starts(largest: sign > 0) {
          var end = (start, try measures(start)[measure] ?? 0)
          var improves = true
          while improves, built < buildLimit {
            improves = false
            for neighbour in space.neighbours(of: end.0, largest: sign > 0) {
              built += 1
              let value = try measures(neighbour)[measure] ?? 0
              if value * sign > end.1 * sign {
                end = (neighbour, value)
                improves = true
                break
              }
            }
          }
          if isBetter(end.1) { best = end }
        }
      }
      let found = best?.assignment ?? space.witness
      return Extreme(architecture: space.text(of: found), value: best?.value ?? 0)
    }
  }
}

extension FileSpace {
  /// Every architecture, the first options first.
  var allAssignments: [Assignment] {
    var all: [Assignment] = []
    var assignment = Assignment(count: plan.variables.count)
    func visit(_ variable: Int) {
      guard variable < plan.variables.count else {
        if isAllowed(assignment) { all.append(assignment) }
        return
      }
      guard assignment.activates(plan.variables[variable]) else {
        assignment[variable] = nil
        return visit(variable + 1)
      }
      for option in plan.variables[variable].options.indices {
        assignment[variable] = option
        visit(variable + 1)
      }
      assignment[variable] = nil
    }
    visit(0)
    return all
  }

  /// Where a search for an end begins.
  func starts(largest: Bool) -> [Assignment] {
    var ends = EndIndices(isLast: largest)
    let end = plan.draw(using: &ends)
    return isAllowed(end) ? [end, witness] : [witness]
  }

  /// All assignments with one other choice; what follows from it goes to an end.
  func neighbours(of assignment: Assignment, largest: Bool) -> [Assignment] {
    var neighbours: [Assignment] = []
    for (variable, facts) in plan.variables.enumerated() where assignment[variable] != nil {
      for option in facts.options.indices where option != assignment[variable] {
        var other = assignment
        other[variable] = option
        var ends = EndIndices(isLast: largest)
        plan.complete(&other, from: variable + 1, keeping: assignment, using: &ends)
        if isAllowed(other) { neighbours.append(other) }
      }
    }
    return neighbours
  }
}
