import PlainTwins
import Testing

@testable import Networks
@testable import Scoring
@testable import Spaces
@testable import Tensors

/// Fisher information of networks with depthwise convolutions and biased shortcuts, where reverse
/// and forward walks and plain loops meet.
@Suite struct FisherModeTests {
  /// All kernels and expansions, both strides, shortcuts of both kinds, widths that fill no block.
  static let structures = [
    "SuperConvK3BNRELU(3,8,2,1)SuperResIDWE6K3(8,16,2,8,1)SuperConvK1BNRELU(16,24,1,1)",
    "SuperConvK3BNRELU(3,8,2,1)SuperResIDWE1K5(8,8,2,8,2)SuperConvK1BNRELU(8,20,1,1)",
    "SuperConvK3BNRELU(3,8,2,1)SuperResIDWE2K7(8,12,1,10,1)SuperConvK1BNRELU(12,17,1,1)",
    "SuperConvK3BNRELU(3,16,2,1)SuperResIDWE1K7(16,8,2,16,1)SuperResIDWE4K3(8,8,2,8,1)SuperConvK1BNRELU(8,16,1,1)",
    "SuperConvK5BNRELU(3,5,2,1)SuperResIDWE2K5(5,7,2,6,1)SuperResIDWE1K3(7,9,1,7,1)",
  ]

  private func sample(
    _ structure: String, classes: Int, batch: Int = 2, squeezeExcitation: Bool = false
  ) throws -> FisherSample {
    let architecture = try MobileNetV2Architecture(parsing: structure)
    let network = try MobileNetV2Space(
      classes: classes, resolution: 32, squeezeExcitation: squeezeExcitation
    ).network(for: architecture)
    return FisherSample(network, batch: batch, description: "\(structure), \(classes) classes")
  }

  private func matrix(
    _ sample: FisherSample, _ settings: FisherSettings, _ kind: FisherRoute.Kind?,
    _ compute: Compute
  ) throws -> Matrix {
    try FisherInformation(
      sample.network, parameters: sample.parameters, inputs: sample.inputs, settings: settings,
      forced: kind, on: compute
    ).matrix
  }

  /// The largest difference of two matrices, each entry relative to what its row and column allow.
  private func distance(_ a: Matrix, _ b: Matrix) -> Double {
    var worst = 0.0
    for i in 0..<b.rows {
      for j in 0..<b.columns where a[i, j] != b[i, j] {
        let difference = abs(a[i, j] - b[i, j]) / (b[i, i] * b[j, j]).squareRoot()
        worst = difference.isNaN ? .infinity : max(worst, difference)
      }
    }
    return worst
  }

  @Test(arguments: structures, [10, 1000])
  func modesAgree(structure: String, classes: Int) throws {
    try expectEqualModes(try sample(structure, classes: classes))
  }

  @Test(arguments: structures, [10, 200])
  func modesAgreeWithSqueezeExcitation(structure: String, classes: Int) throws {
    try expectEqualModes(
      try sample(structure, classes: classes, batch: 3, squeezeExcitation: true))
  }

  private func expectEqualModes(_ sample: FisherSample) throws {
    let settings = FisherSettings.test(.exact, .calibrated, smoothing: 0)
    let plain = PlainNetwork(sample.network, sample.parameters, sample.inputs).fisher(
      settings.selection(in: sample.network))
    #expect(plain.rows == min(sample.network.parameters.count, 128))
    let compute = try Compute(threads: 2, precision: .double)
    for kind in [FisherRoute.Kind.factorRows, .features, .tangents] {
      let error = distance(try matrix(sample, settings, kind, compute), plain)
      #expect(error < 1e-9, "\(kind): \(error)")
    }
    let chosen = try matrix(sample, settings, nil, compute)
    #expect(distance(chosen, plain) < 1e-9)
    // Without the covariance of the labels, logits themselves are pulled back.
    let logits = FisherSettings.test(.logits, .calibrated)
    let reverse = try matrix(sample, logits, .logits, compute)
    let forward = try matrix(sample, logits, .tangents, compute)
    #expect(distance(reverse, forward) < 1e-9)
    #expect(distance(reverse, plain) > 1e-3)
  }

  /// The factor of many classes in float activations is a matrix of numbers, near the one in double.
  @Test(arguments: structures)
  func floatIsFinite(structure: String) throws {
    let sample = try sample(structure, classes: 1000)
    let settings = Recipe.default.fisher
    let rounded = try matrix(sample, settings, nil, Compute(threads: 1))
    let exact = try matrix(sample, settings, nil, Compute(threads: 1, precision: .double))
    #expect(rounded.values.allSatisfy { $0.isFinite })
    #expect(relativeDistance(rounded.values, exact.values) < 2e-3)
  }

  // MARK: Streaming

  /// Values of all images are kept where they fit, or else images are walked twice.
  ///
  /// The first time is for the statistics and the second for the derivative. No digit tells which.
  @Test(arguments: structures, Precision.allCases)
  func streamingDoesNotChangeABit(structure: String, precision: Precision) throws {
    for (classes, batch) in [(10, 5), (200, 2)] {
      for squeezeExcitation in [false, true] {
        let sample = try sample(
          structure, classes: classes, batch: batch, squeezeExcitation: squeezeExcitation)
        try expectEqualStreams(sample, precision)
      }
    }
  }

  @Test(arguments: [FisherSample.mixed, FisherSample.dead, FisherSample.partlyZero])
  func streamingOfCells(cell: String) throws {
    try expectEqualStreams(try FisherSample(cell, width: 5, batch: 3), .float)
  }

  private func expectEqualStreams(_ sample: FisherSample, _ precision: Precision) throws {
    let settings = FisherSettings.test(.exact, .calibrated, smoothing: 0)
    var results: [FisherInformation] = []
    for threads in [1, 2, 3] {
      let compute = try Compute(threads: threads, precision: precision)
      for windowBytes in [FisherShare.windowBytes, 0] {
        results.append(
          try FisherInformation(
            sample.network, parameters: sample.parameters, inputs: sample.inputs,
            settings: settings, forced: nil, windowBytes: windowBytes, on: compute))
      }
    }
    for other in results.dropFirst() {
      #expect(other.matrix == results[0].matrix && other.logits == results[0].logits)
    }
    #expect(results[0].matrix.values.contains { $0 != 0 })
  }
}
