import Testing

@testable import Networks
@testable import Scoring
@testable import Tensors

/// Values of the forward walk against `Golden/README.md`.
@Suite struct GoldenForwardTests {
  /// Cases share their kernels, which cost more to make than a small network to walk.
  private func expectLogits(_ names: [String], _ precision: Precision) throws {
    let compute = try Compute(threads: 2, precision: precision)
    for name in names { try expectLogits(GoldenCase.load(name), on: compute) }
  }

  private func expectLogits(_ golden: GoldenCase, on compute: Compute) throws {
    for (key, normalization) in [("eval", NormalizationMode.fresh), ("train", .calibrated)] {
      // One weight of the head is enough: the logits come for free.
      let settings = FisherSettings(
        factor: .exact, normalization: normalization, smoothing: 0, tensors: .tensors, dimension: 1)
      let logits = try FisherInformation(
        golden.network, parameters: golden.parameters, inputs: golden.inputs, settings: settings,
        on: compute
      ).logits
      golden.expect("logits.\(key)", logits.flatMap { $0 }, compute.precision)
      if normalization == .fresh {
        golden.expect(
          "probabilities.eval", logits.flatMap(LabelFactor.probabilities), compute.precision)
      }
    }
  }

  /// The mean magnitude after the stem and after every block.
  private func expectFeatures(_ names: [String], _ precision: Precision) throws {
    let engine = try KernelEngine(precision: precision)
    for name in names { try expectFeatures(GoldenCase.load(name), engine) }
  }

  private func expectFeatures(_ golden: GoldenCase, _ engine: KernelEngine) throws {
    #expect(
      golden.network.blockOutputs.count == golden.expected["features_mean_abs.eval"]?.values.count)
    for (key, mode) in [("eval", NormalizationMode.fresh), ("train", .calibrated)] {
      let means = try golden.network.blockOutputs.map { node -> Double in
        let part = try golden.network.ending(at: node)
        let minibatch = try FrozenMinibatch(
          part, golden.network.beginning(golden.parameters, of: part), golden.inputs, mode: mode,
          precision: engine.precision, engine: engine)
        let values = (0..<golden.batch).flatMap { minibatch.walk.features(image: $0) }
        return values.reduce(0) { $0 + abs($1) } / Double(values.count)
      }
      golden.expect("features_mean_abs.\(key)", means, engine.precision)
    }
  }

  @Test(arguments: Precision.allCases)
  func logits(precision: Precision) throws { try expectLogits(GoldenCase.small, precision) }

  @Test(arguments: Precision.allCases)
  func features(precision: Precision) throws {
    // A walk for each of the nine blocks of 24 images: in float that takes seconds.
    let names = GoldenCase.small.filter { precision == .double || $0 != "s09_truncated" }
    try expectFeatures(names, precision)
  }

  @Test func logitsOfTheFullNetwork() throws {
    try expectLogits([GoldenCase.full], .float)
  }

  @Test(.enabled(if: GoldenCase.isSlowWanted, "TFNAS_SLOW=1 runs it"))
  func fullNetworkInBothPrecisions() throws {
    try expectLogits([GoldenCase.full], .double)
    for precision in Precision.allCases {
      try expectFeatures([GoldenCase.full, "s09_truncated"], precision)
    }
  }
}
