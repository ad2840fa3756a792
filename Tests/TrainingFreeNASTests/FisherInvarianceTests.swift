import PlainTwins
import Testing

@testable import Networks
@testable import Scoring
@testable import Tensors

/// What changes the Fisher information and what does not.
@Suite struct FisherInvarianceTests {
  static let modes = [NormalizationMode.fresh, .calibrated, .updated]

  @Test(arguments: FisherFactor.allCases)
  func symmetricAndPositive(factor: FisherFactor) throws {
    for mode in Self.modes {
      for precision in Precision.allCases {
        let matrix = try FisherSample().fisher(.test(factor, mode), precision: precision).matrix
        for i in 0..<matrix.rows {
          for j in 0..<i { #expect(matrix[i, j] == matrix[j, i]) }
          #expect(matrix[i, i] >= 0)
        }
        let eigenvalues = try matrix.symmetricEigenvalues()
        let (least, most) = (try #require(eigenvalues.first), try #require(eigenvalues.last))
        #expect(most > 0 && least >= -1e-14 * most)
        let trace = (0..<matrix.rows).reduce(0) { $0 + matrix[$1, $1] }
        #expect(abs(trace - eigenvalues.reduce(0, +)) <= 1e-13 * trace)
      }
    }
  }

  @Test(arguments: modes, [FisherSample.dead, FisherSample.partlyZero])
  func deadWeightsHaveNoInformation(mode: NormalizationMode, cell: String) throws {
    let sample = try FisherSample(cell)
    let information = try sample.fisher(.test(.exact, mode, weightsPerTensor: 2))
    // The first convolution of `dead` feeds nobody. In `partlyZero` node 1 is zero, so what the
    // convolutions of edges 2 and 4 make is the shift of their normalisations.
    let names = sample.network.parameters.map(\.name)
    var alive = 0
    for (row, address) in information.selection.enumerated() {
      let name = names[address.parameter]
      let isDead =
        cell == FisherSample.dead
        ? name.contains(".layers.0.")
        : name.contains(".layers.2.op.1") || name.contains(".layers.4.op.1")
      let entries = (0..<information.matrix.columns).map { information.matrix[row, $0] }
      if isDead {
        #expect(entries.allSatisfy { $0 == 0 }, "\(name)")
      } else if information.matrix[row, row] > 0 {
        alive += 1
      }
    }
    #expect(names.contains { $0.contains(".layers.") })
    #expect(alive > information.selection.count / 2)
  }

  @Test(arguments: [1e-2, 3, 1e6])
  func entropyDoesNotDependOnScale(factor: Double) throws {
    let spectrum = try FisherSample().fisher(.test(.exact)).spectrum()
    let scaled = FisherSpectrum(eigenvalues: spectrum.eigenvalues.map { $0 * factor })
    // The constant 1e-10 beside the sum of deciles is what remains.
    let constant = 1e-10 / spectrum.deciles.reduce(0, +) / min(factor, 1)
    #expect(constant < 1e-6)
    #expect(abs(scaled.entropy - spectrum.entropy) <= 10 * constant + 1e-13)
  }

  @Test(arguments: modes)
  func orderOfImages(mode: NormalizationMode) throws {
    let sample = try FisherSample(batch: 5)
    var shuffled = sample
    shuffled.inputs = [3, 0, 4, 2, 1].flatMap { sample.image($0) }
    for factor in FisherFactor.allCases {
      let first = try sample.fisher(.test(factor, mode))
      let second = try shuffled.fisher(.test(factor, mode))
      #expect(relativeDistance(first.matrix.values, second.matrix.values) < 1e-12)
      #expect(second.logits.count == 5)
    }
  }

  @Test(arguments: modes, Precision.allCases)
  func threadsDoNotChangeABit(mode: NormalizationMode, precision: Precision) throws {
    // Not divisible by the threads, and fewer than there are.
    for batch in [5, 2, 1] {
      let sample = try FisherSample(batch: batch)
      let one = try sample.fisher(.test(.exact, mode), threads: 1, precision: precision)
      for threads in [2, 3] {
        let more = try sample.fisher(.test(.exact, mode), threads: threads, precision: precision)
        #expect(more.matrix == one.matrix && more.logits == one.logits, "\(threads) of \(batch)")
      }
    }
  }

  @Test(arguments: Precision.allCases)
  func memoryIsReused(precision: Precision) throws {
    let compute = try Compute(threads: 2, precision: precision)
    let sample = try FisherSample()
    let others = [
      try FisherSample(FisherSample.partlyZero, width: 6, classes: 20, resolution: 12),
      try FisherSample(FisherSample.dead, width: 3, resolution: 4, batch: 1),
    ]
    for mode in Self.modes {
      let first = try sample.fisher(.test(.exact, mode), on: compute)
      let memory = compute.memory
      let again = try sample.fisher(.test(.exact, mode), on: compute)
      #expect(compute.memory == memory)
      for other in others { _ = try other.fisher(.test(.released, mode), on: compute) }
      let last = try sample.fisher(.test(.exact, mode), on: compute)
      #expect(first.matrix == again.matrix && first.matrix == last.matrix)
    }
  }

  // MARK: Order of the classes

  /// The sample with the rows of its classifier in another order.
  private func permuted(_ sample: FisherSample, _ order: [Int]) -> FisherSample {
    var result = sample
    let features = sample.network.parameters[sample.network.parameters.count - 2].fanIn
    let count = sample.parameters.values.count
    let (weights, bias) = (
      sample.parameters.values[count - 2], sample.parameters.values[count - 1]
    )
    result.parameters.values[count - 2] = order.flatMap {
      weights[$0 * features..<($0 + 1) * features]
    }
    result.parameters.values[count - 1] = order.map { bias[$0] }
    return result
  }

  /// The rows and columns of weights below the head.
  private func belowHead(_ information: FisherInformation, tensors: Int) -> [Double] {
    let size = information.selection.count { $0.parameter < tensors - 2 }
    return information.matrix.rows(0..<size).columns(0..<size).values
  }

  @Test(arguments: modes, [5, 20])
  func orderOfClasses(mode: NormalizationMode, classes: Int) throws {
    let sample = try FisherSample(classes: classes)
    let other = permuted(sample, (0..<classes).map { ($0 * 3 + 1) % classes })
    #expect(other.parameters != sample.parameters)
    let tensors = sample.network.parameters.count
    func distance(_ settings: FisherSettings) throws -> Double {
      relativeDistance(
        belowHead(try other.fisher(settings), tensors: tensors),
        belowHead(try sample.fisher(settings), tensors: tensors))
    }
    let (exact, logits) = (
      try distance(.test(.exact, mode)), try distance(.test(.logits, mode))
    )
    #expect(exact < 1e-12 && logits < 1e-12)
    // The released code multiplies by L where its transpose is meant, so the order matters to it.
    let released = try distance(.test(.released, mode))
    #expect(released > 1e-3)
  }
}
