internal import Tensors

extension NPY {
  /// The numbers of an array of floating-point type, the last index varying fastest.
  ///
  /// Half precision is exact in Float; double precision is rounded, to infinity where it is beyond
  /// Float.
  ///
  /// - Returns: as many numbers as the shape has elements.
  /// - Throws: ``ImageFileError`` where the array holds integers.
  public func floats() throws(ImageFileError) -> [Float] {
    guard elementType.kind == .floating else {
      throw error(.wrongElementType("\(elementType)", needed: "floating-point numbers"))
    }
    return (0..<count).map { elementType.float(bytes.span, at: place(of: $0)) }
  }

  /// The numbers of an array of integer type, the last index varying fastest.
  ///
  /// - Returns: as many numbers as the shape has elements.
  /// - Throws: ``ImageFileError`` where the array holds floating-point numbers, or a number beyond
  ///   2^63 - 1.
  public func integers() throws(ImageFileError) -> [Int] {
    guard elementType.kind != .floating else {
      throw error(.wrongElementType("\(elementType)", needed: "integers"))
    }
    // Signed integers are moved to the top of the word and back, which repeats their sign.
    let shift = elementType.kind == .signed ? 64 - 8 * elementType.size : 0
    var values = [Int](repeating: 0, count: count)
    for index in values.indices {
      let place = place(of: index)
      let word = elementType.word(bytes.span, at: place)
      guard elementType.kind == .signed || word <= UInt64(Int.max) else {
        throw ImageFileError(
          file: file, array: array, offset: place, problem: .integerTooLarge(word, index: index))
      }
      values[index] = Int(Int64(bitPattern: word << shift) >> shift)
    }
    return values
  }

  /// Where an element begins in the bytes, by its index with the last axis varying fastest.
  package func place(of index: Int) -> Int {
    guard isColumnMajor else { return start + index * elementType.size }
    var rest = index
    var position = 0
    for (extent, stride) in zip(shape, strides).reversed() {
      position += rest % extent * stride
      rest /= extent
    }
    return start + position * elementType.size
  }

  package func error(_ problem: ImageFileError.Problem) -> ImageFileError {
    ImageFileError(file: file, array: array, problem: problem)
  }
}

extension NPY.ElementType {
  /// The bits of an element.
  @inline(__always)
  func word(_ bytes: Span<UInt8>, at place: Int) -> UInt64 {
    var word: UInt64 = 0
    for byte in 0..<size {
      let shift = 8 &* (isBigEndian ? size &- 1 &- byte : byte)
      word |= UInt64(bytes[place &+ byte]) &<< UInt64(truncatingIfNeeded: shift)
    }
    return word
  }

  /// A floating-point element.
  @inline(__always)
  package func float(_ bytes: Span<UInt8>, at place: Int) -> Float {
    let word = word(bytes, at: place)
    return switch size {
    case 2: Float(half: UInt32(truncatingIfNeeded: word))
    case 4: Float(bitPattern: UInt32(truncatingIfNeeded: word))
    default: Float(Double(bitPattern: word))
    }
  }
}
