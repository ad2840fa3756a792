public import Formats
public import Tensors

/// Independent standard normal pixels with labels drawn at random.
///
/// Proxies that were published with noise see the same minibatches, so that with this source one
/// forward pass serves both kinds.
public struct NoiseImages: ImageSource {
  /// Creates the source.
  public init() {}

  /// `noise`.
  public var settings: [String: SettingValue] { ["images": .text("noise")] }
  /// Random ones.
  public var hasLabels: Bool { true }

  /// Noise has any size.
  public func obstacle(shape: Shape, classes: Int, count: Int, minibatches: Int) -> String? {
    nil
  }

  /// Noise and random labels.
  public func minibatch(
    _ number: Int, count: Int, shape: Shape, classes: Int, seed: UInt64
  ) -> Minibatch {
    let prefix = number % 2 == 0 ? "" : "second "
    let stream = RandomStream(seed: seed, text: "", purpose: "\(prefix)inputs \(number / 2)")
    var pixels = [Float](repeating: 0, count: count * shape.count)
    stream.fillNormal(&pixels)
    return Minibatch(
      pixels: pixels,
      labels: RandomLabels.labels(count: count, classes: classes, number: number, seed: seed))
  }
}

/// Labels drawn uniformly, for images that have none of their own.
public enum RandomLabels {
  /// The labels of a minibatch, a pure function of seed and number.
  ///
  /// - Parameters:
  ///   - count: images of the minibatch.
  ///   - classes: the number of classes.
  ///   - number: the number of the minibatch, from 0.
  ///   - seed: the seed of the run.
  /// - Returns: integers from 0 below `classes`.
  public static func labels(count: Int, classes: Int, number: Int, seed: UInt64) -> [Int] {
    let stream = RandomStream(seed: seed, text: "", purpose: "labels", index: number)
    return (0..<count).map { stream.integer(below: classes, at: $0) }
  }
}

/// A random order of some images, or of other things, a function of seed and purpose alone.
///
/// Fisher and Yates forwards: after k draws the first k places are final, so that the beginning of
/// the order is known without the rest of it.
package struct RandomOrder {
  /// The number of things.
  let count: Int
  private let stream: RandomStream

  /// Creates the order of a seed.
  package init(count: Int, seed: UInt64, purpose: String = "image order") {
    precondition(count > 0, "an order of nothing")
    self.count = count
    stream = RandomStream(seed: seed, text: "", purpose: purpose)
  }

  /// The things at some places of the order, which starts over at its end.
  package func places(_ range: Range<Int>) -> [Int] {
    // Only what is no longer in its own place is kept.
    var moved: [Int: Int] = [:]
    let drawn = (0..<min(range.upperBound, count)).map { place in
      let chosen = place + stream.integer(below: count - place, at: place)
      let thing = moved[chosen] ?? chosen
      moved[chosen] = moved[place] ?? place
      return thing
    }
    return range.map { drawn[$0 % count] }
  }
}
