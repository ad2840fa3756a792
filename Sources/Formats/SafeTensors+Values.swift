internal import Tensors

extension SafeTensors {
  /// The numbers of a floating-point tensor, in row-major order.
  ///
  /// F16 and BF16 are exact in Float; F64 is rounded, to infinity where it is beyond Float.
  ///
  /// - Parameter name: the name of the tensor.
  /// - Returns: as many numbers as the shape has elements.
  /// - Throws: ``SafeTensorsError`` where there is no such tensor or it holds other than
  ///   floating-point numbers.
  public func floats(_ name: String) throws(SafeTensorsError) -> [Float] {
    let entry = try entry(name)
    guard let type = entry.elementType, type.isFloatingPoint else {
      throw error(name, .notFloatingPoint(entry.dtype))
    }
    var values = [Float](repeating: 0, count: entry.count)
    var target = values.mutableSpan
    let source = bytes.span
    var place = entry.range.lowerBound
    switch type {
    case .float32:
      for index in target.indices {
        target[index] = Float(bitPattern: UInt32(truncatingIfNeeded: source.word(at: place, 4)))
        place &+= 4
      }
    case .float64:
      for index in target.indices {
        target[index] = Float(Double(bitPattern: source.word(at: place, 8)))
        place &+= 8
      }
    case .float16:
      for index in target.indices {
        target[index] = Float(half: UInt32(truncatingIfNeeded: source.word(at: place, 2)))
        place &+= 2
      }
    case .bfloat16:
      for index in target.indices {
        let upper = UInt32(truncatingIfNeeded: source.word(at: place, 2))
        target[index] = Float(bitPattern: upper << 16)
        place &+= 2
      }
    default: preconditionFailure("\(type) was refused above")
    }
    return values
  }

  /// The numbers of an integer or BOOL tensor, in row-major order.
  ///
  /// - Parameter name: the name of the tensor.
  /// - Returns: as many numbers as the shape has elements; truth values are 0 and 1.
  /// - Throws: ``SafeTensorsError`` where there is no such tensor, it holds other than integers, a
  ///   truth value is neither 0 nor 1, or a number is beyond 2^63 - 1.
  public func integers(_ name: String) throws(SafeTensorsError) -> [Int] {
    let entry = try entry(name)
    guard let type = entry.elementType, !type.isFloatingPoint else {
      throw error(name, .notInteger(entry.dtype))
    }
    let size = type.size
    // Signed integers are moved to the top of the word and back, which repeats their sign.
    let shift = type.isSigned ? 64 - 8 * size : 0
    var values = [Int](repeating: 0, count: entry.count)
    let source = bytes.span
    for index in values.indices {
      let word = source.word(at: entry.range.lowerBound + index * size, size)
      guard type.isSigned || word <= UInt64(Int.max) else {
        throw error(name, .integerTooLarge(word, index: index))
      }
      values[index] = Int(Int64(bitPattern: word << shift) >> shift)
      if type == .boolean && values[index] > 1 {
        throw error(name, .notBoolean(value: values[index], index: index))
      }
    }
    return values
  }

  /// Checks that every number of a floating-point tensor is finite as Float.
  ///
  /// - Parameter name: the name of the tensor.
  /// - Throws: ``SafeTensorsError`` with the flat index of the first number that is not, or that is
  ///   beyond Float, and where `floats` throws.
  public func requireFinite(_ name: String) throws(SafeTensorsError) {
    for (index, value) in try floats(name).enumerated() where !value.isFinite {
      let entry = try entry(name)
      if entry.elementType == .float64 {
        let number = Double(
          bitPattern: bytes.span.word(at: entry.range.lowerBound + index * 8, 8))
        if number.isFinite { throw error(name, .beyondFloat(number, index: index)) }
      }
      throw error(name, .notFinite(value: "\(value)", index: index))
    }
  }

  /// Checks that every number of every floating-point tensor is finite as Float.
  ///
  /// - Throws: ``SafeTensorsError`` that names the first tensor and number that is not.
  public func requireFinite() throws(SafeTensorsError) {
    for entry in entries where entry.elementType?.isFloatingPoint == true {
      try requireFinite(entry.name)
    }
  }

  private func entry(_ name: String) throws(SafeTensorsError) -> Entry {
    guard let entry = self[name] else { throw error(name, .noSuchTensor) }
    return entry
  }

  private func error(_ name: String, _ problem: SafeTensorsError.Problem) -> SafeTensorsError {
    SafeTensorsError(file: file, tensor: name, problem: problem)
  }
}

extension Span<UInt8> {
  /// The little-endian number in a few bytes.
  @inline(__always)
  fileprivate func word(at place: Int, _ size: Int) -> UInt64 {
    var word: UInt64 = 0
    for byte in 0..<size {
      word |= UInt64(self[place &+ byte]) &<< UInt64(truncatingIfNeeded: 8 &* byte)
    }
    return word
  }
}
