/// The hash FNV-1a of 64 bits, which names numbers that come from files.
///
/// It keeps data apart that differ by accident, not those that somebody made to agree.
package struct Digest {
  private var state: UInt64 = 0xcbf2_9ce4_8422_2325

  /// The hash of what was taken in.
  package var value: UInt64 { state }

  /// Begins with nothing taken in.
  package init() {}

  /// Takes in a byte.
  @inline(__always)
  package mutating func add(_ byte: UInt8) {
    state = (state ^ UInt64(byte)) &* 0x100_0000_01b3
  }

  /// Takes in a word, its lowest byte first.
  @inline(__always)
  package mutating func add(_ word: UInt32) {
    var word = word
    for _ in 0..<4 {
      add(UInt8(truncatingIfNeeded: word))
      word >>= 8
    }
  }

  /// Takes in the UTF-8 bytes of a text.
  package mutating func add(_ text: String) {
    for byte in text.utf8 { add(byte) }
  }

  /// Sixteen hexadecimal digits.
  package var text: String {
    let digits = String(state, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
