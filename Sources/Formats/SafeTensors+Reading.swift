extension SafeTensors {
  /// Reads a file and checks everything that its header says.
  ///
  /// - Parameter path: the path of the file.
  /// - Throws: ``SafeTensorsError``, which names the file and, where the fault is in one, the
  ///   tensor.
  public init(contentsOfFile path: String) throws(SafeTensorsError) {
    let bytes: [UInt8]
    do { bytes = try InputFile.bytes(of: path) } catch { throw SafeTensorsError(error) }
    try self.init(bytes: bytes, file: path)
  }

  /// Takes the bytes of a file and checks everything that its header says.
  ///
  /// - Parameters:
  ///   - bytes: the whole file.
  ///   - file: the path of the file, for messages.
  /// - Throws: ``SafeTensorsError``, which names the file and, where the fault is in one, the
  ///   tensor.
  public init(bytes: [UInt8], file: String) throws(SafeTensorsError) {
    func error(_ problem: SafeTensorsError.Problem, in tensor: String? = nil) -> SafeTensorsError {
      SafeTensorsError(file: file, tensor: tensor, problem: problem)
    }
    if let format = ForeignFormat(bytes) {
      throw error(
        .otherFormat(format.description, remedy: format.conversionToSafeTensors(of: file)))
    }
    guard bytes.count >= 8 else { throw error(.tooShort(bytes: bytes.count)) }
    let length = bytes[..<8].reversed().reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
    guard length <= UInt64(Self.headerLimit) else { throw error(.headerTooLong(bytes: length)) }
    let start = 8 + Int(length)
    guard start <= bytes.count else {
      throw error(.headerTruncated(bytes: Int(length), available: bytes.count - 8))
    }

    let header: SafeTensorsHeader
    do {
      header = try SafeTensorsHeader(parsing: bytes, in: 8..<start)
    } catch {
      throw SafeTensorsError(
        file: file, problem: .malformedHeader(error.explanation, offset: error.offset))
    }
    guard case .object(let members) = header else {
      throw error(.malformedHeader("not an object", offset: 8))
    }

    var entries: [Entry] = []
    var metadata: [String: String] = [:]
    var seen: Set<String> = []
    for (name, value) in members {
      guard seen.insert(name).inserted else { throw error(.duplicateName, in: name) }
      if name == "__metadata__" {
        guard let texts = value.texts else { throw error(.malformedMetadata) }
        metadata = texts
      } else {
        do {
          entries.append(try Entry(name: name, header: value, dataStart: start))
        } catch let problem {
          throw error(problem, in: name)
        }
      }
    }
    self.init(file: file, entries: entries, metadata: metadata, bytes: bytes)
    try checkLayout(from: start)
  }

  /// Checks that the tensors follow one another without overlap or gap to the end of the file.
  private func checkLayout(from start: Int) throws(SafeTensorsError) {
    let ordered = entries.sorted {
      ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound)
    }
    var (end, previous) = (start, "")
    for entry in ordered {
      let problem: SafeTensorsError.Problem? =
        if entry.range.lowerBound < end {
          .overlap(with: previous)
        } else if entry.range.lowerBound > end {
          .gap(bytes: entry.range.lowerBound - end)
        } else if entry.range.upperBound > bytes.count {
          .dataTruncated(end: entry.range.upperBound, available: bytes.count)
        } else {
          nil
        }
      if let problem { throw SafeTensorsError(file: file, tensor: entry.name, problem: problem) }
      (end, previous) = (entry.range.upperBound, entry.name)
    }
    guard end == bytes.count else {
      throw SafeTensorsError(file: file, problem: .trailingBytes(bytes.count - end))
    }
  }
}

extension SafeTensors.Entry {
  /// Reads the entry of one tensor.
  fileprivate init(
    name: String, header: SafeTensorsHeader, dataStart: Int
  ) throws(SafeTensorsError.Problem) {
    guard case .object(let members) = header else {
      throw .malformedEntry("the entry is not an object")
    }
    var fields: [String: SafeTensorsHeader] = [:]
    for (field, value) in members {
      guard fields.updateValue(value, forKey: field) == nil else {
        throw .malformedEntry("a field of the entry occurs twice")
      }
    }

    guard case .text(let typeName)? = fields["dtype"] else {
      throw .malformedEntry("dtype is missing or not a text")
    }
    guard let shape = fields["shape"]?.sizes else {
      throw .malformedEntry("shape is missing or not an array of integers from 0 to 2^63 - 1")
    }
    guard let offsets = fields["data_offsets"]?.sizes, offsets.count == 2 else {
      throw .malformedEntry("data_offsets are missing or not two integers from 0 to 2^63 - 1")
    }
    guard offsets[0] <= offsets[1], offsets[1] <= Int.max - dataStart else {
      throw .malformedEntry("data_offsets \(offsets) are not a range")
    }

    let type = SafeTensors.ElementType(rawValue: typeName)
    // A dimension of zero makes the others immaterial.
    var size = shape.contains(0) ? 0 : type?.size ?? 1
    if size > 0 {
      for dimension in shape {
        let (product, overflow) = size.multipliedReportingOverflow(by: dimension)
        guard !overflow else { throw .sizeOverflow(shape: shape) }
        size = product
      }
    }
    // How large an element of another type is, only a reader of that type can know.
    guard type == nil || offsets[1] - offsets[0] == size else {
      throw .sizeMismatch(expected: size, found: offsets[1] - offsets[0])
    }
    self.init(
      name: name, dtype: typeName, shape: shape,
      range: (dataStart + offsets[0])..<(dataStart + offsets[1]))
  }
}

extension SafeTensorsHeader {
  /// The integers of an array of such, none of them negative.
  fileprivate var sizes: [Int]? {
    guard case .array(let elements) = self else { return nil }
    var sizes: [Int] = []
    for element in elements {
      guard case .integer(let size) = element, size >= 0 else { return nil }
      sizes.append(size)
    }
    return sizes
  }

  /// The members of an object of texts, each name once.
  fileprivate var texts: [String: String]? {
    guard case .object(let members) = self else { return nil }
    var texts: [String: String] = [:]
    for (name, value) in members {
      guard case .text(let text) = value, texts.updateValue(text, forKey: name) == nil else {
        return nil
      }
    }
    return texts
  }
}
