import Testing

@testable import Formats

@Suite(".npz")
struct NPZTests {
  private typealias Member = ArrayFiles.Member

  private static let one = ArrayFiles.npy("|u1", [3], [1, 2, 3])
  private static let two = ArrayFiles.npy("<i4", [2], ArrayFiles.bytes([-5, 70_000] as [Int32]))

  private func fault(_ bytes: [UInt8], _ name: String? = nil) throws -> String {
    try imageFault("z.npz") {
      let archive = try NPZ(bytes: bytes, file: "z.npz")
      if let name { _ = try archive.array(name) }
    }
  }

  @Test func whatIsWrittenIsRead() throws {
    for (method, isWide) in [(0, false), (8, false), (0, true), (8, true)] as [(UInt16, Bool)] {
      var members = [Member("a.npy", Self.one), Member("b.npy", Self.two), Member("note", [1, 2])]
      for place in members.indices {
        members[place].method = method
        members[place].isWide = isWide
      }
      for comment in ["", "a comment with PK\u{5}\u{6} in it"] {
        let archive = try NPZ(
          bytes: ArrayFiles.npz(members, comment: comment, isWide: isWide), file: "z.npz")
        #expect(archive.names == ["a", "b"])
        #expect(try archive.array("a").integers() == [1, 2, 3])
        #expect(try archive.array("b").integers() == [-5, 70_000])
      }
    }
    #expect(try NPZ(bytes: ArrayFiles.npz([Member]()), file: "z.npz").names == [])
  }

  @Test func archivesThatAreNone() throws {
    #expect(try fault([]).hasPrefix("not an .npz archive"))
    let whole = ArrayFiles.npz(["a": Self.one])
    for length in 0..<whole.count {
      #expect(try fault(Array(whole[..<length])).hasPrefix("not an .npz archive"))
    }
    // A comment that is shorter than announced.
    #expect(try fault(whole + [1]).hasPrefix("not an .npz archive"))
  }

