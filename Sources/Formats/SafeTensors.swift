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
  /// The element types that can be read.
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
    /// Truth values, one byte each.
    case boolean = "BOOL"

    /// The bytes of one element.
    public var size: Int {
      switch self {
      case .int8, .uint8, .boolean: 1
      case .float16, .bfloat16, .int16: 2
      case .float32, .int32: 4
      case .float64, .int64: 8
      }
    }

    /// Whether the elements are floating-point numbers.
    public var isFloatingPoint: Bool {
      switch self {
      case .float32, .float64, .float16, .bfloat16: true
      case .int8, .uint8, .int16, .int32, .int64, .boolean: false
      }
    }
  }

  /// What the header says of one tensor.
  public struct Entry: Hashable, Sendable {
    /// The name of the tensor.
    public let name: String
    /// The type of its elements.
    public let elementType: ElementType
    /// Its dimensions, the slowest first; a scalar has none.
    public let shape: [Int]
    /// Its bytes in the file.
    let range: Range<Int>

    /// The number of elements.
    public var count: Int { range.count / elementType.size }
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
