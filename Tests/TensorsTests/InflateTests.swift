import Tensors
import Testing

@Suite("deflate data")
struct InflateTests {
  private static let text = Array(
    String(repeating: "a training-free score, a training-free rank", count: 3).utf8)
  /// `text` as raw deflate data of zlib 1.2.13, level 9: literals, lengths and distances.
  private static let deflated: [UInt8] = [
    0x4b, 0x54, 0x28, 0x29, 0x4a, 0xcc, 0xcc, 0xcb, 0xcc, 0x4b, 0xd7, 0x4d, 0x2b, 0x4a, 0x4d, 0x55,
    0x28, 0x4e, 0xce, 0x2f, 0x4a, 0xd5, 0x51, 0x48, 0x44, 0x13, 0x2e, 0x4a, 0xcc, 0xcb, 0x4e, 0xa4,
    0x89, 0x52, 0x00,
  ]

  /// Bytes as one stored block, the plainest deflate data there are (RFC 1951, 3.2.4).
  private static func storedBlock(_ bytes: [UInt8]) -> [UInt8] {
    let low = UInt8(bytes.count & 0xFF)
    let high = UInt8(bytes.count >> 8)
    return [1, low, high, ~low, ~high] + bytes
  }

  @Test func whatWasDeflatedComesBack() throws {
    #expect(try inflate(Self.deflated[...], expectedCount: Self.text.count) == Self.text)
    for count in [0, 1, 255, 65_535] {
      let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 * 7) }
      #expect(try inflate(Self.storedBlock(bytes)[...], expectedCount: count) == bytes)
    }
    // A part of an array is read from its own beginning.
    let framed = [9, 9] + Self.deflated + [9]
    #expect(
      try inflate(framed[2..<(framed.count - 1)], expectedCount: Self.text.count) == Self.text)
  }

  @Test func whatIsCutOffIsRefused() {
    for length in 0..<Self.deflated.count {
      let error = #expect(throws: InflateFault.self) {
        try inflate(Self.deflated[..<length], expectedCount: Self.text.count)
      }
      // The first bytes cannot hold that many; later ones have no end.
      #expect(error == .truncated || error == .tooFew(1032 * length), "length \(length)")
    }
  }

  @Test func anotherSizeIsRefused() {
    let count = Self.text.count
    #expect(throws: InflateFault.tooMany) {
      try inflate(Self.deflated[...], expectedCount: count - 1)
    }
    #expect(throws: InflateFault.tooMany) { try inflate(Self.deflated[...], expectedCount: 0) }
    #expect(throws: InflateFault.tooFew(count)) {
      try inflate(Self.deflated[...], expectedCount: count + 1)
    }
    // A size that no data can have is refused before memory is asked for.
    #expect(throws: InflateFault.tooFew(1032 * Self.deflated.count)) {
      try inflate(Self.deflated[...], expectedCount: .max)
    }
    #expect(throws: InflateFault.damaged(read: Self.deflated.count)) {
      try inflate((Self.deflated + [0])[...], expectedCount: count)
    }
  }

  @Test func aBeginningIsABeginning() throws {
    for count in 0...Self.text.count {
      #expect(
        try inflate(beginningOf: Self.deflated[...], count: count) == Array(Self.text[..<count]))
    }
    #expect(throws: InflateFault.tooFew(Self.text.count)) {
      try inflate(beginningOf: Self.deflated[...], count: Self.text.count + 1)
    }
    #expect(throws: InflateFault.truncated) {
      try inflate(beginningOf: Self.deflated[..<5], count: 20)
    }
    let error = #expect(throws: InflateFault.self) {
      try inflate(beginningOf: [0x07, 0, 0], count: 5)
    }
    guard case .damaged = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test func whatIsNoDeflateDataIsRefused() {
    // A block of the kind that does not exist, and a stored one whose lengths contradict each other.
    for bytes in [[0x07, 0, 0], [1, 5, 0, 5, 0, 1, 2, 3, 4, 5]] as [[UInt8]] {
      let error = #expect(throws: InflateFault.self) { try inflate(bytes[...], expectedCount: 5) }
      guard case .damaged = error else {
        Issue.record("\(bytes): \(String(describing: error))")
        continue
      }
    }
  }

  @Test func checksumsAreThePublishedOnes() {
    // The check value of CRC-32, and one by zlib 1.2.13.
    #expect(crc32(Array("123456789".utf8)[...]) == 0xcbf4_3926)
    #expect(crc32(Self.text[...]) == 0xea3f_7b88)
    #expect(crc32([]) == 0)
    #expect(crc32([0, 0x31, 0x32][1...]) == crc32([0x31, 0x32]))
  }
}
