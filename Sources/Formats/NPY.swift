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
  /// The type of the elements.
  public let elementType: ElementType
  /// The extents, the slowest first; a scalar has none.
  public let shape: [Int]
  /// Whether the first index varies fastest.
  public let isColumnMajor: Bool
  /// The header and the elements.
  package let bytes: [UInt8]
  /// Where the elements begin.
  package let start: Int

  /// Takes the bytes of an array and checks everything that its header says.
  ///
  /// - Parameters:
  ///   - bytes: the whole file, or the whole member of an archive.
  ///   - file: the path of the file, for messages.
  ///   - array: the name of the array within an archive.
  /// - Throws: ``ImageFileError``, which names the file, the array and the byte.
  public init(bytes: [UInt8], file: String, array: String? = nil) throws(ImageFileError) {
    func error(_ problem: ImageFileError.Problem, at offset: Int? = nil) -> ImageFileError {
      ImageFileError(file: file, array: array, offset: offset, problem: problem)
    }
    guard NPY.isArray(bytes) else { throw error(.notAnArray) }
    guard bytes.count >= 10 else { throw error(.headerTruncated(end: 10, available: bytes.count)) }
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
    guard let type = ElementType(descriptor: said.descriptor) else {
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
    guard bytes.count - start == size else {
      throw error(.sizeMismatch(expected: size, found: bytes.count - start), at: start)
    }
    self.file = file
    self.array = array
    elementType = type
    shape = said.shape
    isColumnMajor = said.isColumnMajor
    self.bytes = bytes
    self.start = start
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

extension ImageFileError {
  fileprivate init(fault: NPYHeader.Fault, file: String, array: String?) {
    self.init(
      file: file, array: array, offset: fault.offset, problem: .malformedHeader(fault.explanation))
  }
}
