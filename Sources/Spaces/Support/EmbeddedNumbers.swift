/// Reads the numbers of an embedded table.
///
/// A character is a digit to base 64, its ASCII code less that of "0", and a number has its most
/// significant digit first. Ends of lines count nothing. A string literal costs the compiler nothing, an
/// array literal of this length a great deal.
enum EmbeddedNumbers {
  /// Numbers of some digits each.
  static func decode(_ text: String, digits: Int) -> [Int] {
    var numbers: [Int] = []
    var value = 0
    var read = 0
    for byte in text.utf8 where byte != 0x0A {
      value = value << 6 | (Int(byte) &- 48)
      read += 1
      if read == digits {
        numbers.append(value)
        (value, read) = (0, 0)
      }
    }
    precondition(read == 0, "a table that ends within a number")
    return numbers
  }

  /// Numbers in single precision, six digits each.
  static func decodeFloats(_ text: String) -> [Double] {
    decode(text, digits: 6).map { Double(Float(bitPattern: UInt32($0))) }
  }
}

/// Reads the lines of a small embedded table: digits of an architecture, a space, and a number.
enum EmbeddedRows {
  /// A row of the table.
  struct Row {
    var digits: [Int]
    var value: Double
  }

  /// All rows.
  static func decode(_ text: String) -> [Row] {
    text.split(separator: "\n").map { line in
      let parts = line.split(separator: " ")
      guard parts.count == 2, let value = Double(parts[1]) else {
        preconditionFailure("no row of a table: \(line)")
      }
      return Row(digits: parts[0].compactMap(\.wholeNumberValue), value: value)
    }
  }
}
