internal import Formats
internal import Scoring
internal import Tensors

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
