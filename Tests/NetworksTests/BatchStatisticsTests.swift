import Networks
import Operators
import PlainTwins
import Tensors
import Testing

@Suite("Batch normalisation of a minibatch")
struct BatchStatisticsTests {
  let channels = 19
  let batch = 3

  /// A normalisation alone, with values of a given mean and deviation.
  func setting(mean: Double, deviation: Double) throws -> Setting {
    var builder = NetworkBuilder(input: Shape(channels: channels, height: 4, width: 5))
    _ = try builder.add(BatchNormalization(channels: channels), 0, name: "norm")
    var setting = Setting(builder.build(), seed: 31, batch: batch)
    var numbers = Numbers(seed: 31, "values")
    setting.images = numbers.normals(setting.images.count).map { Float(mean + deviation * $0) }
    return setting
  }

  /// The definition, channel by channel, from the pixels as they are.
  func expected(_ setting: Setting) -> (mean: [Double], variance: [Double], output: [Double]) {
    let area = 20
    var (means, variances) = ([Double](), [Double]())
    var output = setting.images.map(Double.init)
    for c in 0..<channels {
      let places = (0..<batch).flatMap { b in
        (0..<area).map { (b * channels + c) * area + $0 }
      }
      let n = Double(places.count)
      // Differences from one of the values are exact in double, whatever the mean.
      let origin = output[places[0]]
      let shifted = places.map { output[$0] - origin }
      let mean = shifted.reduce(0, +) / n
      let variance = shifted.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / n
      let scale = Double(setting.parameters.values[0][c]) / (variance + 1e-5).squareRoot()
      for (place, x) in zip(places, shifted) {
        output[place] = scale * (x - mean) + Double(setting.parameters.values[1][c])
      }
      means.append(origin + mean)
      variances.append(variance)
    }
    return (means, variances, output)
  }

  @Test(
    "keeps its digits where the mean is far larger than the deviation",
    arguments: [(0.3, 1.0), (1000, 1), (30000, 0.1), (-1e6, 100)], Precision.allCases)
  func largeMean(_ scale: (mean: Double, deviation: Double), precision: Precision) throws {
    let setting = try setting(mean: scale.mean, deviation: scale.deviation)
    let expected = expected(setting)
    for mode in [NormalizationMode.calibrated, .batch] {
      let point = try setting.linearization(mode, precision)
      let statistics = try #require(point.statistics(of: 1))
      #expect(relativeDistance(statistics.mean, expected.mean) < 1e-14)
      // Where squares are subtracted, (mean / deviation)^2 = 1e11 would leave five digits.
      for (a, b) in zip(statistics.variance, expected.variance) { #expect(abs(a / b - 1) < 1e-11) }
      // The pixels are exact in 32 bits: only the result is rounded.
      let tolerance = precision == .float ? 1e-7 : 1e-9
      #expect(relativeDistance(point.output.values, expected.output) < tolerance)
    }
  }

  @Test("has constants for statistics while fresh, and none as identity")
  func constants() throws {
    let setting = try setting(mean: 2, deviation: 3)
    let fresh = try setting.linearization(.fresh, .double)
    let statistics = try #require(fresh.statistics(of: 1))
    #expect(statistics.mean == [Double](repeating: 0, count: channels))
    #expect(statistics.variance == [Double](repeating: 1, count: channels))
    #expect(fresh.statistics(of: 0) == nil)
    let identity = try setting.linearization(.identity, .float)
    #expect(identity.output.values == setting.images.map(Double.init))
  }

  @Test("does not turn what is not a number into one", arguments: Precision.allCases)
  func notANumber(precision: Precision) throws {
    var setting = try setting(mean: 0, deviation: 1)
    setting.images[0] = .nan
    let point = try setting.linearization(.batch, precision)
    let statistics = try #require(point.statistics(of: 1))
    #expect(statistics.mean[0].isNaN && statistics.variance[0].isNaN)
    #expect(!statistics.mean[1].isNaN)
    #expect((0..<batch).allSatisfy { point.output[$0, 0].isNaN })
  }
}
