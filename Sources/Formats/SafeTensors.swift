/// The tensors of a safetensors file.
///
/// The format: the length N of the header as eight bytes, little-endian; N bytes of JSON that map
/// the name of every tensor to `dtype`, `shape` and `data_offsets`; then the data, row-major and
/// little-endian, without gaps. Names are those of a PyTorch state dictionary, such as
/// `stem.0.weight`.
///
/// Everything that the header says is checked when the file is read; the numbers are converted
/// when they are asked for. Whether they are finite is checked by ``requireFinite()`` alone, since
/// a file may hold more than is used of it.
public struct SafeTensors: Sendable {
  /// The element types whose numbers can be read.
  public enum ElementType: String, CaseIterable, Sendable {
    /// IEEE single precision.
    case float32 = "F32"
    /// IEEE double precision.
    case float64 = "F64"
    /// IEEE half precision.
    case float16 = "F16"
    /// The upper half of single precision.
    case bfloat16 = "BF16"
    /// Signed integers of 8 bits.
    case int8 = "I8"
    /// Unsigned integers of 8 bits.
    case uint8 = "U8"
    /// Signed integers of 16 bits.
    case int16 = "I16"
    /// Signed integers of 32 bits.
    case int32 = "I32"
    /// Signed integers of 64 bits.
    case int64 = "I64"
    /// Unsigned integers of 16 bits.
    case uint16 = "U16"
    /// Unsigned integers of 32 bits.
    case uint32 = "U32"
    /// Unsigned integers of 64 bits.
    case uint64 = "U64"
    /// Truth values, one byte each.
    case boolean = "BOOL"

    /// The bytes of one element.
    public var size: Int {
      switch self {
      case .int8, .uint8, .boolean: 1
      case .float16, .bfloat16, .int16, .uint16: 2
      case .float32, .int32, .uint32: 4
      case .float64, .int64, .uint64: 8
      }
    }

    /// Whether the elements are floating-point numbers.
    public var isFloatingPoint: Bool {
      switch self {
      case .float32, .float64, .float16, .bfloat16: true
      case .int8, .uint8, .int16, .int32, .int64, .uint16, .uint32, .uint64, .boolean: false
      }
    }

    /// Whether the highest bit is a sign.
    var isSigned: Bool {
      switch self {
      case .int8, .int16, .int32, .int64: true
      default: false
      }
    }
  }

  /// What the header says of one tensor.
  public struct Entry: Hashable, Sendable {
    /// The name of the tensor.
    public let name: String
    /// The type of its elements as the file spells it.
    public let dtype: String
    /// Its dimensions, the slowest first; a scalar has none.
    public let shape: [Int]
    /// Its bytes in the file.
    let range: Range<Int>

    /// The type of its elements, `nil` where it is none whose numbers can be read, such as `F8_E4M3`; a
    /// tensor that nobody asks for may have any type.
    public var elementType: ElementType? { ElementType(rawValue: dtype) }
    /// The number of elements.
    public var count: Int { shape.contains(0) ? 0 : shape.reduce(1, *) }
  }

  /// The path of the file as it was given, for messages.
  public let file: String
  /// The tensors in the order of the header.
  public let entries: [Entry]
  /// The texts under `__metadata__`.
  public let metadata: [String: String]

  /// The whole file.
  let bytes: [UInt8]
  /// The position in `entries` of every name.
  private let positions: [String: Int]

  /// The largest length of a header that is believed, which is that of other readers.
  static let headerLimit = 100_000_000

  /// Creates the tensors from checked parts.
  init(file: String, entries: [Entry], metadata: [String: String], bytes: [UInt8]) {
    self.file = file
    self.entries = entries
    self.metadata = metadata
    self.bytes = bytes
    var positions: [String: Int] = [:]
    for (position, entry) in entries.enumerated() { positions[entry.name] = position }
    self.positions = positions
  }

  /// The same tensors with a prefix taken off the names that have it, as `module.`, which PyTorch's
  /// `DataParallel` puts before every name.
  ///
  /// - Parameter prefix: the prefix.
  /// - Returns: the tensors with their new names.
  /// - Throws: ``SafeTensorsError`` where no name has the prefix, or two tensors would have one name.
  public func strippingPrefix(_ prefix: String) throws(SafeTensorsError) -> SafeTensors {
    var seen: Set<String> = []
    var renamed: [Entry] = []
    for entry in entries {
      let name =
        entry.name.hasPrefix(prefix) ? String(entry.name.dropFirst(prefix.count)) : entry.name
      guard seen.insert(name).inserted else {
        throw SafeTensorsError(file: file, tensor: name, problem: .duplicateName)
      }
      renamed.append(
        Entry(name: name, dtype: entry.dtype, shape: entry.shape, range: entry.range))
    }
    guard renamed != entries else {
      throw SafeTensorsError(
        file: file, problem: .noSuchPrefix(prefix, names: Array(names.prefix(3))))
    }
    return SafeTensors(file: file, entries: renamed, metadata: metadata, bytes: bytes)
  }

  /// The prefix that all of some names have in this file, `nil` where there is none.
  package func prefix(of names: [String]) -> String? {
    guard let first = names.first else { return nil }
    let prefixes = self.names.filter { $0.hasSuffix(first) && $0 != first }.map {
      String($0.dropLast(first.count))
    }
    return prefixes.first { prefix in names.allSatisfy { positions[prefix + $0] != nil } }
  }

  /// The names of the tensors in the order of the header.
  public var names: [String] { entries.map(\.name) }

  /// What the header says of a tensor, or `nil` where there is none of the name.
  ///
  /// - Parameter name: the name of the tensor.
  /// - Returns: its entry.
  public subscript(name: String) -> Entry? {
    positions[name].map { entries[$0] }
  }
}
