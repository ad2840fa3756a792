internal import Tensors

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
