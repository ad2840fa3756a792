internal import Tensors

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A tensor as a file holds it: its numbers are decoded when somebody asks for them.
final class StoredTensor: Sendable {
  /// Where the numbers are.
  enum Payload: Sendable {
    /// Little-endian bytes, row-major.
    case raw([UInt8])
    /// Numbers that the file spells out one by one.
    case floats([Float])
    case doubles([Double])
    case integers([Int64])
    case unsigned([UInt64])
  }

  let name: String
  let type: ElementType
  /// The extents, row-major; an extent of 0 means that there are no elements.
  let shape: [Int]
  let payload: Payload
  /// Whether training would change it.
  let isLearned: Bool
  /// Whether it is the value of a node, and no initialiser.
  let isOfNode: Bool

  var count: Int { shape.reduce(1, *) }

  /// Joins a payload with its shape.
  ///
  /// - Throws: what does not fit.
  init(
    name: String, type: ElementType, shape: [Int], payload: Payload, isLearned: Bool, isOfNode: Bool
  )
    throws(ModelProblem)
  {
    self.isOfNode = isOfNode
    self.name = name
    self.type = type
    self.shape = shape
    self.payload = payload
    self.isLearned = isLearned
    let count = try Extents.count(shape)
    let given: Int
    switch payload {
    case .raw(let bytes):
      let (needed, overflows) = count.multipliedReportingOverflow(by: type.size)
      guard !overflows, bytes.count == needed else {
        throw .malformed("has \(bytes.count) bytes for \(shape) elements of \(type.size) bytes")
      }
      return
    case .floats(let numbers): given = numbers.count
    case .doubles(let numbers): given = numbers.count
    case .integers(let numbers): given = numbers.count
    case .unsigned(let numbers): given = numbers.count
    }
    guard given == count else { throw .malformed("has \(given) numbers for \(shape) elements") }
  }

  private init(_ other: StoredTensor, name: String) {
    self.name = name
    type = other.type
    shape = other.shape
    payload = other.payload
    isLearned = other.isLearned
    isOfNode = other.isOfNode
  }

  /// The same tensor by another name.
  func renamed(_ name: String) -> StoredTensor { StoredTensor(self, name: name) }

  /// The numbers in 32 bits, row-major.
  func floats() -> [Float] {
    switch payload {
    case .floats(let numbers): return numbers
    case .doubles(let numbers): return numbers.map { Float($0) }
    case .integers(let numbers):
      // Halves stand as patterns of bits in a list of integers.
      switch type {
      case .float16: return numbers.map { Float(half: UInt32(truncatingIfNeeded: $0)) }
      case .bfloat16:
        return numbers.map { Float(bitPattern: UInt32(truncatingIfNeeded: $0) << 16) }
      default: return numbers.map { Float($0) }
      }
    case .unsigned(let numbers): return numbers.map { Float($0) }
    case .raw(let bytes): return Self.floats(bytes, type)
    }
  }

  private static func floats(_ bytes: [UInt8], _ type: ElementType) -> [Float] {
    var values = [Float](repeating: 0, count: bytes.count / type.size)
    let source = bytes.span
    switch type {
    case .float:
      for index in values.indices {
        values[index] = Float(bitPattern: UInt32(truncatingIfNeeded: source.word(4 &* index, 4)))
      }
    case .double:
      for index in values.indices {
        values[index] = Float(Double(bitPattern: source.word(8 &* index, 8)))
      }
    case .float16:
      for index in values.indices {
        values[index] = Float(half: UInt32(truncatingIfNeeded: source.word(2 &* index, 2)))
      }
    case .bfloat16:
      for index in values.indices {
        let upper = UInt32(truncatingIfNeeded: source.word(2 &* index, 2))
        values[index] = Float(bitPattern: upper << 16)
      }
    default:
      return integers(bytes, type).map { Float($0) }
    }
    return values
  }

