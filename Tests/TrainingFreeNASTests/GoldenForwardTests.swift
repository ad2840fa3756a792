import Networks
import Tensors
import Testing
import TrainingFreeNAS

/// Values of the forward walk against `Golden/README.md`.
@Suite struct GoldenForwardTests {
  private func expectLogits(_ run: GoldenRun) throws {
    let golden = try GoldenCase.load(run.name)
    let compute = try Compute(threads: 2, precision: run.precision)
    for (key, normalization) in [("eval", NormalizationMode.fresh), ("train", .calibrated)] {
      // One weight of the head is enough: the logits come for free.
      let settings = FisherSettings(
        factor: .exact, normalization: normalization, smoothing: 0, tensors: .tensors, dimension: 1)
      let logits = try FisherInformation(
        golden.network, parameters: golden.parameters, inputs: golden.inputs, settings: settings,
        on: compute
      ).logits
      golden.expect("logits.\(key)", logits.flatMap { $0 }, run.precision)
      if normalization == .fresh {
        golden.expect(
          "probabilities.eval", logits.flatMap(LabelFactor.probabilities), run.precision)
      }
    }
  }

  /// The mean magnitude after the stem and after every block.
  private func expectFeatures(_ run: GoldenRun) throws {
    let golden = try GoldenCase.load(run.name)
    #expect(
      golden.network.blockOutputs.count == golden.expected["features_mean_abs.eval"]?.values.count)
    for (key, mode) in [("eval", NormalizationMode.fresh), ("train", .calibrated)] {
      let means = try golden.network.blockOutputs.map { node -> Double in
        let part = try golden.network.ending(at: node)
        let minibatch = try FrozenMinibatch(
          part, golden.network.beginning(golden.parameters, of: part), golden.inputs, mode: mode,
          precision: run.precision)
        let values = (0..<golden.batch).flatMap { minibatch.walk.features(image: $0) }
        return values.reduce(0) { $0 + abs($1) } / Double(values.count)
      }
      golden.expect("features_mean_abs.\(key)", means, run.precision)
    }
  }

  @Test(arguments: GoldenRun.small)
  func logits(run: GoldenRun) throws { try expectLogits(run) }

  @Test(arguments: GoldenRun.small)
  func features(run: GoldenRun) throws { try expectFeatures(run) }

  @Test func logitsOfTheFullNetwork() throws {
    try expectLogits(GoldenRun(name: GoldenCase.full, precision: .float))
  }

  @Test(.enabled(if: GoldenCase.isSlowWanted, "TFNAS_SLOW=1 runs it"))
  func fullNetworkInBothPrecisions() throws {
    try expectLogits(GoldenRun(name: GoldenCase.full, precision: .double))
    for precision in Precision.allCases {
      try expectFeatures(GoldenRun(name: GoldenCase.full, precision: precision))
    }
  }
}
