import Networks
import Scoring
import Spaces
import Tensors
import Testing

/// Reverse and forward walks reach the same Fisher information.
@Suite struct FisherRouteTests {
  private static let cells = [
    "|nor_conv_3x3~0|+|skip_connect~0|nor_conv_1x1~1|+|skip_connect~0|avg_pool_3x3~1|nor_conv_3x3~2|",
    "|avg_pool_3x3~0|+|nor_conv_1x1~0|none~1|+|none~0|skip_connect~1|nor_conv_1x1~2|",
    "|none~0|+|none~0|none~1|+|none~0|none~1|none~2|",
    "|nor_conv_3x3~0|+|nor_conv_3x3~0|nor_conv_3x3~1|+|nor_conv_3x3~0|nor_conv_3x3~1|nor_conv_3x3~2|",
  ]

  @Test(arguments: cells, [NormalizationMode.fresh, .calibrated])
  func routesAgree(text: String, mode: NormalizationMode) throws {
    for (classes, factor) in [(3, FisherFactor.exact), (20, .exact), (5, .released)] {
      let cell = try NASBench201Architecture(parsing: text)
      let network = try NASBench201Skeleton(
        channels: 3, cells: 1, classes: classes, resolution: 8
      ).network(of: cell)
      let parameters = Initializer.kaimingNormal.parameters(
        for: network, seed: 5, architecture: text, purpose: "weights")
      let inputs = NoiseImages().minibatch(
        0, count: 3, shape: network.inputShape, classes: network.classes, seed: 5
      ).pixels
      let settings = FisherSettings(
        factor: factor, normalization: mode, smoothing: 0.05, tensors: .tensors,
        weightsPerTensor: 3)
      let compute = try Compute(threads: 2, precision: .double)
      let direct: FisherRoute.Kind = factor == .exact ? .factorRows : .logits
      let matrices = try [direct, .features, .tangents].map { kind in
        try FisherInformation(
          network, parameters: parameters, inputs: inputs, settings: settings, forced: kind,
          on: compute
        ).matrix
      }
      let scale = matrices[0].values.reduce(0) { max($0, abs($1)) }
      for other in matrices.dropFirst() {
        for (a, b) in zip(matrices[0].values, other.values) {
          #expect(abs(a - b) <= 1e-11 * scale + 1e-300)
        }
      }
    }
  }
}
