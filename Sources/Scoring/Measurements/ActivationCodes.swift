package import Tensors

/// The binary code of each image of a minibatch: one bit a unit, 1 where its output is positive.
package struct ActivationCodes {
  /// Units whose bits are the same however often they are executed.
  private struct Group {
    /// The bits of each image, in words whose unused bits are 0.
    var words: [[UInt64]]
    /// Used bits of a code.
    var units: Int
    /// How often the units are executed.
    var times: Int
  }

  private let images: Int
  private var groups: [Group] = []
  /// Whether every output was a finite number.
  package private(set) var isFinite = true

  /// Codes without any unit yet.
  package init(images: Int) { self.images = images }

  /// Bits of a code.
  package var units: Int { groups.reduce(0) { $0 + $1.units * $1.times } }

  /// Adds units by their bits.
  ///
  /// - Parameters:
  ///   - words: for each image the bits of all units in one order; unused bits are 0.
  ///   - units: used bits of an image.
  ///   - times: how often the units are executed.
  ///   - isFinite: whether their outputs are finite numbers.
  package mutating func append(
    words: [[UInt64]], units: Int, times: Int = 1, isFinite: Bool
  ) {
    precondition(words.count == images, "\(words.count) images for \(images) codes")
    groups.append(Group(words: words, units: units, times: times))
    self.isFinite = self.isFinite && isFinite
  }

  /// Adds units by their outputs, an image a row.
  package mutating func append(_ outputs: Matrix, times: Int = 1) {
    let values = outputs.values.span
    var finite = true
    let words = (0..<outputs.rows).map { image in
      var words = [UInt64](repeating: 0, count: (outputs.columns + 63) / 64)
      for unit in 0..<outputs.columns {
        let value = values[image * outputs.columns + unit]
        if value > 0 { words[unit >> 6] |= 1 << UInt64(unit & 63) }
        if !value.isFinite { finite = false }
      }
      return words
    }
    append(words: words, units: outputs.columns, times: times, isFinite: finite)
  }

  /// The number of units that agree for each pair of images.
  ///
  /// It is `sum c c^T + (1 - c)(1 - c)^T` over the codes c of single units: symmetric, positive
  /// semidefinite, the number of units on the diagonal.
  package var agreement: Matrix {
    var matrix = Matrix(rows: images, columns: images)
    let units = units
    for i in 0..<images {
      for j in 0...i {
        var differences = 0
        for group in groups {
          differences += group.times * differingBits(group.words[i], group.words[j])
        }
        matrix[i, j] = Double(units - differences)
        matrix[j, i] = matrix[i, j]
      }
    }
    return matrix
  }

  /// Different codes among the images.
  package var distinctCodes: Int {
    Set((0..<images).map { image in groups.flatMap { $0.words[image] } }).count
  }

  /// Different patterns among the units, a pattern being one bit for each image.
  package var distinctPatterns: Int {
    // Units get the number of their pattern over the first 64 images; then of this number and their
    // pattern over the next 64, and so on.
    let units = groups.reduce(0) { $0 + $1.units }
    var numbers = [UInt32](repeating: 0, count: units)
    var distinct = units > 0 ? 1 : 0
    for first in stride(from: 0, to: images, by: 64) {
      let some = first..<min(first + 64, images)
      var known = PatternNumbers(capacity: units)
      var unit = 0
      var square = [UInt64](repeating: 0, count: 64)
      for group in groups {
        for word in 0..<(group.units + 63) / 64 {
          for image in some { square[image - first] = group.words[image][word] }
          for image in some.count..<64 { square[image] = 0 }
          Self.transpose(&square)
          for bit in 0..<min(64, group.units - 64 * word) {
            numbers[unit] = known.number(of: square[bit], after: numbers[unit])
            unit += 1
          }
        }
      }
      distinct = known.count
    }
    return distinct
  }

  /// Exchanges rows and columns of 64 x 64 bits.
  ///
  /// Blocks of 32, then of 16, and so on down to 1, trade places across the diagonal.
  private static func transpose(_ square: inout [UInt64]) {
    var span = square.mutableSpan
    var size = 32
    var mask: UInt64 = 0x0000_0000_FFFF_FFFF
    while size > 0 {
      var row = 0
      while row < 64 {
        // The upper columns of the upper rows trade places with the lower columns of the lower rows.
        let swap = (span[row] >> UInt64(size) ^ span[row + size]) & mask
        span[row] ^= swap << UInt64(size)
        span[row + size] ^= swap
        row = (row + size + 1) & ~size
      }
      size >>= 1
      mask ^= mask << UInt64(size)
    }
  }
}

/// Numbers for pairs of a pattern and an earlier number, in the order in which they first come: a hash
/// table of fixed size with open addressing.
private struct PatternNumbers {
  private var patterns: [UInt64]
  private var earlier: [UInt32]
  /// One more than the number, 0 where a place is free.
  private var numbers: [UInt32]
  private let mask: Int
  private(set) var count = 0

  init(capacity: Int) {
    var size = 64
    while size < 2 * capacity { size *= 2 }
    mask = size - 1
    patterns = [UInt64](repeating: 0, count: size)
    earlier = [UInt32](repeating: 0, count: size)
    numbers = earlier
  }

  mutating func number(of pattern: UInt64, after number: UInt32) -> UInt32 {
    var hash = pattern ^ (UInt64(number) &* 0x9E37_79B9_7F4A_7C15)
    hash = (hash ^ (hash >> 30)) &* 0xBF58_476D_1CE4_E5B9
    var place = Int(truncatingIfNeeded: hash ^ (hash >> 27)) & mask
    while numbers[place] != 0 {
      if patterns[place] == pattern, earlier[place] == number { return numbers[place] - 1 }
      place = (place + 1) & mask
    }
    patterns[place] = pattern
    earlier[place] = number
    count += 1
    numbers[place] = UInt32(count)
    return UInt32(count - 1)
  }
}
