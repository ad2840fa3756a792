import TestSupport

extension SeededGenerator {
  /// Values in -1...1 that are floats too, so that both precisions start from the same numbers.
  mutating func values(_ count: Int) -> [Double] {
    (0..<count).map { _ in Double(Float(Int64(bitPattern: next()) >> 40) / Float(1 << 23)) }
  }
}
