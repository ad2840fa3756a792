package import Tensors

/// The binary code of each image of a minibatch: one bit a unit, 1 where its output is positive.
package struct ActivationCodes {
  /// The bits of each image, in words whose unused bits are 0.
  private var words: [[UInt64]]
  /// The used bits of each word.
  private var bits: [Int] = []
  /// Bits of a code.
  package private(set) var units = 0
  /// Whether every output was a finite number.
  package private(set) var isFinite = true

  /// Codes without any unit yet.
  package init(images: Int) {
    words = [[UInt64]](repeating: [], count: images)
  }

  /// Adds units by their outputs, an image a row.
  package mutating func append(_ outputs: Matrix) {
    precondition(
      outputs.rows == words.count, "\(outputs.rows) images for \(words.count) codes")
    let values = outputs.values.span
    for image in words.indices {
      let start = image * outputs.columns
      var word: UInt64 = 0
      for unit in 0..<outputs.columns {
        let value = values[start + unit]
        if value > 0 { word |= 1 << UInt64(unit & 63) }
        if !value.isFinite { isFinite = false }
        if unit & 63 == 63 || unit == outputs.columns - 1 {
          words[image].append(word)
          word = 0
        }
      }
    }
    units += outputs.columns
    for start in stride(from: 0, to: outputs.columns, by: 64) {
      bits.append(min(64, outputs.columns - start))
    }
  }

  /// The number of units that agree for each pair of images.
  ///
  /// It is `sum c c^T + (1 - c)(1 - c)^T` over the codes c of single units: symmetric, positive
  /// semidefinite, the number of units on the diagonal.
  package var agreement: Matrix {
    var matrix = Matrix(rows: words.count, columns: words.count)
    for i in words.indices {
      for j in 0...i {
        var differences = 0
        for (a, b) in zip(words[i], words[j]) { differences += (a ^ b).nonzeroBitCount }
        matrix[i, j] = Double(units - differences)
        matrix[j, i] = matrix[i, j]
      }
    }
    return matrix
  }

  /// Different codes among the images.
  package var distinctCodes: Int { Set(words).count }

  /// Different patterns among the units, a pattern being one bit for each image.
  package var distinctPatterns: Int {
    // Units get the number of their pattern over the first 64 images; then of this number and their
    // pattern over the next 64, and so on.
    var numbers = [Int](repeating: 0, count: units)
    var distinct = units > 0 ? 1 : 0
    for first in stride(from: 0, to: words.count, by: 64) {
      let images = first..<min(first + 64, words.count)
      var known: [Refinement: Int] = [:]
      var unit = 0
      for (word, used) in bits.enumerated() {
        var square = [UInt64](repeating: 0, count: 64)
        for image in images { square[image - first] = words[image][word] }
        Self.transpose(&square)
        for bit in 0..<used {
          let key = Refinement(number: numbers[unit], pattern: square[bit])
          let number = known[key] ?? known.count
          known[key] = number
          numbers[unit] = number
          unit += 1
        }
      }
      distinct = known.count
    }
    return distinct
  }

  private struct Refinement: Hashable {
    var number: Int
    var pattern: UInt64
  }

  /// Exchanges rows and columns of 64 x 64 bits.
  ///
  /// Blocks of 32, then of 16, and so on down to 1, trade places across the diagonal.
  private static func transpose(_ square: inout [UInt64]) {
    var size = 32
    var mask: UInt64 = 0x0000_0000_FFFF_FFFF
    while size > 0 {
      for row in 0..<64 where row & size == 0 {
        // The upper columns of the upper rows trade places with the lower columns of the lower rows.
        let swap = (square[row] >> UInt64(size) ^ square[row + size]) & mask
        square[row] ^= swap << UInt64(size)
        square[row + size] ^= swap
      }
      size >>= 1
      mask ^= mask << UInt64(size)
    }
  }
}
