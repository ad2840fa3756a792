import PlainTwins
import Testing

@testable import Networks
@testable import Scoring
@testable import Tensors

/// Whatever is pulled back, the Fisher information is that of the definition.
@Suite struct FisherDefinitionTests {
  /// Networks with 16 features: fewer classes than features and more, one walk for each image and
  /// two, of which the second has a row to spare.
  @Test(arguments: [2, 5, 14, 17, 18, 120])
  func definition(classes: Int) throws {
    let sample = try FisherSample(classes: classes, batch: 2)
    let compute = try Compute(threads: 1, precision: .double)
    // The factor has 7,140 pairs of 120 classes, which take their time.
    let modes: [NormalizationMode] =
      classes < 100 ? [.calibrated, .fresh, .updated, .identity] : [.calibrated]
    for normalization in modes {
      // Jacobian and logits do not depend on the factor.
      let minibatch = try FrozenMinibatch(
        sample.network, sample.parameters, sample.inputs, mode: normalization, precision: .double,
        selection: FisherSettings.test(.exact).selection(in: sample.network))
      for factor in FisherFactor.allCases {
        for smoothing in [0, 0.05, 1] where factor != .logits || smoothing == 0 {
          // Without smoothing the released factor divides by rests that rounding makes zero.
          if factor == .released && smoothing == 0 && normalization != .calibrated { continue }
          let settings = FisherSettings.test(factor, normalization, smoothing: smoothing)
          let information = try sample.fisher(settings, on: compute)
          let slow = try minibatch.slowFisher(settings)
          let distance = relativeDistance(information.matrix.values, slow.values)
          #expect(
            distance < 1e-10,
            "\(classes) classes, \(factor), \(normalization), smoothing \(smoothing): \(distance)")
        }
      }
    }
  }

  /// The other choices of weights, among them taps at the rim of strided convolutions.
  @Test(arguments: [5, 20])
  func otherWeights(classes: Int) throws {
    let sample = try FisherSample(classes: classes, resolution: 12, batch: 2)
    var random = FisherSettings.test(.exact, .calibrated)
    random.position = .random
    var last = FisherSettings.test(.released, .calibrated)
    last.position = .fraction(1)
    let many = FisherSettings.test(.exact, .calibrated, weightsPerTensor: 3)
    let layers = FisherSettings.test(.exact, .calibrated, tensors: .layers, weightsPerTensor: 7)
    for settings in [random, last, many, layers] {
      let information = try sample.fisher(settings)
      let slow = try sample.slowFisher(settings)
      #expect(relativeDistance(information.matrix.values, slow.values) < 1e-10)
    }
  }
}
