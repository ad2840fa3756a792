@testable import Networks
@testable import Scoring
@testable import Studies
@testable import Tensors

/// A small network with numbers, images and labels for tests of proxies.
struct ProxySample {
  /// Cells whose networks lack something: a path, a weight, a difference between blocks.
  static let oddCells = [
    "|none~0|+|none~0|none~1|+|none~0|none~1|none~2|",
    "|none~0|+|none~0|none~1|+|skip_connect~0|none~1|none~2|",
    "|avg_pool_3x3~0|+|avg_pool_3x3~0|avg_pool_3x3~1|+|avg_pool_3x3~0|avg_pool_3x3~1|avg_pool_3x3~2|",
    "|nor_conv_3x3~0|+|none~0|none~1|+|skip_connect~0|none~1|none~2|",
    "|none~0|+|none~0|nor_conv_1x1~1|+|none~0|nor_conv_3x3~1|avg_pool_3x3~2|",
    "|skip_connect~0|+|skip_connect~0|skip_connect~1|+|skip_connect~0|skip_connect~1|skip_connect~2|",
  ]

  let architecture: String
  let network: Network
  var parameters: Parameters
  var images: Minibatch
  var secondImages: Minibatch
  var settings: ScoringSettings

  init(
    _ cell: String = FisherSample.mixed, width: Int = 4, classes: Int = 5, resolution: Int = 8,
    batch: Int = 5, precision: Precision = .double
  ) throws {
    let sample = try FisherSample(
      cell, width: width, classes: classes, resolution: resolution, batch: batch)
    architecture = cell
    network = sample.network
    parameters = sample.parameters
    images = Minibatch(pixels: sample.inputs, labels: (0..<batch).map { (3 * $0 + 1) % classes })
    secondImages = Minibatch(
      pixels: PortableGenerator.secondNoise.normals(count: sample.inputs.count),
      labels: (0..<batch).map { (2 * $0) % classes })
    settings = ScoringSettings(batch: batch, precision: precision)
  }

  func candidate(threads: Int = 1) throws -> Candidate {
    Candidate(
      architecture: architecture, network: network, settings: settings, seed: 5,
      given: GivenTensors(
        parameters: parameters, inputs: images, secondInputs: secondImages),
      compute: try Compute(threads: threads, precision: settings.precision))
  }

  func score(_ proxy: any Proxy) throws -> Score { try candidate().score(proxy) }

  /// The same images in another order.
  mutating func reverseImages() {
    for path in [\ProxySample.images, \ProxySample.secondImages] {
      let pixels = self[keyPath: path].pixels
      let size = network.inputShape.count
      self[keyPath: path] = Minibatch(
        pixels: stride(from: pixels.count - size, through: 0, by: -size).flatMap {
          pixels[$0..<$0 + size]
        }, labels: self[keyPath: path].labels.map { $0.reversed() })
    }
  }
}
