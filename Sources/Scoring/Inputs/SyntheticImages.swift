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

/// What the images of one class of ``SyntheticImages`` have in common: a few waves, each with a
/// direction, a frequency and a colour, and a mean colour.
///
/// Only arithmetic and square roots are used, which round alike on every platform; a parabola stands
/// in for the sine.
struct SyntheticTexture {
  /// A wave across the image.
  struct Wave {
    /// Cycles along a row of the image, from its first column to its last.
    var across: Double
    /// Cycles along a column.
    var down: Double
    /// The amplitude in each channel.
    var colour: [Double]
  }

  /// Waves of a texture.
  static let waveCount = 4

  /// The waves.
  let waves: [Wave]
  /// The mean in each channel.
  let mean: [Double]

  /// Draws the texture of a class, the same one in every run.
  ///
  /// - Parameters:
  ///   - label: the class.
  ///   - channels: the channels of an image.
  ///   - finest: the largest number of cycles along an image.
  init(label: Int, channels: Int, finest: Double) {
    let stream = RandomStream(
      seed: UInt64(SyntheticImages.version), text: SyntheticImages.name, purpose: "class",
      index: label)
    let draws = 4 + channels
    func normal(_ place: Int) -> Double { Double(stream.normal(at: place)) }
    /// Channels go together, as in photographs, but not quite.
    func colour(from place: Int) -> [Double] {
      let common = normal(place)
      return (0..<channels).map { 0.8 * common + 0.6 * normal(place + 1 + $0) }
    }
    waves = (0..<Self.waveCount).map { number in
      let place = number * draws
      let (x, y) = (normal(place), normal(place + 1))
      // Low frequencies are more likely, and stronger.
      let share = stream.uniform(at: place + 2)
      let cycles = 1 + (finest - 1) * share * share
      let length = (x * x + y * y).squareRoot()
      let strength = 1 / cycles.squareRoot()
      return Wave(
        across: length > 0 ? cycles * x / length : cycles,
        down: length > 0 ? cycles * y / length : 0,
        colour: colour(from: place + 3).map { $0 * strength })
    }
    mean = colour(from: Self.waveCount * draws).map { 0.5 * $0 }
  }

  /// A curve of period 1 like the sine, of parabolas between -1 and 1.
  @inline(__always)
  static func wave(_ turns: Double) -> Double {
    let u = 2 * (turns - turns.rounded(.down)) - 1
    return 4 * u * (1 - abs(u))
  }

  /// The mean square of the curve over a period.
  static let waveSquare = 8.0 / 15.0
}
