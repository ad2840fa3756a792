/// What is wrong with a safetensors file, and where.
public struct SafeTensorsError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The kinds of fault.
  public enum Problem: Error, Hashable, Sendable {
    /// There is no such file.
    case missing
    /// The file exists but cannot be read; the text is the system's reason.
    case unreadable(String)
    /// The file cannot be written; the text is the system's reason.
    case unwritable(String)
    /// The file has fewer bytes than the length of the header takes.
    case tooShort(bytes: Int)
    /// The length of the header is beyond anything sensible.
    case headerTooLong(bytes: UInt64)
    /// The header ends beyond the end of the file.
    case headerTruncated(bytes: Int, available: Int)
    /// The header is not the JSON that it should be; the offset counts from the start of the file.
    case malformedHeader(String, offset: Int)
    /// The metadata are not an object of texts.
    case malformedMetadata
    /// Two entries have the same name.
    case duplicateName
    /// A field of the entry is missing or is not what it should be.
    case malformedEntry(String)
    /// The number of bytes of the shape is beyond the largest integer.
    case sizeOverflow(shape: [Int])
    /// The offsets enclose another number of bytes than shape and element type need.
    case sizeMismatch(expected: Int, found: Int)
    /// The data begin before those of the tensor in front end.
    case overlap(with: String)
    /// There are unused bytes in front of the data.
    case gap(bytes: Int)
    /// The data end beyond the end of the file.
    case dataTruncated(end: Int, available: Int)
    /// There are unused bytes behind the data of the last tensor.
    case trailingBytes(Int)
    /// The file has no tensor of this name.
    case noSuchTensor
    /// The file has the tensor, and all others that are needed, under a name with this prefix.
    case prefixed(String)
    /// No tensor has the prefix; some of the names that there are.
    case noSuchPrefix(String, names: [String])
    /// The tensor has another shape than the one that it is needed in.
    case shapeMismatch(found: [Int], needed: String)
    /// Floating-point numbers were asked of a tensor of another type, or of one that cannot be read.
    case notFloatingPoint(String)
    /// Integers were asked of a tensor of another type.
    case notInteger(String)
    /// An integer is beyond the largest that there is; the index is that of the flattened tensor.
    case integerTooLarge(UInt64, index: Int)
    /// A number is finite in its own precision, but beyond the largest Float; the index is that of the
    /// flattened tensor.
    case beyondFloat(Double, index: Int)
    /// The file is of another program; what it is, and what turns it into one that can be read.
    case otherFormat(String, remedy: String)
    /// A truth value is neither 0 nor 1; the index is that of the flattened tensor.
    case notBoolean(value: Int, index: Int)
    /// A value is infinite or not a number; the index is that of the flattened tensor.
    case notFinite(value: String, index: Int)
    /// A label is none of the classes; the index is that of the image.
    case labelOutOfRange(value: Int, index: Int, classes: Int)
  }

  /// The path of the file as it was given.
  public let file: String
  /// The name of the tensor, where the fault is in one.
  public let tensor: String?
  /// The fault.
  public let problem: Problem

  /// Creates an error from its parts.
  ///
  /// - Parameters:
  ///   - file: the path of the file as it was given.
  ///   - tensor: the name of the tensor, where the fault is in one.
  ///   - problem: the fault.
  public init(file: String, tensor: String? = nil, problem: Problem) {
    self.file = file
    self.tensor = tensor
    self.problem = problem
  }

  /// What stands between a file and its bytes.
  init(_ error: FileError) {
    let problem: Problem =
      switch error.problem {
      case .missing: .missing
      case .unreadable(let reason): .unreadable(reason)
      case .unwritable(let reason): .unwritable(reason)
      }
    self.init(file: error.file, problem: problem)
  }

  /// The file, the tensor and the fault on one line.
  public var description: String {
    let place = tensor.map { " tensor \"\(Self.printable($0))\":" } ?? ""
    return "\(Self.printable(file, limit: .max)):\(place) \(explanation)"
  }

  private var explanation: String {
    switch problem {
    case .missing: "no such file"
    case .unreadable(let reason): "cannot be read: \(Self.printable(reason))"
    case .unwritable(let reason): "cannot be written: \(Self.printable(reason))"
    case .tooShort(let bytes): "not a safetensors file: \(bytes) bytes, fewer than 8"
    case .headerTooLong(let bytes):
      "not a safetensors file: a header of \(bytes) bytes, the limit is \(SafeTensors.headerLimit)"
    case .headerTruncated(let bytes, let available):
      "truncated: a header of \(bytes) bytes, but only \(available) bytes follow its length"
    case .malformedHeader(let fault, let offset): "malformed header at byte \(offset): \(fault)"
    case .malformedMetadata: "\"__metadata__\" is not an object of texts"
    case .duplicateName: "occurs twice"
    case .malformedEntry(let fault): fault
    case .sizeOverflow(let shape): "shape \(Self.printable("\(shape)")) has too many elements"
    case .sizeMismatch(let expected, let found):
      "data_offsets enclose \(found) bytes, shape and dtype need \(expected)"
    case .overlap(let other): "data overlap those of \"\(Self.printable(other))\""
    case .gap(let bytes): "\(bytes) unused bytes in front of the data"
    case .dataTruncated(let end, let available):
      "truncated: the data end at byte \(end), the file ends at byte \(available)"
    case .trailingBytes(let bytes): "\(bytes) unused bytes behind the last tensor"
    case .noSuchTensor: "not in the file"
    case .prefixed(let prefix):
      "in the file it is \"\(Self.printable(prefix + (tensor ?? "")))\"; --strip-prefix "
        + "\(ShellText.quoted(Self.printable(prefix))) takes the prefix off all names"
    case .noSuchPrefix(let prefix, let names):
      "no tensor has the prefix \"\(Self.printable(prefix))\"; names are "
        + names.map { Self.printable($0) }.joined(separator: ", ") + ", ..."
    case .shapeMismatch(let found, let needed):
      "shape \(Self.printable("\(found)")) where \(needed) is needed"
    case .notFloatingPoint(let type):
      "dtype \(Self.printable(type)) where floating-point is needed (F32, F64, F16 or BF16)"
    case .notInteger(let type): "dtype \(Self.printable(type)) where integers are needed"
    case .integerTooLarge(let value, let index): "value \(value) at index \(index) is too large"
    case .beyondFloat(let value, let index):
      "value \(value) at index \(index) is beyond single precision, in which scores are computed"
    case .otherFormat(let format, let remedy): "\(format), not safetensors; \(remedy)"
    case .notBoolean(let value, let index): "BOOL value \(value) at index \(index)"
    case .notFinite(let value, let index): "value \(value) at index \(index) is not finite"
    case .labelOutOfRange(let value, let index, let classes):
      "label \(value) at index \(index) is none of the classes 0 to \(classes - 1)"
    }
  }

  /// A text as one line of limited length.
  package static func printable(_ text: String, limit: Int = 120) -> String {
    PrintableText.line(text, limit: limit)
  }
}
