/// What is wrong with a file of images or labels, and where.
public struct ImageFileError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The kinds of fault.
  public enum Problem: Error, Hashable, Sendable {
    /// There is no such file.
    case missing
    /// The file exists but cannot be read; the text is the system's reason.
    case unreadable(String)

    /// The file is of another program; what it is, and what turns it into one that can be read.
    case otherFormat(String, remedy: String)

    // Arrays.
    /// The bytes do not begin as an array does.
    case notAnArray
    /// A version of the format that does not exist.
    case unknownVersion(Int, Int)
    /// The header ends beyond the end of the bytes.
    case headerTruncated(end: Int, available: Int)
    /// The header is not what it should be.
    case malformedHeader(String)
    /// The element type is none of those that can be read.
    case unknownElementType(String)
    /// The number of bytes of the shape is beyond the largest integer.
    case sizeOverflow(shape: [Int])
    /// The data have another number of bytes than shape and element type need.
    case sizeMismatch(expected: Int, found: Int)
    /// Other elements were needed than those of this type.
    case wrongElementType(String, needed: String)
    /// An integer is beyond the largest that there is; the index is that of the flattened array.
    case integerTooLarge(UInt64, index: Int)
    /// A value is infinite or not a number; the index is that of the flattened array.
    case notFinite(String, index: Int)

    // Archives.
    /// The bytes are no zip archive.
    case notAnArchive
    /// The directory of the archive, or what it points at, is not what it should be.
    case malformedArchive(String)
    /// The archive uses what this reader does not know.
    case unsupportedArchive(String)
    /// The compressed data are damaged.
    case damagedData(String)
    /// The content has another checksum than the directory says.
    case wrongChecksum(expected: UInt32, found: UInt32)
    /// Two arrays have the same name.
    case duplicateName
    /// The archive has no such array.
    case noSuchArray

    // Records.
    /// The bytes are a whole number of no kind of record.
    case noRecords(bytes: Int)
    /// A label is beyond the classes of the data set.
    case labelOutOfRange(Int, classes: Int)
    /// A label is negative.
    case negativeLabel(Int)

    // Images and labels.
    /// Nothing in the archive is taken for this; the names and shapes that there are.
    case nothingChosen(String, from: [String])
    /// Several arrays could be it; their names.
    case ambiguous(String, candidates: [String])
    /// The shape is not that of images or of labels.
    case wrongShape([Int], needed: String)
    /// There are other than as many labels as images.
    case labelCount(Int, images: Int)
    /// The images are of another kind or size than those of another file.
    case differs(String, from: String, other: String)
  }

  /// The path of the file as it was given.
  public let file: String
  /// The name of the array within an archive, where the fault is in one.
  public let array: String?
  /// The number of the record or image, from 0, where the fault is in one.
  public let record: Int?
  /// Where the fault is, in bytes from the start of the file, or of the array where there is one.
  public let offset: Int?
  /// The fault.
  public let problem: Problem

  /// Creates an error from its parts.
  public init(
    file: String, array: String? = nil, record: Int? = nil, offset: Int? = nil, problem: Problem
  ) {
    self.file = file
    self.array = array
    self.record = record
    self.offset = offset
    self.problem = problem
  }

  /// The file, the place and the fault on one line.
  public var description: String {
    var place = SafeTensorsError.printable(file, limit: .max) + ":"
    if let array { place += " array \"\(SafeTensorsError.printable(array))\":" }
    if let record { place += " record \(record):" }
    if let offset { place += " at byte \(offset):" }
    return "\(place) \(explanation)"
  }

  private var explanation: String {
    switch problem {
    case .missing: "no such file"
    case .unreadable(let reason): "cannot be read: \(SafeTensorsError.printable(reason))"
    case .otherFormat(let format, let remedy): "\(format), not an array of images; \(remedy)"
    case .notAnArray: "not a .npy array: it does not begin with \\x93NUMPY"
    case .unknownVersion(let major, let minor):
      "version \(major).\(minor) of the .npy format, not 1.0, 2.0 or 3.0"
    case .headerTruncated(let end, let available):
      "truncated: the header ends at byte \(end), the array at byte \(available)"
    case .malformedHeader(let fault): "malformed header: \(fault)"
    case .unknownElementType(let name):
      "dtype '\(SafeTensorsError.printable(name))' is none of u1, u2, u4, u8, i1, i2, i4, i8, f2, "
        + "f4, f8"
    case .sizeOverflow(let shape):
      "shape \(SafeTensorsError.printable("\(shape)")) has too many elements"
    case .sizeMismatch(let expected, let found):
      "\(found) bytes of data, shape and dtype need \(expected)"
    case .wrongElementType(let type, let needed): "dtype \(type) where \(needed) are needed"
    case .integerTooLarge(let value, let index): "value \(value) at index \(index) is too large"
    case .notFinite(let value, let index): "value \(value) at index \(index) is not finite"
    case .notAnArchive: "not an .npz archive: it has no directory of a zip file at its end"
    case .malformedArchive(let fault): "malformed archive: \(fault)"
    case .unsupportedArchive(let feature): "\(feature) cannot be read"
    case .damagedData(let fault): "damaged: \(fault)"
    case .wrongChecksum(let expected, let found):
      "damaged: its CRC-32 is \(Self.hexadecimal(found)), the archive says "
        + Self.hexadecimal(expected)
    case .duplicateName: "occurs twice"
    case .noSuchArray: "not in the archive"
    case .noRecords(let bytes):
      "neither .npy nor .npz, and \(bytes) bytes are no whole number of records of "
        + "\(CIFARBinary.Kind.cifar10.recordSize) bytes (CIFAR-10) or of "
        + "\(CIFARBinary.Kind.cifar100.recordSize) (CIFAR-100)"
    case .labelOutOfRange(let label, let classes): "label \(label) is not below \(classes)"
    case .negativeLabel(let label): "label \(label) is negative"
    case .nothingChosen(let what, let names):
      "no array of \(what): there are \(Self.list(names))"
    case .ambiguous(let what, let candidates):
      "more than one array could be the \(what): \(Self.list(candidates))"
    case .wrongShape(let shape, let needed):
      "shape \(SafeTensorsError.printable("\(shape)")) where \(needed) is needed"
    case .labelCount(let labels, let images): "\(labels) labels for \(images) images"
    case .differs(let what, let other, let otherWhat):
      "\(what), but those of \(SafeTensorsError.printable(other, limit: .max)) are \(otherWhat)"
    }
  }

  private static func hexadecimal(_ word: UInt32) -> String {
    let digits = String(word, radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits
  }

  private static func list(_ names: [String]) -> String {
    if names.isEmpty { return "none at all" }
    let shown = names.prefix(12).map { SafeTensorsError.printable($0) }.joined(separator: ", ")
    return names.count > 12 ? "\(shown) and \(names.count - 12) more" : shown
  }
}
