extension SafeTensors {
  /// A tensor to be written.
  public struct Tensor: Hashable, Sendable {
    /// The numbers of a tensor in row-major order.
    public enum Values: Hashable, Sendable {
      /// Numbers that are written as F32.
      case floats([Float])
      /// Numbers that are written as I32.
      case integers([Int32])
    }

    /// The name of the tensor.
    public let name: String
    /// Its dimensions, the slowest first; a scalar has none.
    public let shape: [Int]
    /// Its numbers.
    public let values: Values

    /// Creates a tensor of floating-point numbers.
    ///
    /// - Parameters:
    ///   - name: the name, anything but `__metadata__`.
    ///   - shape: the dimensions, the slowest first.
    ///   - values: as many numbers as the shape has elements, in row-major order.
    public init(_ name: String, shape: [Int], _ values: [Float]) {
      self.init(name, shape: shape, count: values.count, .floats(values))
    }

    /// Creates a tensor of integers.
    ///
    /// - Parameters:
    ///   - name: the name, anything but `__metadata__`.
    ///   - shape: the dimensions, the slowest first.
    ///   - values: as many numbers as the shape has elements, in row-major order.
    public init(_ name: String, shape: [Int], _ values: [Int32]) {
      self.init(name, shape: shape, count: values.count, .integers(values))
    }

    private init(_ name: String, shape: [Int], count: Int, _ values: Values) {
      precondition(name != "__metadata__", "a tensor has the reserved name \(name)")
      precondition(
        shape.allSatisfy { $0 >= 0 } && shape.reduce(1, *) == count,
        "\(count) values in the shape \(shape) of \(name)")
      self.name = name
      self.shape = shape
      self.values = values
    }
  }

  /// The bytes of a safetensors file.
  ///
  /// The header is padded with spaces to a multiple of eight bytes, so that the data are aligned.
  /// Equal arguments give equal bytes.
  ///
  /// - Parameters:
  ///   - tensors: the tensors in the order in which they are written, each name once.
  ///   - metadata: texts to be kept under `__metadata__`, which is left out where there are none.
  /// - Returns: the whole file.
  public static func encode(_ tensors: [Tensor], metadata: [String: String] = [:]) -> [UInt8] {
    precondition(
      Set(tensors.map(\.name)).count == tensors.count, "two tensors to be written have one name")
    var members: [String] = []
    if !metadata.isEmpty {
      let texts = metadata.sorted { $0.key < $1.key }.map { "\(json($0.key)):\(json($0.value))" }
      members.append("\"__metadata__\":{\(texts.joined(separator: ","))}")
    }
    var offset = 0
    for tensor in tensors {
      let (type, count) =
        switch tensor.values {
        case .floats(let values): (ElementType.float32, values.count)
        case .integers(let values): (ElementType.int32, values.count)
        }
      let shape = tensor.shape.map(String.init).joined(separator: ",")
      let end = offset + 4 * count
      members.append(
        "\(json(tensor.name)):{\"dtype\":\"\(type.rawValue)\",\"shape\":[\(shape)],"
          + "\"data_offsets\":[\(offset),\(end)]}")
      offset = end
    }
    var header = Array("{\(members.joined(separator: ","))}".utf8)
    header.append(contentsOf: repeatElement(0x20, count: (8 - header.count % 8) % 8))

    var bytes: [UInt8] = []
    bytes.reserveCapacity(8 + header.count + offset)
    for shift in stride(from: 0, to: 64, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: header.count >> shift))
    }
    bytes.append(contentsOf: header)
    for tensor in tensors {
      switch tensor.values {
      case .floats(let values): for value in values { append(value.bitPattern, to: &bytes) }
      case .integers(let values):
        for value in values { append(UInt32(bitPattern: value), to: &bytes) }
      }
    }
    return bytes
  }

  /// Writes a safetensors file.
  ///
  /// A plain file is written under a temporary name beside the path and then renamed, so that nobody
  /// ever sees a part of it. A symbolic link is followed; a device or a pipe is written to.
  ///
  /// - Parameters:
  ///   - tensors: the tensors in the order in which they are written, each name once.
  ///   - metadata: texts to be kept under `__metadata__`, which is left out where there are none.
  ///   - path: the path of the file; a file that is there is replaced.
  /// - Throws: ``SafeTensorsError`` that names the file where it cannot be written.
  public static func write(
    _ tensors: [Tensor], metadata: [String: String] = [:], toFile path: String
  ) throws(SafeTensorsError) {
    do { try OutputFile(path, isForced: true).write(encode(tensors, metadata: metadata)) } catch {
      throw SafeTensorsError(error)
    }
  }

  /// Appends a word, its lowest byte first.
  @inline(__always)
  private static func append(_ word: UInt32, to bytes: inout [UInt8]) {
    bytes.append(UInt8(truncatingIfNeeded: word))
    bytes.append(UInt8(truncatingIfNeeded: word >> 8))
    bytes.append(UInt8(truncatingIfNeeded: word >> 16))
    bytes.append(UInt8(truncatingIfNeeded: word >> 24))
  }

  /// A text as a JSON string.
  private static func json(_ text: String) -> String {
    var string = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": string += "\\\""
      case "\\": string += "\\\\"
      case "\u{0}"..<" ":
        let digits = String(scalar.value, radix: 16)
        string += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: string.unicodeScalars.append(scalar)
      }
    }
    return string + "\""
  }
}
