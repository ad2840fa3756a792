internal import Tensors

/// The arrays of NumPy's `.npz` format: a zip archive whose members are `.npy` arrays, stored or
/// deflated.
///
/// The directory is checked when the archive is read; an array is unpacked, and its checksum
/// compared, when it is asked for.
public struct NPZ: Sendable {
  /// The path of the file as it was given, for messages.
  public let file: String
  /// The names of the arrays in the order of the directory, without `.npy`.
  public let names: [String]
  private let members: [NPZDirectory.Member]
  private let bytes: [UInt8]

  /// Takes the bytes of an archive and reads its directory.
  ///
  /// - Parameters:
  ///   - bytes: the whole file.
  ///   - file: the path of the file, for messages.
  /// - Throws: ``ImageFileError``, which names the file and the byte.
  public init(bytes: [UInt8], file: String) throws(ImageFileError) {
    let directory: NPZDirectory
    do { directory = try NPZDirectory(bytes) } catch {
      throw ImageFileError(file: file, offset: error.offset, problem: error.problem)
    }
    // Other members are no arrays and no matter.
    members = directory.members.filter { $0.name.hasSuffix(".npy") }
    names = members.map { String($0.name.dropLast(4)) }
    var seen: Set<String> = []
    for name in names where !seen.insert(name).inserted {
      throw ImageFileError(file: file, array: name, problem: .duplicateName)
    }
    self.file = file
    self.bytes = bytes
  }

  /// Whether bytes begin as an archive does.
  package static func isArchive(_ bytes: some Collection<UInt8>) -> Bool {
    bytes.starts(with: [0x50, 0x4b, 3, 4]) || bytes.starts(with: [0x50, 0x4b, 5, 6])
  }

  /// Unpacks an array.
  ///
  /// - Parameter name: its name, without `.npy`.
  /// - Returns: the array.
  /// - Throws: ``ImageFileError``, which names file, array and byte, where there is no such array, or
  ///   it is damaged.
  public func array(_ name: String) throws(ImageFileError) -> NPY {
    guard let number = names.firstIndex(of: name) else {
      throw ImageFileError(file: file, array: name, problem: .noSuchArray)
    }
    let content: [UInt8]
    do { content = try self.content(of: members[number]) } catch {
      throw ImageFileError(file: file, array: name, offset: error.offset, problem: error.problem)
    }
    return try NPY(bytes: content, file: file, array: name)
  }

  /// What the header of an array says, of which no more is unpacked than it takes.
  ///
  /// - Parameter name: its name, without `.npy`.
  /// - Returns: the type of its elements and its shape.
  /// - Throws: ``ImageFileError`` as ``array(_:)``, as far as the beginning of the array shows it.
  package func header(of name: String) throws(ImageFileError) -> NPY.Layout {
    guard let number = names.firstIndex(of: name) else {
      throw ImageFileError(file: file, array: name, problem: .noSuchArray)
    }
    let member = members[number]
    // Headers of NumPy take 128 bytes, those of many axes a few more.
    if member.size > 1 << 16 {
      let beginning: [UInt8]
      do { beginning = try content(of: member, first: 1 << 12) } catch {
        throw ImageFileError(file: file, array: name, offset: error.offset, problem: error.problem)
      }
      do { return try NPY.Layout(beginning, file: file, array: name) } catch {
        guard case .headerTruncated = error.problem else { throw error }
      }
    }
    return try array(name).layout
  }

  /// Unpacks a member, or its first bytes, of which nothing is said by its checksum.
  private func content(
    of member: NPZDirectory.Member, first count: Int? = nil
  ) throws(NPZDirectory.Fault) -> [UInt8] {
    let header = member.headerOffset
    guard header <= bytes.count - 30, bytes.number(at: header, 4) == 0x0403_4b50 else {
      throw NPZDirectory.Fault(.malformedArchive("a member must begin here"), at: header)
    }
    guard !member.isEncrypted else {
      throw NPZDirectory.Fault(.unsupportedArchive("an encrypted array"), at: header)
    }
    let start =
      header + 30 + Int(bytes.number(at: header + 26, 2)) + Int(bytes.number(at: header + 28, 2))
    guard start <= bytes.count, member.storedSize <= bytes.count - start else {
      throw NPZDirectory.Fault(
        .malformedArchive("the data reach beyond the end of the file"), at: header)
    }
    let stored = bytes[start..<(start + member.storedSize)]
    let content: [UInt8]
    switch member.method {
    case 0:
      guard member.size == member.storedSize else {
        throw NPZDirectory.Fault(.malformedArchive("two sizes of stored data"), at: header)
      }
      content = Array(count.map { stored.prefix($0) } ?? stored)
    case 8:
      do {
        content =
          if let count {
            try inflate(beginningOf: stored, count: min(count, member.size))
          } else {
            try inflate(stored, expectedCount: member.size)
          }
      } catch {
        throw NPZDirectory.Fault(.damagedData(error.words(of: member.size)), at: start)
      }
    default:
      throw NPZDirectory.Fault(
        .unsupportedArchive("compression method \(member.method)"), at: header)
    }
    if count != nil { return content }
    let checksum = crc32(content[...])
    guard checksum == member.checksum else {
      throw NPZDirectory.Fault(
        .wrongChecksum(expected: member.checksum, found: checksum), at: start)
    }
    return content
  }
}