  /// The numbers in 64 bits, row-major.
  func doubles() -> [Double] {
    switch payload {
    case .doubles(let numbers): return numbers
    case .raw(let bytes) where type == .double:
      let source = bytes.span
      return (0..<bytes.count / 8).map { Double(bitPattern: source.word(8 &* $0, 8)) }
    default: return floats().map(Double.init)
    }
  }

  /// The whole numbers, row-major; truth values are 0 and 1.
  ///
  /// - Throws: that they are no whole numbers.
  func integers() throws(ModelProblem) -> [Int] {
    switch payload {
    case .integers(let numbers) where !type.isFloatingPoint: return numbers.map { Int($0) }
    case .unsigned(let numbers): return numbers.map { Int(truncatingIfNeeded: $0) }
    case .raw(let bytes) where !type.isFloatingPoint: return Self.integers(bytes, type)
    default: throw .malformed("holds no whole numbers")
    }
  }

  private static func integers(_ bytes: [UInt8], _ type: ElementType) -> [Int] {
    let size = type.size
    let isSigned =
      switch type {
      case .int8, .int16, .int32, .int64: true
      default: false
      }
    // Signed integers are moved to the top of the word and back, which repeats their sign.
    let shift = isSigned ? UInt64(64 - 8 * size) : 0
    let source = bytes.span
    return (0..<bytes.count / size).map { index in
      let word = source.word(index &* size, size)
      return isSigned
        ? Int(Int64(bitPattern: word << shift) >> Int64(shift)) : Int(truncatingIfNeeded: word)
    }
  }
}

extension Span<UInt8> {
  /// The little-endian word of so many bytes at a place.
  @inline(__always)
  func word(_ place: Int, _ size: Int) -> UInt64 {
    var word: UInt64 = 0
    for byte in 0..<size { word |= UInt64(self[place &+ byte]) << UInt64(8 &* byte) }
    return word
  }
}

/// Arithmetic on extents that come from a file.
enum Extents {
  /// The number of elements.
  ///
  /// - Throws: that an extent is negative, or that no machine holds so many.
  static func count(_ shape: [Int]) throws(ModelProblem) -> Int {
    var count = 1
    for extent in shape {
      guard extent >= 0 else { throw .malformed("has the shape \(shape)") }
      let (product, overflows) = count.multipliedReportingOverflow(by: extent)
      guard !overflows, product < 1 << 56 else {
        throw .malformed("has the shape \(shape), more elements than there is room for")
      }
      count = product
    }
    return count
  }

  /// The position of an axis that may be counted back from the last.
  static func axis(_ axis: Int, rank: Int) throws(ModelProblem) -> Int {
    let position = axis < 0 ? axis + rank : axis
    guard (0..<rank).contains(position) else {
      throw .malformed("names axis \(axis) of a value with \(rank) axes")
    }
    return position
  }

  /// The positions of different axes.
  static func axes(_ axes: [Int], rank: Int) throws(ModelProblem) -> [Int] {
    var positions: [Int] = []
    for axis in axes {
      let position = try self.axis(axis, rank: rank)
      guard !positions.contains(position) else { throw .malformed("names axis \(axis) twice") }
      positions.append(position)
    }
    return positions
  }

  /// The common shape of values that are combined element by element.
  static func broadcast(_ shapes: [[Int]]) throws(ModelProblem) -> [Int] {
    let rank = shapes.map(\.count).max() ?? 0
    var common = [Int](repeating: 1, count: rank)
    for shape in shapes {
      for (axis, extent) in shape.enumerated() where extent != 1 {
        let place = axis + rank - shape.count
        guard common[place] == 1 || common[place] == extent else {
          throw .malformed(
            "combines \(shapes.map { "\($0)" }.joined(separator: " and "))")
        }
        common[place] = extent
      }
    }
    return common
  }

  /// Elements from one place to the next along each axis, row-major.
  static func strides(_ shape: [Int]) -> [Int] {
    var strides = [Int](repeating: 1, count: shape.count)
    for axis in shape.indices.dropLast().reversed() {
      strides[axis] = strides[axis + 1] * shape[axis + 1]
    }
    return strides
  }
}
