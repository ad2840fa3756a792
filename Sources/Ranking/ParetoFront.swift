/// The points that no other point dominates.
///
/// A point dominates another if it is at least as good in every objective and better in one; equal points
/// do not dominate each other, so all of them are on the front.
///
/// - Parameter points: a list for each point with a number for each objective, lower being better; none
///   may be NaN.
/// - Returns: the positions of the points of the front, ascending.
/// - Complexity: O(n log n + n f), with f points on the front.
public func paretoFront(_ points: [[Double]]) -> [Int] {
  // In lexicographic order a point can only be dominated by one that stands before it.
  let order = points.indices.sorted { left, right in
    points[left] == points[right]
      ? left < right : points[left].lexicographicallyPrecedes(points[right])
  }
  var front: [Int] = []
  for candidate in order {
    let isDominated = front.contains { known in
      points[known] != points[candidate]
        && zip(points[known], points[candidate]).allSatisfy { $0 <= $1 }
    }
    if !isDominated { front.append(candidate) }
  }
  return front.sorted()
}
