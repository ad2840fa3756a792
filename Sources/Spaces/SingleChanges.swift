public import Scoring
internal import Tensors

/// The architectures that differ from one in a single change.
public struct SingleChanges<Architecture: Hashable & Sendable>: Sendable {
  /// The architectures, each once.
  public let architectures: [Architecture]
  /// How many there are in all, `nil` where they were drawn and nobody has counted them.
  public let total: Int?
}

extension SearchDomain {
  /// The single changes of an architecture, or some of them, drawn without replacement.
  ///
  /// All changes are listed by taking every decision of ``singleChange(of:using:)`` in every way. Where these are more
  /// than 20,000 ways, changes are drawn instead until so many different ones are found as are wanted, or none was new for
  /// long.
  ///
  /// - Parameters:
  ///   - architecture: the architecture, which is not among them.
  ///   - limit: how many are wanted at most.
  ///   - seed: what decides which, where there are more.
  /// - Returns: a pure function of the arguments.
  public func singleChanges(
    of architecture: Space.Architecture, limit: Int, seed: UInt64
  ) -> SingleChanges<Space.Architecture> {
    let purpose = "single changes"
    guard let all = allSingleChanges(of: architecture) else {
      let stream = RandomStream(seed: seed, text: architecture.description, purpose: purpose)
      return SingleChanges(
        architectures: drawnChanges(of: architecture, limit: limit, StreamIndices(stream)),
        total: nil)
    }
    guard all.count > limit else { return SingleChanges(architectures: all, total: all.count) }
    let order = RandomOrder(count: all.count, seed: seed, purpose: purpose)
    return SingleChanges(
      architectures: order.places(0..<limit).sorted().map { all[$0] }, total: all.count)
  }

  /// Every single change, `nil` where there are too many ways to them.
  private func allSingleChanges(of architecture: Space.Architecture) -> [Space.Architecture]? {
    var decisions = DecisionIndices()
    var seen: Set<Space.Architecture> = [architecture]
    var found: [Space.Architecture] = []
    for _ in 0..<20_000 {
      let change = singleChange(of: architecture, using: &decisions)
      if decisions.isTooDeep { return nil }
      if seen.insert(change).inserted { found.append(change) }
      if !decisions.advance() { return found }
    }
    return nil
  }

  private func drawnChanges(
    of architecture: Space.Architecture, limit: Int, _ indices: StreamIndices
  ) -> [Space.Architecture] {
    var indices = indices
    var seen: Set<Space.Architecture> = [architecture]
    var found: [Space.Architecture] = []
    var failures = 0
    // After so many known ones in a row the chance that many are left is small.
    while found.count < limit, failures < 1000 {
      let change = singleChange(of: architecture, using: &indices)
      if seen.insert(change).inserted {
        found.append(change)
        failures = 0
      } else {
        failures += 1
      }
    }
    return found
  }
}

/// Indices that go through all ways of taking some decisions, one way after the other.
///
/// What consumes them must ask for the same bounds after the same indices.
struct DecisionIndices: IndexGenerator {
  private var path: [(index: Int, bound: Int)] = []
  private var position = 0
  /// Where a way is longer than any that is gone through; what consumes it may wait for a certain index.
  private var spare = StreamIndices(RandomStream(seed: 0, text: "", purpose: "spare decisions"))
  /// Whether a way had more decisions than are gone through.
  private(set) var isTooDeep = false

  private static let deepest = 40

  mutating func index(below bound: Int) -> Int {
    if position == path.count {
      guard path.count < Self.deepest else {
        isTooDeep = true
        return spare.index(below: bound)
      }
      path.append((0, bound))
    }
    precondition(
      path[position].bound == bound, "\(bound) choices in the place of \(path[position].bound)")
    position += 1
    return path[position - 1].index
  }

  /// Goes to the next way.
  ///
  /// - Returns: whether there is one.
  mutating func advance() -> Bool {
    path.removeLast(path.count - position)
    position = 0
    while let last = path.popLast() {
      if last.index + 1 < last.bound {
        path.append((last.index + 1, last.bound))
        return true
      }
    }
    return false
  }
}
