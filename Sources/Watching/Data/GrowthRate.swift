/// How fast a number grows, by what was seen of it in the last minute.
package struct GrowthRate: Sendable {
  /// The seconds that are looked back.
  private static let window = 60.0
  /// The fewest seconds that say something.
  private static let least = 3.0

  private var points: [(time: Double, number: Int)] = []

  /// Creates a rate of nothing.
  package init() {}

  /// Notes a number.
  ///
  /// - Parameters:
  ///   - number: the number, which never becomes smaller.
  ///   - time: seconds by a clock that never goes back.
  package mutating func note(_ number: Int, at time: Double) {
    points.append((time, number))
    // The last point outside of the window is where the window begins.
    while points.count > 2, points[1].time <= time - Self.window { points.removeFirst() }
  }

  /// By how much it grows in a second, `nil` where it was not seen for long enough.
  package var perSecond: Double? {
    guard let first = points.first, let last = points.last, last.time - first.time >= Self.least
    else { return nil }
    return Double(last.number - first.number) / (last.time - first.time)
  }
}
