@testable import Formats
@testable import Tensors

/// Bytes of files of arrays, written here so that every field can be wrong.
enum ArrayFiles {
  /// The bytes of words of any width.
  static func bytes<Word: FixedWidthInteger>(_ words: [Word], bigEndian: Bool = false) -> [UInt8] {
    words.flatMap { word in
      let bytes = (0..<(Word.bitWidth / 8)).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) }
      return bigEndian ? bytes.reversed() : bytes
    }
  }

  /// A `.npy` file with a header as it is given.
  static func npy(header: String, data: [UInt8], version: UInt8 = 1) -> [UInt8] {
    let text = Array(header.utf8)
    let length = version == 1 ? bytes([UInt16(text.count)]) : bytes([UInt32(text.count)])
    return [0x93] + Array("NUMPY".utf8) + [version, 0] + length + text + data
  }

  /// A `.npy` file.
  static func npy(
    _ descriptor: String, _ shape: [Int], _ data: [UInt8], columnMajor: Bool = false
  ) -> [UInt8] {
    let extents = shape.map { "\($0)," }.joined(separator: " ")
    let order = columnMajor ? "True" : "False"
    return npy(
      header: "{'descr': '\(descriptor)', 'fortran_order': \(order), 'shape': (\(extents)), }\n",
      data: data)
  }

  /// Bytes as images of bytes.
  static func byteImages(_ shape: [Int], _ pixels: [UInt8]? = nil) -> [UInt8] {
    npy("|u1", shape, pixels ?? (0..<shape.reduce(1, *)).map { UInt8(truncatingIfNeeded: $0 * 7) })
  }

  /// Labels of eight bytes each.
  static func labels(_ labels: [Int64]) -> [UInt8] {
    npy("<i8", [labels.count], bytes(labels))
  }

  /// A member of an archive, with what may be wrong with it.
  struct Member {
    var name: String
    var content: [UInt8]
    var method: UInt16 = 0
    var flags: UInt16 = 0
    var checksum: UInt32?
    /// The number of bytes that the directory announces.
    var size: Int?
    /// Whether sizes and offset stand in the zip64 field.
    var isWide = false

    init(_ name: String, _ content: [UInt8]) {
      self.name = name
      self.content = content
    }

    /// What stands in the archive: the content, or one stored block of deflate data.
    var stored: [UInt8] {
      guard method == 8 else { return content }
      let length = bytes([UInt16(content.count)])
      return [1] + length + length.map(~) + content
    }
  }

  /// A zip archive.
  static func npz(
    _ members: [Member], comment: String = "", count: Int? = nil, isWide: Bool = false
  ) -> [UInt8] {
    var archive: [UInt8] = []
    var directory: [UInt8] = []
    for member in members {
      let offset = archive.count
      let name = Array(member.name.utf8)
      let stored = member.stored
      let checksum = bytes([member.checksum ?? crc32(member.content[...])])
      let size = UInt64(bitPattern: Int64(member.size ?? member.content.count))
      let sizes = [UInt64(stored.count), size]
      let method = bytes([member.method])
      let narrow = bytes(sizes.map { UInt32(truncatingIfNeeded: $0) })
      // As NumPy does: the header in front of a member has its sizes in the extra field.
      archive += bytes([0x0403_4b50 as UInt32]) + bytes([45, member.flags] as [UInt16]) + method
      archive += [0, 0, 0, 0] + checksum + [UInt8](repeating: 0xFF, count: 8)
      archive += bytes([UInt16(name.count), 20]) + name
      archive += bytes([1, 16] as [UInt16]) + bytes(sizes) + stored
      var extra: [UInt8] = []
      if member.isWide {
        // A field that is none of ours stands in front.
        extra = bytes([0x7777, 2] as [UInt16]) + [1, 2]
        extra += bytes([1, 24] as [UInt16]) + bytes([size, sizes[0], UInt64(offset)])
      }
      directory += bytes([0x0201_4b50 as UInt32]) + bytes([45, 45, member.flags] as [UInt16])
      directory += method + [0, 0, 0, 0] + checksum
      directory += member.isWide ? [UInt8](repeating: 0xFF, count: 8) : narrow
      directory += bytes([UInt16(name.count), UInt16(extra.count), 0, 0, 0]) + [0, 0, 0, 0]
      directory += member.isWide ? [0xFF, 0xFF, 0xFF, 0xFF] : bytes([UInt32(offset)])
      directory += name + extra
    }
    let start = archive.count
    let total = count ?? members.count
    archive += directory
    if isWide {
      let place = archive.count
      archive += bytes([0x0606_4b50 as UInt32]) + bytes([44 as UInt64])
      archive += bytes([45, 45] as [UInt16]) + bytes([0, 0] as [UInt32])
      archive += bytes([total, total, directory.count, start].map { UInt64($0) })
      archive += bytes([0x0706_4b50, 0] as [UInt32]) + bytes([UInt64(place)])
      archive += bytes([1 as UInt32])
    }
    archive += bytes([0x0605_4b50 as UInt32]) + [0, 0, 0, 0]
    archive += bytes([UInt16(truncatingIfNeeded: isWide ? 0xFFFF : total)])
    archive += bytes([UInt16(truncatingIfNeeded: isWide ? 0xFFFF : total)])
    archive +=
      isWide
      ? [UInt8](repeating: 0xFF, count: 8)
      : bytes([UInt32(directory.count), UInt32(start)])
    archive += bytes([UInt16(comment.utf8.count)]) + Array(comment.utf8)
    return archive
  }

  /// A zip archive of arrays that is as it should be.
  static func npz(_ arrays: KeyValuePairs<String, [UInt8]>) -> [UInt8] {
    npz(arrays.map { Member($0.key + ".npy", $0.value) })
  }

  /// Records of CIFAR: one label, or two of which the first is 0, and pixels that follow from it.
  static func cifar(_ labels: [UInt8], kind: CIFARBinary.Kind = .cifar10) -> [UInt8] {
    labels.enumerated().flatMap { record, label in
      (kind == .cifar10 ? [label] : [0, label])
        + (0..<3072).map { UInt8(truncatingIfNeeded: record * 31 + $0 * 5) }
    }
  }
}
