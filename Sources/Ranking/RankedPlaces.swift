/// The places of several methods on several tasks: 1 is the best, and methods that tie share the mean of theirs.
///
/// J. Demšar, *Statistical Comparisons of Classifiers over Multiple Data Sets*, JMLR 2006.
public struct RankedPlaces: Hashable, Sendable {
  /// The mean place of each method over the tasks.
  public let means: [Double]
  /// The difference of mean places from which two methods differ at 5 % (Nemenyi), `nil` for one method, for more
  /// than twenty, and for one task.
  public let criticalDifference: Double?

  /// Ranks methods.
  ///
  /// - Parameter values: for each task the values of all methods, of which larger ones are better.
  public init(_ values: [[Double]]) {
    let count = values.first?.count ?? 0
    precondition(
      count > 0 && values.allSatisfy { $0.count == count },
      "tasks with \(values.map(\.count)) values")
    var sums = [Double](repeating: 0, count: count)
    for task in values {
      for method in task.indices {
        let better = task.count { $0 > task[method] }
        let equal = task.count { $0 == task[method] }
        sums[method] += Double(better) + (Double(equal) + 1) / 2
      }
    }
    means = sums.map { $0 / Double(values.count) }
    let (k, n) = (Double(count), Double(values.count))
    criticalDifference =
      values.count > 1 && count > 1 && count - 2 < Self.studentized.count
      ? Self.studentized[count - 2] * (k * (k + 1) / (6 * n)).squareRoot() : nil
  }

  /// Quantiles at 5 % of the studentised range, divided by the square root of 2, for 2 to 20 methods: table 5 of
  /// the paper, continued.
  private static let studentized = [
    1.960, 2.343, 2.569, 2.728, 2.850, 2.949, 3.031, 3.102, 3.164, 3.219, 3.268, 3.313, 3.354,
    3.391,
    3.426, 3.458, 3.489, 3.517, 3.544,
  ]
}
