/// The generator of the fixed inputs on which implementations are compared digit by digit.
///
/// It is simple enough to be written in any language in a few lines and uses no function whose last
/// digit could differ: 64-bit integers with wrap-around, sums, and one square root.
///
///     mix(z):    z ^= z >> 30; z *= 0xBF58476D1CE4E5B9; z ^= z >> 27;
///                z *= 0x94D049BB133111EB; z ^= z >> 31
///     raw(i):    mix(stream * 0xD1342543DE82EF95 + i * 0x9E3779B97F4A7C15), i from 1
///     u(i):      (raw(i) >> 11) * 2^-53
///     normal(k): u(12 k + 1) + ... + u(12 k + 12), from left to right, minus 6, k from 0
///     sign(k):   1 where the top bit of raw(k + 1) is 0, else -1
///
/// Tensors are filled in row-major order, k being the flat index. The sum of twelve uniform numbers
/// has the mean and variance of the standard normal distribution but not its tails: weights for
/// anything else than a comparison come from `RandomStream`.
public struct PortableGenerator: Hashable, Sendable {
  /// The number of the stream.
  public let stream: UInt64

  /// Creates the generator of a stream.
  ///
  /// - Parameter stream: the number of the stream.
  public init(stream: UInt64) {
    self.stream = stream
  }

  /// The stream of the noise images.
  public static let noise = Self(stream: 1)
  /// The stream of the second noise images, where a proxy perturbs the first.
  public static let secondNoise = Self(stream: 2)

  /// The streams of the two directions of the circle on which Dextr walks.
  public static let circle = [Self(stream: 21), Self(stream: 22)]
  /// The stream of the classes whose logits the released Dextr draws.
  public static let coordinates = Self(stream: 23)

  /// The stream of the values of a parameter tensor.
  ///
  /// - Parameter tensor: the number of the tensor in registration order, from 0.
  /// - Returns: stream 1000 + `tensor`.
  public static func weights(ofTensor tensor: Int) -> Self {
    Self(stream: 1000 + UInt64(tensor))
  }

  /// The stream of the signs that probe a block of the network.
  ///
  /// - Parameter block: the number of the block in the order of the backward pass, the last block
  ///   being 1.
  /// - Returns: stream 5000 + `block`.
  public static func probe(ofBlock block: Int) -> Self {
    Self(stream: 5000 + UInt64(block))
  }

  /// The bijection of words at the heart of the generator.
  ///
  /// - Parameter word: any word.
  /// - Returns: the mixed word.
  public static func mix(_ word: UInt64) -> UInt64 {
    var z = word
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// Number i of the stream as 64 bits.
  ///
  /// - Parameter i: the position, from 1.
  /// - Returns: raw(i).
  public func raw(_ i: UInt64) -> UInt64 {
    Self.mix(stream &* 0xD134_2543_DE82_EF95 &+ i &* 0x9E37_79B9_7F4A_7C15)
  }

  /// Number i of the stream as a uniform number on [0, 1).
  ///
  /// - Parameter i: the position, from 1.
  /// - Returns: u(i).
  public func uniform(_ i: UInt64) -> Double {
    Double(raw(i) >> 11) * 0x1p-53
  }

  /// Number k of the stream as a roughly normal number between -6 and 6.
  ///
  /// - Parameter k: the flat index, from 0.
  /// - Returns: normal(k).
  public func normal(_ k: UInt64) -> Double {
    var sum = 0.0
    for j in 1...12 as ClosedRange<UInt64> { sum += uniform(12 &* k &+ j) }
    return sum - 6
  }

  /// Number k of the stream as a sign.
  ///
  /// - Parameter k: the flat index, from 0.
  /// - Returns: 1 or -1.
  public func sign(_ k: UInt64) -> Float {
    raw(k &+ 1) >> 63 == 0 ? 1 : -1
  }
}
