import PlainTwins
import Testing

@testable import Networks
@testable import Scoring
@testable import Tensors

/// Fisher information at the ends of what its settings allow.
@Suite struct FisherEdgeTests {
  private static let shapes: [(width: Int, classes: Int, resolution: Int, batch: Int)] = [
    (4, 5, 8, 1), (4, 2, 8, 3), (4, 5, 4, 3), (1, 5, 8, 3), (3, 5, 8, 3), (5, 5, 8, 3),
    (4, 120, 8, 2), (1, 2, 4, 1), (17, 3, 4, 2), (4, 1, 8, 2),
  ]

  /// Channels that fill no block, one image, one class: both precisions agree with the definition.
  @Test(arguments: shapes)
  func sizes(width: Int, classes: Int, resolution: Int, batch: Int) throws {
    let sample = try FisherSample(
      width: width, classes: classes, resolution: resolution, batch: batch)
    let computes = try Precision.allCases.map { try Compute(threads: 1, precision: $0) }
    for factor in FisherFactor.allCases {
      for mode in [NormalizationMode.fresh, .calibrated] {
        let settings = FisherSettings.test(factor, mode)
        let slow = try sample.slowFisher(settings)
        #expect(slow.values.contains { $0 != 0 } || classes == 1)
        for compute in computes {
          let precision = compute.precision
          // One image of 4x4 has one value behind the second reduction and no variance there.
          if mode == .calibrated && batch * resolution * resolution < 32 && precision == .float {
            continue
          }
          let information = try sample.fisher(settings, on: compute)
          let distance = relativeDistance(information.matrix.values, slow.values)
          // Calibrated statistics of a few values amplify what single precision rounds.
          let tolerance = precision == .double ? 1e-10 : mode == .fresh ? 1e-4 : 1e-2
          #expect(distance < tolerance, "\(sample) \(settings) \(precision): \(distance)")
          let entropy = try information.spectrum().entropy
          #expect(entropy.isFinite)
        }
      }
    }
  }

  @Test(arguments: [Float(10), 1e3, 1e5])
  func saturatedSamples(factor: Float) throws {
    var sample = try FisherSample()
    let count = sample.parameters.values.count
    for place in [count - 2, count - 1] {
      sample.parameters.values[place] = sample.parameters.values[place].map { $0 * factor }
    }
    for smoothing in [0, 0.05] {
      let settings = FisherSettings.test(.exact, .calibrated, smoothing: smoothing)
      let information = try sample.fisher(settings)
      let slow = try sample.slowFisher(settings)
      #expect(information.matrix.values.allSatisfy { $0.isFinite })
      // A matrix of zeros would agree with anything that underflows.
      #expect(slow.values.contains { $0 != 0 } || smoothing == 0)
      if slow.values.contains(where: { $0 != 0 }) {
        #expect(relativeDistance(information.matrix.values, slow.values) < 1e-10)
      } else {
        #expect(information.matrix.values.allSatisfy { $0 == 0 })
      }
    }
    let released = try sample.fisher(.test(.released, .calibrated))
    #expect(released.matrix.values.allSatisfy { $0.isFinite })
  }

  /// The output of a cell without edges is what the shifts of later normalisations make of zero.
  @Test func emptyCell() throws {
    let none = "|none~0|+|none~0|none~1|+|none~0|none~1|none~2|"
    let sample = try FisherSample(none)
    for mode in [NormalizationMode.fresh, .calibrated] {
      let information = try sample.fisher(.test(.exact, mode))
      #expect(information.logits.allSatisfy { $0 == information.logits[0] })
      for (row, address) in information.selection.enumerated() {
        let name = sample.network.parameters[address.parameter].name
        if name.hasPrefix("stem.") {
          #expect((0..<information.matrix.columns).allSatisfy { information.matrix[row, $0] == 0 })
        }
      }
    }
  }

  /// The block of the head's own weights needs no walk.
  @Test func head() throws {
    let sample = try FisherSample(batch: 3)
    let settings = FisherSettings.test(.exact)
    let whole = try sample.fisher(settings)
    let size = whole.selection.count
    let head = whole.matrix.rows(size - 2..<size).columns(size - 2..<size)
    // For the first class: the mean of p (1 - p) [g g, g; g, 1].
    let walked = try FrozenMinibatch(
      sample.network, sample.parameters, sample.inputs, mode: .fresh, precision: .double)
    var sums = [0.0, 0, 0]
    for image in 0..<3 {
      let p = 0.95 * PlainNetwork.softmax(walked.logits[image])[0] + 0.05 / 5
      let g = walked.walk.features(image: image)[0]
      for (place, value) in [g * g, g, 1].enumerated() { sums[place] += p * (1 - p) * value / 3 }
    }
    let wanted = [sums[0], sums[1], sums[1], sums[2]]
    #expect(relativeDistance(head.values, wanted) < 1e-12)
  }
}
