/// A small seeded generator (SplitMix64), so that a failing test can be repeated from its seed.
struct TestGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

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
