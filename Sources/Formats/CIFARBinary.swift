/// The images of CIFAR in the binary version: records of labels and 3072 bytes, the red, green and
/// blue planes of 32 rows of 32 pixels.
///
/// Krizhevsky, *Learning Multiple Layers of Features from Tiny Images*, 2009, and
/// <https://www.cs.toronto.edu/~kriz/cifar.html>.
public struct CIFARBinary: Sendable {
  /// The two kinds of record.
  public enum Kind: Sendable, CaseIterable {
    /// One label, then the pixels.
    case cifar10
    /// The label of the superclass, that of the class, then the pixels.
    case cifar100

    /// The bytes in front of the pixels; the last one is the label.
    package var labelBytes: Int { self == .cifar10 ? 1 : 2 }
    /// The bytes of a record.
    public var recordSize: Int { labelBytes + 3072 }
    /// The number of classes.
    public var classes: Int { self == .cifar10 ? 10 : 100 }
  }

  /// The path of the file as it was given, for messages.
  public let file: String
  /// The kind of its records.
  public let kind: Kind
  /// A class for each image: the fine label of CIFAR-100.
  public let labels: [Int]
  /// The whole file.
  package let bytes: [UInt8]

  /// Takes the bytes of a file and checks its length and labels.
  ///
  /// - Parameters:
  ///   - bytes: the whole file.
  ///   - file: the path of the file, for messages.
  /// - Throws: ``ImageFileError`` where the length is no whole number of records, at least one, or a
  ///   label is beyond the classes; it names the record and the byte.
  public init(bytes: [UInt8], file: String) throws(ImageFileError) {
    let fitting = Kind.allCases.filter { !bytes.isEmpty && bytes.count % $0.recordSize == 0 }
    guard let first = fitting.first else {
      throw ImageFileError(file: file, problem: .noRecords(bytes: bytes.count))
    }
    // A length that fits both (9,446,402 bytes or a multiple) is decided by the labels.
    let kind = fitting.first { Self.fault(of: $0, in: bytes) == nil } ?? first
    if let record = Self.fault(of: kind, in: bytes) {
      let offset = record * kind.recordSize + kind.labelBytes - 1
      throw ImageFileError(
        file: file, record: record, offset: offset,
        problem: .labelOutOfRange(Int(bytes[offset]), classes: kind.classes))
    }
    self.file = file
    self.kind = kind
    self.bytes = bytes
    labels = (0..<(bytes.count / kind.recordSize)).map {
      Int(bytes[$0 * kind.recordSize + kind.labelBytes - 1])
    }
  }

  /// The number of images.
  public var count: Int { labels.count }

  /// The first record whose label is beyond the classes.
  private static func fault(of kind: Kind, in bytes: [UInt8]) -> Int? {
    (0..<(bytes.count / kind.recordSize)).first {
      bytes[$0 * kind.recordSize + kind.labelBytes - 1] >= kind.classes
    }
  }
}
