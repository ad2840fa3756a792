/// The ranks of values that arrive one after another.
///
/// Each value has the average rank that ``averageRanks(_:)`` gives it among those that have arrived:
/// the smallest has rank 1, ties share the mean of their positions. An insertion shifts the ranks of
/// the values above by one, those of its ties by one half, in one pass over contiguous memory:
/// nothing is sorted, and nothing is looked up.
public struct GrowingRanks: Hashable, Sendable {
  /// The values in the order of their arrival.
  public private(set) var values: [Double] = []
  /// Twice the rank of each value, a whole number, which is at most twice the number of values.
  public private(set) var doubled: [Int32] = []

  /// No values.
  public init() {}

  /// Values that arrive at once.
  ///
  /// - Parameter values: the numbers in the order of their arrival; none may be NaN.
  /// - Complexity: O(n log n).
  public init(_ values: [Double]) {
    precondition(!values.contains { $0.isNaN }, "a value that is no number has no rank")
    self.values = values
    doubled = averageRanks(values).map { Int32(2 * $0) }
  }

  /// The number of values.
  public var count: Int { values.count }

  /// The rank of a value, by the order of its arrival.
  public subscript(position: Int) -> Double { Double(doubled[position]) / 2 }

  /// Adds a value.
  ///
  /// - Parameter value: the number; negative infinity ranks below all others, and ties with itself. It
  ///   must not be NaN.
  /// - Complexity: O(count).
  public mutating func insert(_ value: Double) {
    precondition(!value.isNaN, "a value that is no number has no rank")
    let rank = Self.makeRoom(for: value, among: values, shifting: &doubled)
    values.append(value)
    doubled.append(rank)
  }

  /// Shifts the ranks of what stands above or beside a value, and returns twice its own rank.
  private static func makeRoom(
    for value: Double, among values: [Double], shifting doubled: inout [Int32]
  ) -> Int32 {
    let known = values.span
    var ranks = doubled.mutableSpan
    var below: Int32 = 0
    var ties: Int32 = 0
    for i in known.indices {
      let above: Int32 = known[i] > value ? 1 : 0
      let tie: Int32 = known[i] == value ? 1 : 0
      ranks[i] &+= above &+ above &+ tie
      below &+= 1 &- above &- tie
      ties &+= tie
    }
    return 2 &* below &+ ties &+ 2
  }
}
