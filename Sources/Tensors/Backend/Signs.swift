internal import CKernels

extension Tensor {
  /// Which elements of each image are positive, as bits.
  ///
  /// The order of the bits is that of the elements in memory, the same for all images of this layout.
  ///
  /// - Returns: words for each image, whose unused bits are 0, and whether every element is finite;
  ///   `nil` where a block has lanes without a channel, which would count as elements.
  package func signBits() -> (words: [[UInt64]], isFinite: Bool)? {
    guard shape.channels % block == 0 else { return nil }
    var isFinite = true
    let words = (0..<shape.batch).map { image in
      var words = [UInt64](repeating: 0, count: (imageStride + 63) / 64)
      unsafe words.withUnsafeMutableBufferPointer { words in
        let start = image * imageStride
        let finite =
          switch precision {
          case .float:
            unsafe tfn_sign_bits_f32(imageStride, floats + start, words.baseAddress)
          case .double:
            unsafe tfn_sign_bits_f64(imageStride, doubles + start, words.baseAddress)
          }
        if finite == 0 { isFinite = false }
      }
      return words
    }
    return (words, isFinite)
  }

  /// Overwrites the tensor with signs: -1 where the bit of an element is set, else 1.
  ///
  /// - Parameters:
  ///   - words: the bits, 64 in a word, the lowest first.
  ///   - first: the bit of the first element; the others follow in row-major order.
  package func writeSigns(_ words: [UInt64], from first: Int) {
    precondition(
      first >= 0 && first + shape.count <= 64 * words.count,
      "\(shape.count) signs from \(first) of \(64 * words.count)")
    if shape.channels % block != 0 { clear() }
    unsafe words.withUnsafeBufferPointer { words in
      switch precision {
      case .float:
        unsafe tfn_write_signs_f32(
          shape.batch, shape.channels, shape.area, block, words.baseAddress, first, floats)
      case .double:
        unsafe tfn_write_signs_f64(
          shape.batch, shape.channels, shape.area, block, words.baseAddress, first, doubles)
      }
    }
  }

  /// The sum of the absolute differences to a tensor of the same shape, in double.
  package func absoluteDifference(to other: Tensor) -> Double {
    precondition(
      shape == other.shape && precision == other.precision, "\(shape) against \(other.shape)")
    guard block == other.block else {
      return zip(values(), other.values()).reduce(0) { $0 + abs($1.0 - $1.1) }
    }
    return switch precision {
    case .float: unsafe tfn_absolute_difference_f32(storedCount, floats, other.floats)
    case .double: unsafe tfn_absolute_difference_f64(storedCount, doubles, other.doubles)
    }
  }

  /// The largest magnitude of an element, infinite where one is no number.
  package var largestMagnitude: Double {
    switch precision {
    case .float: unsafe tfn_largest_f32(storedCount, floats)
    case .double: unsafe tfn_largest_f64(storedCount, doubles)
    }
  }

  /// Adds the sign of each element to a count, 0 for elements of at most `threshold` in magnitude.
  package func addSigns(beyond threshold: Double, to counts: inout [Int16]) {
    precondition(counts.count == storedCount, "\(counts.count) counts for \(shape)")
    unsafe counts.withUnsafeMutableBufferPointer { counts in
      switch precision {
      case .float:
        unsafe tfn_add_signs_f32(storedCount, floats, threshold, counts.baseAddress)
      case .double:
        unsafe tfn_add_signs_f64(storedCount, doubles, threshold, counts.baseAddress)
      }
    }
  }
}

/// The number of bits in which two lists of words differ.
package func differingBits(_ first: [UInt64], _ second: [UInt64]) -> Int {
  precondition(first.count == second.count, "\(first.count) and \(second.count) words")
  return unsafe first.withUnsafeBufferPointer { first in
    unsafe second.withUnsafeBufferPointer { second in
      Int(unsafe tfn_differing_bits(first.count, first.baseAddress, second.baseAddress))
    }
  }
}
