import Foundation
import PlainTwins
import Testing

@testable import Networks
@testable import Scoring
@testable import Tensors

/// Jacobians, Fisher information and its spectrum against `Golden/README.md`.
@Suite struct GoldenFisherTests {
  private static let covariances: [(name: String, factor: FisherFactor, smoothing: Double)] = [
    ("exact", .exact, 0), ("smooth", .exact, 0.05), ("released", .released, 0.05),
  ]

  @Test(arguments: Precision.allCases)
  func jacobians(precision: Precision) throws {
    let engine = try KernelEngine(precision: precision)
    for name in GoldenCase.small { try expectJacobian(GoldenCase.load(name), engine) }
  }

  private func expectJacobian(_ golden: GoldenCase, _ engine: KernelEngine) throws {
    for group in FisherGroup.all {
      let selection = group.settings(.exact, smoothing: 0).selection(in: golden.network)
      let minibatch = try FrozenMinibatch(
        golden.network, golden.parameters, golden.inputs, mode: .fresh, precision: engine.precision,
        selection: selection, engine: engine)
      let values = try (0..<golden.batch).flatMap { try minibatch.jacobian(image: $0).values }
      golden.expect("vkdnw.\(group.name).jacobian", values, engine.precision)
    }
  }

  private func expectSpectra(
    _ names: [String], _ precision: Precision, groups: [FisherGroup] = FisherGroup.all
  ) throws {
    // Cases share their kernels, which cost more to make than a small network to walk.
    let compute = try Compute(threads: 2, precision: precision)
    for name in names { try expectSpectra(GoldenCase.load(name), groups, on: compute) }
  }

  private func expectSpectra(
    _ golden: GoldenCase, _ groups: [FisherGroup], on compute: Compute
  ) throws {
    let precision = compute.precision
    for group in groups {
      for (name, factor, smoothing) in Self.covariances {
        let key = "vkdnw.\(group.name).\(name)"
        let information = try FisherInformation(
          golden.network, parameters: golden.parameters, inputs: golden.inputs,
          settings: group.settings(factor, smoothing: smoothing), on: compute)
        // The full network comes without its matrices.
        if golden.name != GoldenCase.full {
          golden.expect("\(key).fim", information.matrix.values, precision)
        }
        let spectrum = try information.spectrum()
        golden.expect("\(key).eigenvalues", spectrum.eigenvalues.reversed(), precision)
        golden.expect("\(key).deciles", spectrum.deciles, precision)
        // Where the output is constant the deciles are rounding, of which every kernel has its own.
        let isRounding = golden.name == "s05_constant_output"
        golden.expect(
          "\(key).entropy", [spectrum.entropy], precision, double: isRounding ? 1e-6 : nil)
        golden.expect("\(key).entropy_plain", [plainEntropy(spectrum.deciles)], precision)
      }
    }
  }

  /// The entropy without the constants of the released code.
  private func plainEntropy(_ deciles: [Double]) -> Double {
    let sum = deciles.reduce(0, +)
    guard sum > 0 else { return 0 }
    return deciles.reduce(0) { $1 > 0 ? $0 - $1 / sum * log($1 / sum) : $0 }
  }

  @Test(arguments: Precision.allCases)
  func spectra(precision: Precision) throws { try expectSpectra(GoldenCase.small, precision) }

  @Test func spectraOfTheFullNetwork() throws {
    try expectSpectra(
      [GoldenCase.full], .float, groups: FisherGroup.all.filter { $0.tensors == .layers })
  }

  @Test(.enabled(if: GoldenCase.isSlowWanted, "TFNAS_SLOW=1 runs it"))
  func allSpectraOfTheFullNetwork() throws {
    for precision in Precision.allCases {
      try expectSpectra([GoldenCase.full], precision)
    }
  }

  @Test(arguments: Precision.allCases)
  func releasedFactors(precision: Precision) throws {
    let engine = try KernelEngine(precision: precision)
    for name in GoldenCase.small { try expectReleasedFactor(GoldenCase.load(name), engine) }
  }

  private func expectReleasedFactor(_ golden: GoldenCase, _ engine: KernelEngine) throws {
    let precision = engine.precision
    let logits = try FrozenMinibatch(
      golden.network, golden.parameters, golden.inputs, mode: .fresh, precision: precision,
      engine: engine
    ).logits
    golden.expect(
      "vkdnw.p_released",
      logits.flatMap {
        LabelFactor.smoothedInHalf(LabelFactor.probabilities($0), by: 0.05)
      }, precision)
    golden.expect(
      "vkdnw.factor_released",
      logits.flatMap { LabelFactor(.released, smoothing: 0.05, logits: $0).matrix.values },
      precision)
  }

  /// Saturated samples agree in double.
  ///
  /// The fixtures do not compare the vanishing Fisher information of saturated samples, because of
  /// single precision. In double it is still known: its noise of 5e-5 for inputs moved by 2^-24
  /// shrinks to 1e-13, and the printed digits are twelve.
  @Test func saturatedSamplesInDouble() throws {
    let golden = try GoldenCase.load("s09_truncated")
    let compute = try Compute(threads: 1, precision: .double)
    for group in FisherGroup.all {
      let information = try FisherInformation(
        golden.network, parameters: golden.parameters, inputs: golden.inputs,
        settings: group.settings(.exact, smoothing: 0), on: compute)
      let entry = try #require(golden.expected["vkdnw.\(group.name).exact.fim"])
      let scale = try #require(entry.values.map { abs($0) }.max())
      #expect(scale < 1e-12)
      #expect(relativeDistance(information.matrix.values, entry.values) < 1e-9)
    }
  }
}
