/// What the header of an array says.
///
/// It is a literal of Python: a dictionary with exactly the keys `descr`, `fortran_order` and
/// `shape`.
struct NPYHeader {
  /// The element type, such as `<f4`.
  private(set) var descriptor = ""
  /// Whether the first index varies fastest.
  private(set) var isColumnMajor = false
  /// The extents.
  private(set) var shape: [Int] = []

  /// A fault in the text.
  struct Fault: Error {
    /// What was found or missed.
    let explanation: String
    /// The position of the fault in the bytes that were parsed.
    let offset: Int
  }

  /// Parses a part of an array of bytes.
  ///
  /// - Throws: ``Fault`` at the first byte that cannot belong to such a literal.
  init(parsing bytes: [UInt8], in range: Range<Int>) throws(Fault) {
    var parser = Parser(bytes: bytes, position: range.lowerBound, end: range.upperBound)
    var seen: Set<String> = []
    try parser.expect("{", "a dictionary must begin here")
    while !parser.take("}") {
      parser.skipSpace()
      let place = parser.position
      let key = try parser.text()
      guard seen.insert(key).inserted else {
        throw Fault(explanation: "the key '\(key)' occurs twice", offset: place)
      }
      try parser.expect(":", "a colon must stand here")
      switch key {
      case "descr": descriptor = try parser.text()
      case "fortran_order": isColumnMajor = try parser.truth()
      case "shape": shape = try parser.sizes()
      default:
        let shown = SafeTensorsError.printable(key, limit: 40)
        throw Fault(explanation: "an unknown key '\(shown)'", offset: place)
      }
      if !parser.take(",") {
        try parser.expect("}", "a comma or closing brace must stand here")
        break
      }
    }
    for key in ["descr", "fortran_order", "shape"] where !seen.contains(key) {
      throw parser.fault("the key '\(key)' is missing")
    }
    parser.skipSpace()
    guard parser.next == nil else { throw parser.fault("unexpected text behind the dictionary") }
  }
}

/// A parser of the few literals that occur.
private struct Parser {
  let bytes: [UInt8]
  var position: Int
  let end: Int

  var next: UInt8? { position < end ? bytes[position] : nil }

  func fault(_ explanation: String) -> NPYHeader.Fault {
    NPYHeader.Fault(explanation: explanation, offset: position)
  }

  mutating func skipSpace() {
    while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
      position += 1
    }
  }

  mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    skipSpace()
    guard next == UInt8(ascii: scalar) else { return false }
    position += 1
    return true
  }

  mutating func expect(
    _ scalar: Unicode.Scalar, _ explanation: String
  ) throws(NPYHeader.Fault) {
    guard take(scalar) else { throw fault(explanation) }
  }

  /// A text in single or double quotes, none of which has escapes.
  mutating func text() throws(NPYHeader.Fault) -> String {
    skipSpace()
    guard let quote = next, quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") else {
      if next == UInt8(ascii: "[") { throw fault("arrays of records are not read") }
      throw fault("a text in quotes must stand here")
    }
    let start = position + 1
    guard let close = bytes[start..<end].firstIndex(of: quote) else {
      throw fault("a text that does not end")
    }
    guard let text = String(validating: bytes[start..<close], as: UTF8.self) else {
      throw fault("a text that is not UTF-8")
    }
    position = close + 1
    return text
  }

  /// `True` or `False`.
  mutating func truth() throws(NPYHeader.Fault) -> Bool {
    skipSpace()
    for (word, value) in [("True", true), ("False", false)]
    where bytes[position..<end].starts(with: word.utf8) {
      position += word.utf8.count
      return value
    }
    throw fault("True or False must stand here")
  }

  /// A tuple of integers, none of them negative.
  mutating func sizes() throws(NPYHeader.Fault) -> [Int] {
    try expect("(", "a tuple must begin here")
    var sizes: [Int] = []
    var isTuple = true
    while !take(")") {
      skipSpace()
      let start = position
      while let byte = next, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) {
        position += 1
      }
      guard let size = Int(String(decoding: bytes[start..<position], as: UTF8.self)) else {
        position = start
        throw fault("an integer from 0 to 2^63 - 1 must stand here")
      }
      // Python 2 wrote a letter behind long integers.
      if next == UInt8(ascii: "L") { position += 1 }
      sizes.append(size)
      isTuple = take(",")
      if !isTuple {
        try expect(")", "a comma or closing parenthesis must stand here")
        break
      }
    }
    guard isTuple || sizes.count > 1 else { throw fault("a comma belongs to a tuple of one") }
    return sizes
  }
}

extension NPY {
  /// What the header of an array says of its elements.
  package struct Layout: Hashable, Sendable {
    /// The type of the elements.
    package let elementType: ElementType
    /// The extents, the slowest first; a scalar has none.
    package let shape: [Int]
    /// Whether the first index varies fastest.
    package let isColumnMajor: Bool
    /// Where the elements begin.
    package let start: Int
    /// The bytes of all elements.
    package let size: Int

    /// Reads the header at the beginning of an array.
    ///
    /// - Parameters:
    ///   - bytes: the array, or its first bytes.
    ///   - file: the path of the file, for messages.
    ///   - array: the name of the array within an archive.
    /// - Throws: ``ImageFileError``, which names the file, the array and the byte.
    package init(_ bytes: [UInt8], file: String, array: String?) throws(ImageFileError) {
      func error(_ problem: ImageFileError.Problem, at offset: Int? = nil) -> ImageFileError {
        ImageFileError(file: file, array: array, offset: offset, problem: problem)
      }
      guard NPY.isArray(bytes) else { throw error(.notAnArray) }
      guard bytes.count >= 10 else {
        throw error(.headerTruncated(end: 10, available: bytes.count))
      }
      guard (1...3).contains(bytes[6]), bytes[7] == 0 else {
        throw error(.unknownVersion(Int(bytes[6]), Int(bytes[7])), at: 6)
      }
      let header = bytes[6] == 1 ? 10 : 12
      guard bytes.count >= header else {
        throw error(.headerTruncated(end: header, available: bytes.count))
      }
      let start = bytes[8..<header].reversed().reduce(0) { $0 << 8 | Int($1) } + header
      guard start <= bytes.count else {
        throw error(.headerTruncated(end: start, available: bytes.count))
      }
      let said: NPYHeader
      do {
        said = try NPYHeader(parsing: bytes, in: header..<start)
      } catch { throw ImageFileError(fault: error, file: file, array: array) }
      guard let type = NPY.ElementType(descriptor: said.descriptor) else {
        throw error(.unknownElementType(said.descriptor))
      }
      // An extent of zero makes the others immaterial.
      var size = said.shape.contains(0) ? 0 : type.size
      if size > 0 {
        for extent in said.shape {
          let (product, overflow) = size.multipliedReportingOverflow(by: extent)
          guard !overflow else { throw error(.sizeOverflow(shape: said.shape)) }
          size = product
        }
      }
      elementType = type
      shape = said.shape
      isColumnMajor = said.isColumnMajor
      self.start = start
      self.size = size
    }
  }
}

extension ImageFileError {
  fileprivate init(fault: NPYHeader.Fault, file: String, array: String?) {
    self.init(
      file: file, array: array, offset: fault.offset, problem: .malformedHeader(fault.explanation))
  }
}
