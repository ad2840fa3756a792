public import Formats
public import Tensors

/// Generated images whose texture depends on their class: a stand-in where there are no real ones.
///
/// A class is a mean colour and four waves, each with a direction, a frequency and a colour of its
/// own; the classes are the same in every run. An image shows the waves of its class at random
/// places (the phases), turned by up to 11 degrees, stretched or shrunk by up to a tenth and with a
/// contrast between 3/4 and 5/4, under normal noise. Classes are drawn uniformly. Each channel has
/// mean 0 and variance 1 over the distribution, classes included.
///
/// Scores with these images are not those with photographs, hence the name in every record.
public struct SyntheticImages: ImageSource {
  /// The name in records.
  public static let name = "synthetic-textures"
  /// Grows when a digit of the images changes.
  public static let version = 1

  private static let noise = 0.3
  private static let contrast = 0.25
  private static let zoom = 0.1
  private static let turn = 0.1

  /// Creates the source.
  public init() {}

  /// `synthetic-textures`, and its version.
  public var settings: [String: SettingValue] {
    ["images": .text(Self.name), "imagesVersion": .integer(Self.version)]
  }
  /// The classes.
  public var hasLabels: Bool { true }

  /// Textures have any size, and any number of classes.
  public func obstacle(shape: Shape, classes: Int, count: Int, minibatches: Int) -> String? {
    nil
  }

  /// Images that no other minibatch has, and their classes.
  public func minibatch(
    _ number: Int, count: Int, shape: Shape, classes: Int, seed: UInt64
  ) -> Minibatch {
    let labels = RandomLabels.labels(count: count, classes: classes, number: number, seed: seed)
    let textures = Self.textures(classes: classes, shape: shape)
    let moments = Self.moments(of: textures)
    let stream = RandomStream(seed: seed, text: Self.name, purpose: "images", index: number)
    let grain = RandomStream(seed: seed, text: Self.name, purpose: "noise", index: number)
    var pixels = [Float](repeating: 0, count: count * shape.count)
    grain.fillNormal(&pixels)
    for (place, label) in labels.enumerated() {
      let image = Self.waves(
        of: textures[label], shape: shape, place: place, from: stream)
      for channel in 0..<shape.channels {
        let mean = textures[label].mean[channel] - moments[channel].mean
        let scale = 1 / moments[channel].variance.squareRoot()
        let start = place * shape.count + channel * shape.area
        for pixel in 0..<shape.area {
          let value =
            mean + image[channel * shape.area + pixel] + Self.noise * Double(pixels[start + pixel])
          pixels[start + pixel] = Float(value * scale)
        }
      }
    }
    return Minibatch(pixels: pixels, labels: labels)
  }

  /// The textures of all classes.
  private static func textures(classes: Int, shape: Shape) -> [SyntheticTexture] {
    // Four pixels a cycle at least, so that a wave is not lost between them.
    let finest = max(1, Double(min(shape.height, shape.width)) / 4)
    return (0..<classes).map {
      SyntheticTexture(label: $0, channels: shape.channels, finest: finest)
    }
  }

  /// Mean and variance of each channel over the distribution of images.
  ///
  /// The phases are uniform and independent, so the squares of the waves add up.
  private static func moments(
    of textures: [SyntheticTexture]
  ) -> [(mean: Double, variance: Double)] {
    let square = SyntheticTexture.waveSquare * (1 + contrast * contrast / 3)
    let count = Double(textures.count)
    return textures[0].mean.indices.map { channel in
      let mean = textures.reduce(0) { $0 + $1.mean[channel] } / count
      var sum = 0.0
      for texture in textures {
        let distance = texture.mean[channel] - mean
        sum += distance * distance
        for wave in texture.waves { sum += square * wave.colour[channel] * wave.colour[channel] }
      }
      return (mean, sum / count + noise * noise)
    }
  }

  /// The waves of one image, `[channels, height, width]`.
  private static func waves(
    of texture: SyntheticTexture, shape: Shape, place: Int, from stream: RandomStream
  ) -> [Double] {
    let first = place * (SyntheticTexture.waveCount + 3)
    /// A number from -1 to 1.
    func symmetric(_ draw: Int) -> Double { 2 * stream.uniform(at: first + draw) - 1 }
    let zoom = 1 + zoom * symmetric(0)
    let contrast = 1 + contrast * symmetric(1)
    // Cosine and sine of a small angle, by the half of its tangent.
    let half = turn * symmetric(2)
    let cosine = zoom * (1 - half * half) / (1 + half * half)
    let sine = zoom * 2 * half / (1 + half * half)
    var values = [Double](repeating: 0, count: shape.count)
    for (number, wave) in texture.waves.enumerated() {
      let phase = stream.uniform(at: first + 3 + number)
      let across = (cosine * wave.across - sine * wave.down) / Double(shape.width)
      let down = (sine * wave.across + cosine * wave.down) / Double(shape.height)
      for row in 0..<shape.height {
        for column in 0..<shape.width {
          let height =
            contrast
            * SyntheticTexture.wave(phase + across * Double(column) + down * Double(row))
          for channel in 0..<shape.channels {
            values[channel * shape.area + row * shape.width + column] +=
              height * wave.colour[channel]
          }
        }
      }
    }
    return values
  }
}
