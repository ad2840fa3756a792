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