  @Test func damagedDirectories() throws {
    let member = Member("a.npy", Self.one)
    let whole = ArrayFiles.npz([member])
    let end = whole.count - 22
    #expect(
      try fault(ArrayFiles.npz([member], count: 2)).contains("1 entries where 2 are announced"))
    func changed(_ place: Int, _ value: UInt8) -> [UInt8] {
      var bytes = whole
      bytes[place] = value
      return bytes
    }
    #expect(
      try fault(changed(end + 4, 1)) == "at byte \(end): an archive of several parts cannot be read"
    )
    #expect(
      try fault(changed(end + 19, 1))
        == "at byte \(end): malformed archive: the directory reaches beyond its end")
    let start = Int(whole[end + 16]) + 256 * Int(whole[end + 17])
    #expect(
      try fault(changed(start, 0))
        == "at byte \(start): malformed archive: an entry of the directory must begin here")
    #expect(
      try fault(changed(start + 28, 0xFF))
        == "at byte \(start): malformed archive: the entry reaches beyond the directory")
    #expect(
      try fault(changed(start + 42, 3), "a")
        == #"array "a": at byte 3: malformed archive: a member must begin here"#)
    // Sizes that stand elsewhere, but do not.
    var narrow = whole
    for place in (start + 20)..<(start + 28) { narrow[place] = 0xFF }
    #expect(
      try fault(narrow) == "at byte \(start + 51): malformed archive: the zip64 field is missing")
    let wide = ArrayFiles.npz([member], isWide: true)
    var lost = wide
    lost[wide.count - 22 - 12] = 0
    #expect(
      try fault(lost)
        == "at byte \(wide.count - 42): malformed archive: the zip64 record is not where it should be"
    )
    var short = member
    short.isWide = true
    var bytes = ArrayFiles.npz([short])
    // The length of the field, which is the last thing of the directory.
    bytes[bytes.count - 22 - 24 - 2] = 16
    #expect(try fault(bytes).hasSuffix("the zip64 field is too short"))
    let twice = ArrayFiles.npz([member, member])
    #expect(try fault(twice) == #"array "a": occurs twice"#)
  }

  /// Members of one stream, by which a few bytes could hold any amount of data.
  @Test func membersThatShareBytes() throws {
    let members = ["a.npy", "b.npy", "c.npy"].map { Member($0, Self.one) }
    let whole = ArrayFiles.npz(members)
    let start = Int(whole[whole.count - 6]) + 256 * Int(whole[whole.count - 5])
    // Entries of names as long as these take 51 bytes; the offset is at the 42nd.
    let second = Int(whole[start + 51 + 42]) + 256 * Int(whole[start + 51 + 43])
    #expect(second == 30 + 5 + 20 + Self.one.count)
    let least = 30 + Self.one.count
    for offset in [0, 1, 29, 30, least - 1] {
      var bytes = whole
      bytes[start + 51 + 42] = UInt8(offset)
      bytes[start + 51 + 43] = 0
      #expect(
        try fault(bytes) == "at byte \(offset): malformed archive: two members share bytes",
        "\(offset)")
    }
    var bytes = whole
    bytes[start + 51 + 42] = UInt8(least)
    bytes[start + 51 + 43] = 0
    #expect(
      try fault(bytes, "b").contains("a member must begin here"), "its header begins in another's")
    // A size that reaches into the next member.
    bytes = whole
    bytes[start + 20] = 255
    #expect(
      try fault(bytes) == "at byte \(second): malformed archive: two members share bytes")
  }

  /// Of arrays that are not asked for the beginning alone is unpacked.
  @Test func arraysAreChosenByTheirHeaders() throws {
    let images = ArrayFiles.byteImages([2, 3, 4, 5])
    let large = ArrayFiles.npy("|u1", [1 << 17], [UInt8](repeating: 7, count: 1 << 17))
    var members = [Member("big.npy", large), Member("pictures.npy", images)]
    // Its checksum is wrong, which shows when the whole of it is read.
    members[0].checksum = 1
    let archive = try NPZ(bytes: ArrayFiles.npz(members), file: "z.npz")
    #expect(try archive.images().shape == [2, 3, 4, 5])
    #expect(try archive.header(of: "big").shape == [1 << 17])
    #expect(throws: ImageFileError.self) { try archive.array("big") }
    // A header that is longer than what is looked at first.
    let text = "{'descr': '|u1', 'fortran_order': False, 'shape': (131072,), }"
    let padded = ArrayFiles.npy(
      header: text + String(repeating: " ", count: 5000),
      data: [UInt8](repeating: 7, count: 1 << 17))
    let other = try NPZ(bytes: ArrayFiles.npz(["p": padded]), file: "z.npz")
    #expect(try other.header(of: "p") == other.array("p").layout)
    #expect(throws: ImageFileError.self) { try other.header(of: "q") }
  }

  @Test func damagedMembers() throws {
    func fault(_ change: (inout Member) -> Void) throws -> String {
      var member = Member("a.npy", Self.one)
      change(&member)
      return try self.fault(ArrayFiles.npz([member]), "a")
    }
    // The header of a member takes 30 bytes, its name 5, the field of zip64 another 20.
    #expect(
      try fault { $0.checksum = 1 }
        == #"array "a": at byte 55: damaged: its CRC-32 is \#(checksum(Self.one)), the archive says "#
        + "00000001")
    #expect(
      try fault { $0.flags = 1 } == #"array "a": at byte 0: an encrypted array cannot be read"#)
    #expect(
      try fault { $0.method = 12 } == #"array "a": at byte 0: compression method 12 cannot be read"#
    )
    #expect(
      try fault { $0.size = 5 }
        == #"array "a": at byte 0: malformed archive: two sizes of stored data"#)
    let count = Self.one.count
    #expect(
      try fault {
        $0.method = 8
        $0.size = count + 1
      }
        == #"array "a": at byte 55: damaged: at most \#(count) of the \#(count + 1) bytes that are "#
        + "announced")
    #expect(
      try fault {
        $0.method = 8
        $0.size = count - 1
      } == #"array "a": at byte 55: damaged: more than the \#(count - 1) bytes that are announced"#)
    #expect(
      try fault {
        $0.method = 8
        $0.size = 0x7FFF_FFFF_FFFF_FFFF
        $0.isWide = true
      }.contains("of the \(Int.max) bytes that are announced"))
    #expect(
      try fault {
        $0.size = -1
        $0.isWide = true
      }.contains("a size of the entry is too large"))
    #expect(
      try fault { $0.content = [1, 2, 3] }.hasPrefix(#"array "a": not a .npy array"#))
    #expect(
      try self.fault(ArrayFiles.npz(["a": Self.one]), "b") == #"array "b": not in the archive"#)
    // Deflate data with a block of a kind that does not exist.
    var member = Member("a.npy", Self.one)
    member.method = 8
    var bytes = ArrayFiles.npz([member])
    bytes[55] = 7
    #expect(try self.fault(bytes, "a").contains("no deflate data behind its first"))
    // Data that reach beyond the end of the file, as the extra field in front of them is too long.
    bytes = ArrayFiles.npz([member])
    bytes[29] = 0xFF
    #expect(
      try self.fault(bytes, "a")
        == #"array "a": at byte 0: malformed archive: the data reach beyond the end of the file"#)
  }

  private func checksum(_ bytes: [UInt8]) -> String {
    // Bit by bit, from the definition: the polynomial 0xEDB88320 in reflected order.
    var register: UInt32 = .max
    for byte in bytes {
      register ^= UInt32(byte)
      for _ in 0..<8 { register = register >> 1 ^ (register & 1 == 1 ? 0xEDB8_8320 : 0) }
    }
    let digits = String(~register, radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits
  }
}
