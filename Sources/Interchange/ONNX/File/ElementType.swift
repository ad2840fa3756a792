/// The type of the elements of a tensor; raw values are those of the format's `DataType`.
enum ElementType: Int32, Hashable, Sendable {
  case float = 1
  case uint8 = 2
  case int8 = 3
  case uint16 = 4
  case int16 = 5
  case int32 = 6
  case int64 = 7
  case boolean = 9
  case float16 = 10
  case double = 11
  case uint32 = 12
  case uint64 = 13
  case bfloat16 = 16

  /// Bytes of an element as it is stored raw.
  var size: Int {
    switch self {
    case .uint8, .int8, .boolean: 1
    case .uint16, .int16, .float16, .bfloat16: 2
    case .float, .int32, .uint32: 4
    case .double, .int64, .uint64: 8
    }
  }

  var isFloatingPoint: Bool {
    switch self {
    case .float, .float16, .double, .bfloat16: true
    default: false
    }
  }

  /// A type by its number in a file.
  ///
  /// - Throws: what is wrong, by the name of the type where it is known.
  init(number: Int32) throws(ModelProblem) {
    guard let type = ElementType(rawValue: number) else {
      let others: [Int32: String] = [
        8: "text", 14: "complex numbers", 15: "complex numbers", 17: "8-bit floating-point numbers",
        18: "8-bit floating-point numbers", 19: "8-bit floating-point numbers",
        20: "8-bit floating-point numbers", 21: "4-bit numbers", 22: "4-bit numbers",
        23: "4-bit floating-point numbers", 24: "8-bit exponents",
      ]
      if number == 0 { throw .malformed("has no element type") }
      guard let name = others[number] else {
        throw .malformed("has the unknown element type \(number)")
      }
      throw .malformed("holds \(name), which no network here computes with")
    }
    self = type
  }

  /// The nearest number that the type holds: arithmetic on constants rounds as the program would that
  /// runs the file.
  func rounded(_ number: Double) -> Double {
    switch self {
    case .float: Double(Float(number))
    // Narrower types round once more where a result is stored; constants of such files are exact here.
    case .double, .float16, .bfloat16: number
    default: number
    }
  }
}
