import TestSupport

extension SeededGenerator {
  /// Values in -1...1 that are floats too, so that both precisions start from the same numbers.
  mutating func values(_ count: Int) -> [Double] {
    (0..<count).map { _ in Double(Float(Int64(bitPattern: next()) >> 40) / Float(1 << 23)) }
  }
}

/// The largest distance between two arrays, relative to the largest entry of the second.
func relativeDistance(_ a: [Double], _ b: [Double]) -> Double {
  precondition(a.count == b.count, "\(a.count) values against \(b.count)")
  var (distance, scale) = (0.0, 0.0)
  for (x, y) in zip(a, b) {
    // A NaN on one side alone is as far away as can be.
    if x.isNaN != y.isNaN { return .infinity }
    if x.isNaN { continue }
    distance = max(distance, abs(x - y))
    scale = max(scale, abs(y))
  }
  return distance == 0 ? 0 : distance / max(scale, .leastNormalMagnitude)
}

func dot(_ a: [Double], _ b: [Double]) -> Double {
  precondition(a.count == b.count, "\(a.count) values against \(b.count)")
  return zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
}
