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