extension InflateFault {
  /// The fault in a few words.
  fileprivate func words(of expected: Int) -> String {
    switch self {
    case .damaged(let read): "no deflate data behind its first \(read) bytes"
    case .truncated: "the deflate data have no end"
    case .tooMany: "more than the \(expected) bytes that are announced"
    case .tooFew(let count): "at most \(count) of the \(expected) bytes that are announced"
    case .outOfMemory: "there is no memory to unpack it"
    }
  }
}

extension NPZ {
  /// The usual names of images.
  static let imageNames = ["images", "x", "x_train", "data"]
  /// The usual names of labels.
  static let labelNames = ["labels", "y", "y_train", "fine_labels"]

  /// The array with the images: the one with a usual name, or else the only one with four axes.
  ///
  /// - Throws: ``ImageFileError`` that lists what there is where there is none or more than one.
  package func images() throws(ImageFileError) -> NPY {
    let named = try array(oneOf: Self.imageNames, what: "images") { $0.shape.count == 4 }
    if let named { return named }
    let shapes = try readable().map { "\($0.name) \($0.layout.shape)" }
    throw ImageFileError(file: file, problem: .nothingChosen("images", from: shapes))
  }

  /// The labels: the array with a usual name, or else the only one of integers with one axis; `nil`
  /// where there is none.
  ///
  /// - Throws: ``ImageFileError`` that lists the candidates where there are several.
  package func labels() throws(ImageFileError) -> [Int]? {
    try array(oneOf: Self.labelNames, what: "labels") {
      $0.shape.count == 1 && $0.elementType.kind != .floating
    }?.labels()
  }

  private func array(
    oneOf usual: [String], what: String, or fits: (NPY.Layout) -> Bool
  ) throws(ImageFileError) -> NPY? {
    let named = names.filter(usual.contains)
    if let name = named.first {
      guard named.count == 1 else { throw ambiguous(what, named) }
      return try array(name)
    }
    let fitting = try readable().filter { fits($0.layout) }
    guard fitting.count <= 1 else { throw ambiguous(what, fitting.map(\.name)) }
    guard let only = fitting.first else { return nil }
    return try array(only.name)
  }

  /// The arrays whose numbers can be read, by their headers alone; others, of texts or dates, are no matter.
  private func readable() throws(ImageFileError) -> [(name: String, layout: NPY.Layout)] {
    var arrays: [(name: String, layout: NPY.Layout)] = []
    for name in names {
      do { arrays.append((name, try header(of: name))) } catch {
        guard case .unknownElementType = error.problem else { throw error }
      }
    }
    return arrays
  }

  private func ambiguous(_ what: String, _ candidates: [String]) -> ImageFileError {
    ImageFileError(file: file, problem: .ambiguous(what, candidates: candidates))
  }
}

extension NPY {
  /// The array as labels: integers from 0, `[images]` or `[images, 1]`.
  ///
  /// - Throws: ``ImageFileError`` that names the first label which is none.
  package func labels() throws(ImageFileError) -> [Int] {
    guard shape.count == 1 || shape.count == 2 && shape[1] == 1 else {
      throw error(.wrongShape(shape, needed: "[images]"))
    }
    let labels = try integers()
    if let record = labels.firstIndex(where: { $0 < 0 }) {
      throw ImageFileError(
        file: file, array: array, record: record, offset: place(of: record),
        problem: .negativeLabel(labels[record]))
    }
    return labels
  }
}
