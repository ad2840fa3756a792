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
  /// Architectures that were looked at.
  public let count: Int
  /// How many of them have no network, because shapes do not fit.
  public let misfits: Int
  /// Why the first of them has none.
  public let firstMisfit: NetworkError?

  /// Architectures up to which all are built.
  static let enumerationLimit = 500
  /// Networks that are built at most for one end.
  static let buildLimit = 1500

  /// Looks for both ends of every measure; architectures without a network have none.
  ///
  /// - Throws: `NetworkError` where no network fits.
  public init(_ space: FileSpace) throws(NetworkError) {
    var climb = Climb(space: space)
    isExact = climb.enumerate()
    var ranges: [Range] = []
    for measure in Measure.allCases {
      ranges.append(
        Range(
          measure: measure, smallest: try climb.extreme(measure, sign: -1, isKnown: isExact),
          largest: try climb.extreme(measure, sign: 1, isKnown: isExact)))
    }
    self.ranges = ranges
    count = climb.known.count
    misfits = climb.known.values.count { $0 == nil }
    firstMisfit = climb.firstMisfit
  }

  /// Built networks, and the search among them.
  private struct Climb {
    let space: FileSpace
    /// What networks cost, `nil` where shapes do not fit.
    private(set) var known: [Assignment: [Measure: Int]?] = [:]
    private(set) var firstMisfit: NetworkError?
    /// All architectures, where they are few.
    private var all: [Assignment] = []

    init(space: FileSpace) { self.space = space }

    private mutating func measures(_ assignment: Assignment) -> [Measure: Int]? {
      if let found = known[assignment] { return found }
      var found: [Measure: Int]?
      do {
        let count = NetworkCount(try space.network(of: assignment))
        found = [
          .parameters: count.parameters, .flops: count.multiplyAdds,
          .memory: count.peakActivationBytes,
        ]
      } catch { firstMisfit = firstMisfit ?? error }
      known[assignment] = .some(found)
      return found
    }

    /// Builds all architectures, where they are few.
    mutating func enumerate() -> Bool {
      guard let count = space.file.count.exact, count <= UInt128(enumerationLimit),
        let all = space.allAssignments
      else { return false }
      self.all = all
      for assignment in all { _ = measures(assignment) }
      return true
    }

    /// The end of a measure: the largest value of it times a sign.
    ///
    /// - Throws: why the first architecture has no network, where none has one.
    mutating func extreme(
      _ measure: Measure, sign: Int, isKnown: Bool
    ) throws(NetworkError) -> Extreme {
      var best: (assignment: Assignment, value: Int)?
      func isBetter(_ value: Int) -> Bool { best.map { value * sign > $0.value * sign } ?? true }
      if isKnown {
        for assignment in all {
          if let value = measures(assignment)?[measure], isBetter(value) {
            best = (assignment, value)
          }
        }
      } else {
        var built = 0
        for start in space.starts(largest: sign > 0) {
          guard let value = measures(start)?[measure] else { continue }
          var end = (start, value)
          var improves = true
          while improves, built < buildLimit {
            improves = false
            for neighbour in space.neighbours(of: end.0, largest: sign > 0) {
              built += 1
              if let value = measures(neighbour)?[measure], value * sign > end.1 * sign {
                end = (neighbour, value)
                improves = true
                break
              }
            }
          }
          if isBetter(end.1) { best = end }
        }
      }
      guard let best else {
        throw firstMisfit ?? NetworkError(node: space.name, problem: "there is no network")
      }
      return Extreme(architecture: space.text(of: best.assignment), value: best.value)
    }
  }
}

extension FileSpace {
  /// Every architecture, the first options first; `nil` where finding them takes long.
  var allAssignments: [Assignment]? {
    var all: [Assignment] = []
    var assignment = Assignment(count: plan.variables.count)
    var left = 200_000
    func visit(_ variable: Int) {
      left -= 1
      // A comparison with a choice that is not made yet decides nothing, so what is broken stays broken.
      guard left > 0, isAllowed(assignment) else { return }
      guard variable < plan.variables.count else {
        all.append(assignment)
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
    return left > 0 ? all : nil
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
