internal import Tensors

/// A consumable sequence of reproducible random numbers for tests.
package struct Numbers {
  private let stream: RandomStream
  private var position = 0

  package init(seed: UInt64, _ purpose: String = "test") {
    stream = RandomStream(seed: seed, text: "NetworksTests", purpose: purpose)
  }

  package mutating func integer(below bound: Int) -> Int {
    defer { position += 1 }
    return stream.integer(below: bound, at: position)
  }

  package mutating func normals(_ count: Int) -> [Double] {
    defer { position += count }
    return (position..<position + count).map { Double(stream.normal(at: $0)) }
  }

  /// Multiples of `unit` in `-limit...limit`: sums of few of them are exact in 32 bits.
  package mutating func multiples(of unit: Double, within limit: Double, _ count: Int) -> [Double] {
    let steps = Int(limit / unit)
    return (0..<count).map { _ in Double(integer(below: 2 * steps + 1) - steps) * unit }
  }
}

package func dot(_ a: [Double], _ b: [Double]) -> Double {
  precondition(a.count == b.count, "\(a.count) numbers against \(b.count)")
  return zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
}

package func norm(_ a: [Double]) -> Double { dot(a, a).squareRoot() }

/// The largest difference of two arrays over the largest entry of the second; infinite where one
/// of them alone is not a number.
package func relativeDistance(_ a: [Double], _ b: [Double]) -> Double {
  precondition(a.count == b.count, "\(a.count) numbers against \(b.count)")
  var (distance, scale) = (0.0, 0.0)
  for (x, y) in zip(a, b) {
    if x.isNaN != y.isNaN { return .infinity }
    if x.isNaN { continue }
    distance = max(distance, abs(x - y))
    scale = max(scale, abs(y))
  }
  return distance == 0 ? 0 : distance / max(scale, .leastNormalMagnitude)
}
