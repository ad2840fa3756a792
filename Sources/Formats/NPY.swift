internal import Tensors

/// An array of NumPy's `.npy` format, versions 1.0, 2.0 and 3.0.
///
/// The format: `\x93NUMPY`, the version as two bytes, the length of the header as two bytes (version
/// 1.0) or four, little-endian; the header, a dictionary in the syntax of Python; then the elements,
/// the last index varying fastest, or the first one in Fortran order.
public struct NPY: Sendable {
  /// The type of the elements.
  public struct ElementType: Hashable, Sendable, CustomStringConvertible {
    /// What the bits mean.
    public enum Kind: String, Sendable {
      /// Integers from 0.
      case unsigned = "u"
      /// Integers in two's complement.
      case signed = "i"
      /// IEEE floating-point numbers.
      case floating = "f"
    }

    /// What the bits mean.
    public let kind: Kind
    /// The bytes of one element.
    public let size: Int
    /// Whether the highest byte comes first.
    public let isBigEndian: Bool

    /// Bytes without a sign, as images have them.
    package static let byte = ElementType(kind: .unsigned, size: 1, isBigEndian: false)

    private init(kind: Kind, size: Int, isBigEndian: Bool) {
      self.kind = kind
      self.size = size
      self.isBigEndian = isBigEndian
    }

    /// The type of a descriptor such as `<f4`, if it is one of those that can be read.
    init?(descriptor: String) {
      guard descriptor.utf8.count == 3, let order = descriptor.first,
        let kind = Kind(rawValue: String(descriptor.dropFirst().prefix(1))),
        let size = Int(descriptor.suffix(1)), [1, 2, 4, 8].contains(size),
        kind != .floating || size > 1, order == "<" || order == ">" || order == "|" && size == 1
      else { return nil }
      self.init(kind: kind, size: size, isBigEndian: order == ">")
    }

    /// The descriptor, such as `<f4`.
    public var description: String {
      "\(size == 1 ? "|" : isBigEndian ? ">" : "<")\(kind.rawValue)\(size)"
    }
  }

  /// The path of the file as it was given, for messages.
  public let file: String
  /// The name of the array within an archive, if it comes from one.
  public let array: String?
  /// What the header says.
  let layout: Layout
  /// The header and the elements.
  package let bytes: [UInt8]

  /// The type of the elements.
  public var elementType: ElementType { layout.elementType }
  /// The extents, the slowest first; a scalar has none.
  public var shape: [Int] { layout.shape }
  /// Whether the first index varies fastest.
  public var isColumnMajor: Bool { layout.isColumnMajor }
  /// Where the elements begin.
  package var start: Int { layout.start }

  /// Takes the bytes of an array and checks everything that its header says.
  ///
  /// - Parameters:
  ///   - bytes: the whole file, or the whole member of an archive.
  ///   - file: the path of the file, for messages.
  ///   - array: the name of the array within an archive.
  /// - Throws: ``ImageFileError``, which names the file, the array and the byte.
  public init(bytes: [UInt8], file: String, array: String? = nil) throws(ImageFileError) {
    let layout = try Layout(bytes, file: file, array: array)
    guard bytes.count - layout.start == layout.size else {
      throw ImageFileError(
        file: file, array: array, offset: layout.start,
        problem: .sizeMismatch(expected: layout.size, found: bytes.count - layout.start))
    }
    self.file = file
    self.array = array
    self.layout = layout
    self.bytes = bytes
  }

  /// Whether bytes begin as an array does.
  package static func isArray(_ bytes: some Collection<UInt8>) -> Bool {
    bytes.starts(with: [0x93] + Array("NUMPY".utf8))
  }

  /// The number of elements.
  public var count: Int { (bytes.count - start) / elementType.size }

  /// Elements from one index of each axis to the next, as they are stored.
  package var strides: [Int] {
    var strides = [Int](repeating: 1, count: shape.count)
    var step = 1
    for axis in isColumnMajor ? Array(shape.indices) : shape.indices.reversed() {
      strides[axis] = step
      // Extents whose product overflows occur beside a zero alone, and then nothing is read.
      step = step &* shape[axis]
    }
    return strides
  }
}

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
