internal import Scoring

/// Indices for what is tried when a file is read: the same in every run.
struct SplitIndices: IndexGenerator {
  var state: UInt64

  mutating func index(below bound: Int) -> Int {
    // The generator SplitMix64 (Steele, Lea and Flood, OOPSLA 2014).
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return Int((mixed ^ (mixed >> 31)).multipliedFullWidth(by: UInt64(bound)).high)
  }
}

extension SpacePlan {
  /// An assignment with every choice uniform over its options; it need not meet the constraints.
  func draw(using generator: inout some IndexGenerator) -> Assignment {
    var assignment = Assignment(count: variables.count)
    complete(&assignment, from: 0, keeping: nil, using: &generator)
    return assignment
  }

  /// Makes the choices from one on: those that another assignment has made, the others drawn.
  func complete(
    _ assignment: inout Assignment, from start: Int, keeping kept: Assignment?,
    using generator: inout some IndexGenerator
  ) {
    for variable in start..<max(start, variables.count) {
      guard assignment.activates(variables[variable]) else {
        assignment[variable] = nil
        continue
      }
      assignment[variable] =
        kept?[variable] ?? generator.index(below: variables[variable].options.count)
    }
  }
}

/// The first or the last of all indices.
struct EndIndices: IndexGenerator {
  let isLast: Bool

  mutating func index(below bound: Int) -> Int { isLast ? bound - 1 : 0 }
}
