/// A stream of random numbers in which the number at a position is a pure function of key and
/// position.
///
/// Nothing is consumed: a stream has no state, so no number depends on the order of evaluation, on
/// the number of threads or on what was drawn before. A stream is keyed by a seed, a text such as
/// the canonical text of an architecture, a purpose such as `weights`, and an index such as the
/// number of a tensor.
///
/// The key is hashed to a 64-bit start and an odd 64-bit increment, and the word at position i is
///
///     finalizer(start + i * increment)
///
/// modulo 2^64, with the finalizer of SplitMix64 (Steele, Lea and Flood, "Fast splittable
/// pseudorandom number generators", 2014). With one increment for all, streams would be parts of
/// one long sequence and could overlap; two streams of different increments meet at single points
/// only.
///
/// All numbers come from integer arithmetic and correctly rounded operations, hence the digits are
/// the same on every platform. The generator is not meant for cryptography.
public struct RandomStream: Hashable, Sendable {
  /// The value of the counter at position 0.
  private let start: UInt64
  /// The odd number by which the counter grows from one position to the next.
  let increment: UInt64

  /// Creates the stream of a key.
  ///
  /// Keys that differ in any part give unrelated streams. Texts are compared by their UTF-8 bytes.
  ///
  /// - Parameters:
  ///   - seed: the seed of the whole run.
  ///   - text: what the numbers are for, such as the canonical text of an architecture.
  ///   - purpose: a short text that keeps uses apart, such as `weights` or `inputs`.
  ///   - index: the number of the stream among those of one purpose, such as that of a tensor.
  public init(seed: UInt64, text: String, purpose: String, index: Int = 0) {
    var key = KeyHash()
    key.absorb(seed)
    key.absorb(text)
    key.absorb(purpose)
    key.absorb(UInt64(bitPattern: Int64(index)))
    start = key.first
    // A finalizer cannot hide an increment that changes few bits, such as 1: as in the paper, one
    // with few alternations of its bits is given more.
    let odd = key.second | 1
    let alternations = (odd ^ (odd >> 1)).nonzeroBitCount
    increment = alternations < 24 ? odd ^ 0xAAAA_AAAA_AAAA_AAAA : odd
  }

  /// The 64 random bits at a position.
  ///
  /// - Parameter position: the position, zero or more.
  /// - Returns: a word, uniform over all 2^64.
  public func word(at position: Int) -> UInt64 {
    Self.finalized(counter(at: position))
  }

  /// A number of the uniform distribution on [0, 1) with 53 random bits.
  ///
  /// - Parameter position: the position, zero or more.
  /// - Returns: a multiple of 2^-53 from 0 to 1 - 2^-53.
  public func uniform(at position: Int) -> Double {
    Double(word(at: position) >> 11) * 0x1p-53
  }

  /// A number of the uniform distribution on [0, 1) with 24 random bits.
  ///
  /// - Parameter position: the position, zero or more.
  /// - Returns: a multiple of 2^-24 from 0 to 1 - 2^-24.
  public func uniformFloat(at position: Int) -> Float {
    Float(word(at: position) >> 40) * 0x1p-24
  }

  /// An integer from zero up to, but not including, a bound.
  ///
  /// It is the upper half of the 128-bit product of word and bound, so that no probability is off
  /// by more than 2^-64.
  ///
  /// - Parameters:
  ///   - bound: the number of possible values, at least 1.
  ///   - position: the position, zero or more.
  /// - Returns: an integer in `0..<bound`.
  public func integer(below bound: Int, at position: Int) -> Int {
    precondition(bound > 0, "there is no integer from 0 below \(bound)")
    return Int(word(at: position).multipliedFullWidth(by: UInt64(bound)).high)
  }

  /// A number of the Rademacher distribution: -1 or 1 with equal probability.
  ///
  /// - Parameter position: the position, zero or more.
  /// - Returns: 1 where the first bit of the word is zero, else -1.
  public func sign(at position: Int) -> Float {
    Int64(bitPattern: word(at: position)) < 0 ? -1 : 1
  }

  /// The value of the counter at a position.
  func counter(at position: Int) -> UInt64 {
    precondition(position >= 0, "position \(position) in a random stream")
    return start &+ UInt64(position) &* increment
  }

  /// The finalizer of SplitMix64: a bijection of words in which every bit depends on every bit.
  static func finalized(_ word: UInt64) -> UInt64 {
    var z = word
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

/// The hash that turns a key into 128 bits.
///
/// Two lanes pass every 64-bit block through the finalizer of SplitMix64; the second lane sees the
/// block scaled and the first lane's state, so that two keys would have to agree in both by
/// accident. Texts are preceded by their length, hence no two keys are the same blocks.
private struct KeyHash {
  /// The first lane; it starts at the leading bits of the fraction of pi.
  var first: UInt64 = 0x243F_6A88_85A3_08D3
  /// The second lane; it starts at the next 64 bits.
  var second: UInt64 = 0x1319_8A2E_0370_7344

  /// Takes in one block.
  mutating func absorb(_ block: UInt64) {
    first = RandomStream.finalized(first ^ block) &+ 0x9E37_79B9_7F4A_7C15
    second = RandomStream.finalized((second &+ block &* 0xC4CE_B9FE_1A85_EC53) ^ first)
  }

  /// Takes in a text: its number of bytes, then eight bytes a block, the first one lowest.
  mutating func absorb(_ text: String) {
    absorb(UInt64(text.utf8.count))
    var block: UInt64 = 0
    var bits: UInt64 = 0
    for byte in text.utf8 {
      block |= UInt64(byte) &<< bits
      bits &+= 8
      if bits == 64 {
        absorb(block)
        (block, bits) = (0, 0)
      }
    }
    if bits > 0 { absorb(block) }
  }
}
