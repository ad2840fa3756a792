/// The directory at the end of a zip archive (APPNOTE 6.3.10 of PKWARE), zip64 included.
///
/// Sizes and checksums of the directory count; those in front of the members may be missing in an
/// archive that was written as a stream.
struct NPZDirectory {
  /// A member of the archive.
  struct Member {
    /// The name, such as `images.npy`.
    var name: String
    /// How it is compressed: 0 stored, 8 deflated.
    var method: Int
    /// Whether it is encrypted.
    var isEncrypted: Bool
    /// The CRC-32 of the content.
    var checksum: UInt32
    /// Bytes in the archive.
    var storedSize: Int
    /// Bytes of the content.
    var size: Int
    /// Where its own header begins.
    var headerOffset: Int
  }

  /// The members in the order of the directory.
  let members: [Member]

  /// A fault, and the position of it in the bytes.
  struct Fault: Error {
    let problem: ImageFileError.Problem
    let offset: Int?

    init(_ problem: ImageFileError.Problem, at offset: Int? = nil) {
      self.problem = problem
      self.offset = offset
    }
  }

  /// The length of the record at the end of an archive, without its comment.
  private static let endSize = 22

  /// Reads the directory of an archive.
  init(_ bytes: [UInt8]) throws(Fault) {
    guard let end = Self.end(of: bytes) else { throw Fault(.notAnArchive) }
    var (disk, total, size, start) = (
      bytes.number(at: end + 4, 2) | bytes.number(at: end + 6, 2), bytes.number(at: end + 10, 2),
      bytes.number(at: end + 12, 4), bytes.number(at: end + 16, 4)
    )
    var limit = end
    // Where a number does not fit, an older record in front of this one has it with eight bytes.
    if end >= 20, bytes.number(at: end - 20, 4) == 0x0706_4b50 {
      let place = bytes.number(at: end - 12, 8)
      guard place <= UInt64(end - 20), end - 20 - Int(place) >= 56,
        bytes.number(at: Int(place), 4) == 0x0606_4b50
      else {
        throw Fault(.malformedArchive("the zip64 record is not where it should be"), at: end - 20)
      }
      limit = Int(place)
      disk = bytes.number(at: limit + 16, 4) | bytes.number(at: limit + 20, 4)
      total = bytes.number(at: limit + 32, 8)
      size = bytes.number(at: limit + 40, 8)
      start = bytes.number(at: limit + 48, 8)
    }
    guard disk == 0 else {
      throw Fault(.unsupportedArchive("an archive of several parts"), at: end)
    }
    guard start <= UInt64(limit), size <= UInt64(limit) - start else {
      throw Fault(.malformedArchive("the directory reaches beyond its end"), at: end)
    }
    members = try Self.members(
      bytes, in: Int(start)..<Int(start + size), count: total)
  }

  /// Where the last record begins: at the last place where its comment ends the archive.
  private static func end(of bytes: [UInt8]) -> Int? {
    var place = bytes.count - endSize
    while place >= 0, place >= bytes.count - endSize - 0xFFFF {
      if bytes[place] == 0x50, bytes.number(at: place, 4) == 0x0605_4b50,
        place + endSize + Int(bytes.number(at: place + 20, 2)) == bytes.count
      {
        return place
      }
      place -= 1
    }
    return nil
  }

  private static func members(
    _ bytes: [UInt8], in range: Range<Int>, count: UInt64
  ) throws(Fault) -> [Member] {
    var members: [Member] = []
    var place = range.lowerBound
    while place < range.upperBound {
      guard range.upperBound - place >= 46, bytes.number(at: place, 4) == 0x0201_4b50 else {
        throw Fault(.malformedArchive("an entry of the directory must begin here"), at: place)
      }
      let nameEnd = place + 46 + Int(bytes.number(at: place + 28, 2))
      let extraEnd = nameEnd + Int(bytes.number(at: place + 30, 2))
      let next = extraEnd + Int(bytes.number(at: place + 32, 2))
      guard next <= range.upperBound else {
        throw Fault(.malformedArchive("the entry reaches beyond the directory"), at: place)
      }
      var sizes = [
        bytes.number(at: place + 24, 4), bytes.number(at: place + 20, 4),
        bytes.number(at: place + 42, 4),
      ]
      try widen(&sizes, by: bytes, in: nameEnd..<extraEnd)
      guard let size = Int(exactly: sizes[0]), let stored = Int(exactly: sizes[1]),
        let offset = Int(exactly: sizes[2])
      else { throw Fault(.malformedArchive("a size of the entry is too large"), at: place) }
      members.append(
        Member(
          name: String(decoding: bytes[(place + 46)..<nameEnd], as: UTF8.self),
          method: Int(bytes.number(at: place + 10, 2)),
          isEncrypted: bytes.number(at: place + 8, 2) & 1 != 0,
          checksum: UInt32(truncatingIfNeeded: bytes.number(at: place + 16, 4)),
          storedSize: stored, size: size, headerOffset: offset))
      place = next
    }
    try refuseOverlaps(members)
    guard UInt64(members.count) == count else {
      throw Fault(
        .malformedArchive("\(members.count) entries where \(count) are announced"),
        at: range.lowerBound)
    }
    return members
  }

  /// Refuses members that share bytes, by which a small archive could hold any amount of data.
  private static func refuseOverlaps(_ members: [Member]) throws(Fault) {
    let ordered = members.sorted { $0.headerOffset < $1.headerOffset }
    for (member, next) in zip(ordered, ordered.dropFirst()) {
      // A header takes 30 bytes and its name; how long it really is it says itself, when it is read.
      guard next.headerOffset - member.headerOffset >= 30,
        next.headerOffset - member.headerOffset - 30 >= member.storedSize
      else {
        throw Fault(
          .malformedArchive("two members share bytes"), at: next.headerOffset)
      }
    }
  }

  /// Replaces the numbers that do not fit four bytes by those of the extra field of zip64.
  ///
  /// The field holds only those that do not fit: size, stored size and offset, in this order.
  private static func widen(
    _ sizes: inout [UInt64], by bytes: [UInt8], in range: Range<Int>
  ) throws(Fault) {
    guard sizes.contains(0xFFFF_FFFF) else { return }
    var place = range.lowerBound
    while range.upperBound - place >= 4 {
      let end = place + 4 + Int(bytes.number(at: place + 2, 2))
      guard end <= range.upperBound else { break }
      if bytes.number(at: place, 2) == 1 {
        place += 4
        for number in sizes.indices where sizes[number] == 0xFFFF_FFFF {
          guard place + 8 <= end else {
            throw Fault(.malformedArchive("the zip64 field is too short"), at: place)
          }
          sizes[number] = bytes.number(at: place, 8)
          place += 8
        }
        return
      }
      place = end
    }
    throw Fault(.malformedArchive("the zip64 field is missing"), at: range.lowerBound)
  }
}

extension [UInt8] {
  /// The little-endian number in a few bytes.
  func number(at place: Int, _ size: Int) -> UInt64 {
    self[place..<(place + size)].reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }
}
