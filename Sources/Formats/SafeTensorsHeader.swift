/// A JSON value of the header of a safetensors file.
///
/// A parser of its own, because the general ones drop repeated names and the order of names, and
/// differ between platforms in what they accept as an integer.
enum SafeTensorsHeader {
  /// The members of an object, in the order of the text; names may repeat.
  case object([(name: String, value: SafeTensorsHeader)])
  /// The elements of an array.
  case array([SafeTensorsHeader])
  /// A text.
  case text(String)
  /// A number that is written as an integer and is one.
  case integer(Int)
  /// Any other number, `true`, `false` or `null`, as it is written.
  case other(String)

  /// A fault in the text.
  struct Fault: Error {
    /// What was found or missed.
    let explanation: String
    /// The position of the fault in the bytes that were parsed.
    let offset: Int
  }

  /// Parses a part of an array of bytes as one JSON object.
  ///
  /// - Parameters:
  ///   - bytes: the file.
  ///   - range: the bytes of the header.
  /// - Throws: ``Fault`` at the first byte that cannot belong to such an object.
  init(parsing bytes: [UInt8], in range: Range<Int>) throws(Fault) {
    var parser = Parser(bytes: bytes, position: range.lowerBound, end: range.upperBound)
    guard parser.next == UInt8(ascii: "{") else {
      throw parser.fault("a JSON object must begin here")
    }
    self = try parser.value(depth: 0)
    parser.skipSpace()
    guard parser.next == nil else { throw parser.fault("unexpected text behind the object") }
  }
}

/// A recursive-descent parser of JSON (RFC 8259).
private struct Parser {
  let bytes: [UInt8]
  var position: Int
  let end: Int

  /// A header has three levels; the limit keeps a hostile one from exhausting the stack.
  static let depthLimit = 32

  /// The next byte, or `nil` at the end.
  var next: UInt8? { position < end ? bytes[position] : nil }

  func fault(_ explanation: String) -> SafeTensorsHeader.Fault {
    SafeTensorsHeader.Fault(explanation: explanation, offset: position)
  }

  mutating func skipSpace() {
    while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
      position += 1
    }
  }

  /// Skips white space and takes the next byte if it is the given one.
  mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    skipSpace()
    guard next == UInt8(ascii: scalar) else { return false }
    position += 1
    return true
  }

  mutating func value(depth: Int) throws(SafeTensorsHeader.Fault) -> SafeTensorsHeader {
    guard depth < Self.depthLimit else { throw fault("nested too deeply") }
    skipSpace()
    guard let byte = next else { throw fault("the header ends within a value") }
    switch byte {
    case UInt8(ascii: "{"): return try object(depth: depth)
    case UInt8(ascii: "["): return try array(depth: depth)
    case UInt8(ascii: "\""): return .text(try text())
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
    default: return try word()
    }
  }

  mutating func object(depth: Int) throws(SafeTensorsHeader.Fault) -> SafeTensorsHeader {
    position += 1
    var members: [(name: String, value: SafeTensorsHeader)] = []
    if take("}") { return .object(members) }
    repeat {
      skipSpace()
      guard next == UInt8(ascii: "\"") else { throw fault("a name in quotes must stand here") }
      let name = try text()
      guard take(":") else { throw fault("a colon must stand here") }
      members.append((name, try value(depth: depth + 1)))
    } while take(",")
    guard take("}") else { throw fault("a comma or closing brace must stand here") }
    return .object(members)
  }

  mutating func array(depth: Int) throws(SafeTensorsHeader.Fault) -> SafeTensorsHeader {
    position += 1
    var elements: [SafeTensorsHeader] = []
    if take("]") { return .array(elements) }
    repeat { elements.append(try value(depth: depth + 1)) } while take(",")
    guard take("]") else { throw fault("a comma or closing bracket must stand here") }
    return .array(elements)
  }

  /// `true`, `false` or `null`.
  mutating func word() throws(SafeTensorsHeader.Fault) -> SafeTensorsHeader {
    for word in ["true", "false", "null"]
    where bytes[position..<end].starts(with: word.utf8) {
      position += word.utf8.count
      return .other(word)
    }
    throw fault("a value must stand here")
  }

  mutating func number() throws(SafeTensorsHeader.Fault) -> SafeTensorsHeader {
    let start = position
    var isInteger = true
    if next == UInt8(ascii: "-") { position += 1 }
    if next == UInt8(ascii: "0") { position += 1 } else { try digits() }
    if next == UInt8(ascii: ".") {
      isInteger = false
      position += 1
      try digits()
    }
    if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
      isInteger = false
      position += 1
      if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { position += 1 }
      try digits()
    }
    let written = String(decoding: bytes[start..<position], as: UTF8.self)
    if isInteger, let integer = Int(written) { return .integer(integer) }
    return .other(written)
  }

  mutating func digits() throws(SafeTensorsHeader.Fault) {
    let start = position
    while let byte = next, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { position += 1 }
    guard position > start else { throw fault("a digit must stand here") }
  }

  mutating func text() throws(SafeTensorsHeader.Fault) -> String {
    let start = position
    position += 1
    var content: [UInt8] = []
    while let byte = next, byte != UInt8(ascii: "\"") {
      guard byte >= 0x20 else { throw fault("a control character within a text") }
      position += 1
      if byte == UInt8(ascii: "\\") {
        content.append(contentsOf: try escape())
      } else {
        content.append(byte)
      }
    }
    guard next != nil else { throw fault("the header ends within a text") }
    position += 1
    guard let text = String(validating: content, as: UTF8.self) else {
      position = start
      throw fault("a text that is not UTF-8")
    }
    return text
  }

  /// The bytes that the escape behind a backslash stands for.
  mutating func escape() throws(SafeTensorsHeader.Fault) -> [UInt8] {
    guard let byte = next else { throw fault("the header ends within a text") }
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
    case UInt8(ascii: "b"): return [0x08]
    case UInt8(ascii: "f"): return [0x0C]
    case UInt8(ascii: "n"): return [0x0A]
    case UInt8(ascii: "r"): return [0x0D]
    case UInt8(ascii: "t"): return [0x09]
    case UInt8(ascii: "u"):
      var units = [try codeUnit()]
      // Characters beyond 16 bits are written as two units, a high and a low surrogate.
      if UTF16.isLeadSurrogate(units[0]), next == UInt8(ascii: "\\"), position + 1 < end,
        bytes[position + 1] == UInt8(ascii: "u")
      {
        position += 2
        units.append(try codeUnit())
      }
      guard let character = String(validating: units, as: UTF16.self) else {
        throw fault("half of a surrogate pair in front of this place")
      }
      return Array(character.utf8)
    default:
      position -= 1
      throw fault("an unknown escape")
    }
  }

  mutating func codeUnit() throws(SafeTensorsHeader.Fault) -> UInt16 {
    var unit: UInt16 = 0
    for _ in 0..<4 {
      guard let byte = next, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
        throw fault("a hexadecimal digit must stand here")
      }
      unit = unit << 4 | UInt16(digit)
      position += 1
    }
    return unit
  }
}
