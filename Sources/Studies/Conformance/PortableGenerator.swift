internal import Formats
internal import Scoring
internal import Tensors

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

extension PortableGenerator {
  /// A labelled minibatch of the portable inputs.
  public struct Minibatch: Hashable, Sendable {
    /// The generator of the images.
    public let images: PortableGenerator
    /// The difference of successive labels before they are reduced.
    let step: Int
    /// The first label before it is reduced.
    let start: Int

    /// The minibatch of stream 11 with the labels 7 i + 3.
    public static let first = Self(images: PortableGenerator(stream: 11), step: 7, start: 3)
    /// The minibatch of stream 12 with the labels 5 i + 1.
    public static let second = Self(images: PortableGenerator(stream: 12), step: 5, start: 1)

    /// The labels of the minibatch.
    ///
    /// - Parameters:
    ///   - count: the number of images.
    ///   - classes: the number of classes, at least 1.
    /// - Returns: labels from 0 to `classes - 1`.
    public func labels(count: Int, classes: Int) -> [Int] {
      precondition(classes > 0, "labels of \(classes) classes")
      return (0..<count).map { ($0 * step + start) % classes }
    }
  }

  /// The first numbers of the stream as Float: images and, with a scale, weights.
  ///
  /// Every number is computed in Double and rounded once.
  ///
  /// - Parameters:
  ///   - count: the number of elements.
  ///   - scale: the factor of every number.
  /// - Returns: `normal(k) * scale` for k from 0 to `count - 1`.
  public func normals(count: Int, scale: Double = 1) -> [Float] {
    (0..<count).map { Float(normal(UInt64($0)) * scale) }
  }

  /// Weights of variance 2 / fan-in, as drawn for rectified networks (He et al., 2015).
  ///
  /// - Parameters:
  ///   - tensor: the number of the tensor in registration order, from 0.
  ///   - count: the number of elements.
  ///   - fanIn: the inputs of one output: input channels times kernel area, or input features.
  /// - Returns: the values in row-major order.
  public static func weights(ofTensor tensor: Int, count: Int, fanIn: Int) -> [Float] {
    precondition(fanIn > 0, "weights of fan-in \(fanIn)")
    return weights(ofTensor: tensor)
      .normals(count: count, scale: (2 / Double(fanIn)).squareRoot())
  }

  /// The first signs of the stream.
  ///
  /// - Parameter count: the number of elements.
  /// - Returns: `sign(k)` for k from 0 to `count - 1`.
  public func signs(count: Int) -> [Float] {
    (0..<count).map { sign(UInt64($0)) }
  }
}

/// The labelled minibatches of the portable generator as a source of images.
struct PortableImages: ImageSource {
  /// The minibatches, by number.
  let minibatches: [(images: PortableGenerator, labels: PortableGenerator.Minibatch)]

  /// Noise of the streams 1 and 2, with the labels of the first two minibatches of images.
  static let noise = PortableImages(minibatches: [
    (.noise, .first), (.secondNoise, .second),
  ])
  /// Images of the streams 11 and 12.
  static let images = PortableImages(minibatches: [
    (PortableGenerator.Minibatch.first.images, .first),
    (PortableGenerator.Minibatch.second.images, .second),
  ])

  /// `portable`.
  var settings: [String: SettingValue] { ["images": .text("portable")] }
  /// All have some.
  var hasLabels: Bool { true }

  /// There are two minibatches of any size.
  func obstacle(shape: Shape, classes: Int, count: Int, minibatches: Int) -> String? {
    minibatches > 2 ? "the portable images have two minibatches" : nil
  }

  /// A minibatch; those from the third on repeat the first two.
  func minibatch(
    _ number: Int, count: Int, shape: Shape, classes: Int, seed: UInt64
  ) -> Minibatch {
    let (images, labels) = minibatches[number % minibatches.count]
    return Minibatch(
      pixels: images.normals(count: count * shape.count),
      labels: labels.labels(count: count, classes: classes))
  }
}
