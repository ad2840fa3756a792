import Derivatives
import Foundation
import Networks
import Operators
import PlainTwins
import Tensors
import Testing

@Suite("Random graphs")
struct RandomGraphTests {
  /// What was seen of many graphs.
  struct Tally {
    var names: Set<String> = []
    /// Graphs in which every step of a difference crosses a kink.
    var kinks = 0
    var graphs = 0
  }

  @Test("run in both precisions and both engines, with true derivatives")
  func some() throws {
    var tally = Tally()
    for seed in 1...32 { try check(UInt64(seed), &tally) }
    #expect(tally.kinks <= tally.graphs / 5, "\(tally.kinks) of \(tally.graphs) not differentiated")
  }

  @Test(
    "two thousand of them, of all operators, in four parts",
    .enabled(
      if: ProcessInfo.processInfo.environment["TFNAS_SLOW"] != nil,
      "skipped: set TFNAS_SLOW to run it"), arguments: 0..<4)
  func twoThousand(part: Int) throws {
    var tally = Tally()
    for seed in 1...500 { try check(UInt64(500 * part + seed), &tally) }
    #expect(tally.graphs == 500)
    #expect(tally.kinks <= tally.graphs / 5, "\(tally.kinks) of \(tally.graphs) not differentiated")
    // Every operator came in.
    let all = Set(AllOperators.types.compactMap { $0.examples.first?.op.name })
    #expect(all.subtracting(tally.names).isEmpty, "\(all.subtracting(tally.names).sorted())")
    print("part \(part): \(tally.graphs) graphs, \(tally.kinks) with kinks in every difference")
  }

  private func check(_ seed: UInt64, _ tally: inout Tally) throws {
    let graph = try RandomGraph(seed: seed)
    let network = graph.network()
    tally.graphs += 1
    tally.names.formUnion(graph.names)
    let mode = [NormalizationMode.batch, .fresh, .calibrated, .identity][Int(seed % 4)]
    let setting = Setting(network, seed: seed, batch: 3)

    let exact = try setting.linearization(mode, .double)
    let rounded = try setting.linearization(mode, .float)
    let output = exact.output
    #expect(output.values.allSatisfy { $0.isFinite }, "seed \(seed)")
    // Of the largest value on the way: what cancels to nothing at the end is rounded there.
    let largest = network.nodes.indices.reduce(0.0) { largest, node in
      exact.rows(of: node).values.reduce(largest) { max($0, abs($1)) }
    }
    let distance = zip(rounded.output.values, output.values).reduce(0) {
      max($0, abs($1.0 - $1.1))
    }
    #expect(distance <= 1e-3 * largest, "seed \(seed): \(distance) of \(largest)")

    try checkAdjoint(setting, mode, .double, tolerance: 1e-10, seed: seed, least: 1e-4)
    if mode.isDifferentiated, !(try hasTrueDerivative(setting, mode, seed: seed)) {
      tally.kinks += 1
    }
    if mode == .batch { try checkCurvature(setting, seed: seed) }
    if mode.isPerSample, !network.parameters.isEmpty {
      try DerivativeCase(network, seed: seed).check(mode, .double, tolerance: 1e-8)
    }
    // Three chunks, the last one smaller.
    let wide = Setting(network, seed: seed, batch: 17)
    let digits = try [1, 2, 3].map { try Workers($0).digits(wide) }
    #expect(digits[0] == digits[1] && digits[0] == digits[2], "seed \(seed): digits of workers")
  }

  /// Whether differences of the values are the derivative; `false` where all cross kinks.
  private func hasTrueDerivative(_ setting: Setting, _ mode: NormalizationMode, seed: UInt64) throws
    -> Bool
  {
    var numbers = Numbers(seed: seed, "differences")
    let direction = Direction(setting, numbers: &numbers)
    let expected = try setting.linearization(mode, .double).pushforward(
      parameters: direction.parameters, input: direction.input
    ).values
    let here = try setting.linearization(mode, .double).output.values
    for exponent in stride(from: -13, through: -18, by: -1) {
      // How far the quotients of both sides are apart, for each step.
      var gaps: [Double] = []
      let quotients = try [exponent, exponent - 1].map { exponent in
        let step = Double(sign: .plus, exponent: exponent, significand: 1)
        let after = try setting.moved(by: step, along: direction).linearization(mode, .double)
        let before = try setting.moved(by: -step, along: direction).linearization(mode, .double)
        let ahead = zip(after.output.values, here).map { ($0 - $1) / step }
        let behind = zip(here, before.output.values).map { ($0 - $1) / step }
        gaps.append(relativeDistance(ahead, behind))
        return zip(after.output.values, before.output.values).map { ($0 - $1) / (2 * step) }
      }
      // Quotients that agree tell that no kink lies between, and sides that come together with the step
      // that none lies here, as it does where two maxima are equal.
      guard relativeDistance(quotients[0], quotients[1]) < 1e-5, gaps[1] < 0.75 * gaps[0] + 1e-8
      else { continue }
      let differences = zip(quotients[0], quotients[1]).map { (4 * $1 - $0) / 3 }
      #expect(
        relativeDistance(expected, differences) <= 1e-5 || norm(differences) < 1e-9,
        "seed \(seed), step 2^\(exponent)")
      return true
    }
    return false
  }

  /// Compares the exact derivative of the gradient along the layer weights with differences of gradients.
  private func checkCurvature(_ setting: Setting, seed: UInt64) throws {
    let network = setting.network
    let point = try setting.linearization(.batch, .double)
    var numbers = Numbers(seed: seed, "curvature")
    let cotangent = Matrix(
      rows: setting.batch, columns: network.classes,
      values: numbers.normals(setting.batch * network.classes))
    let zeros = Matrix(rows: setting.batch, columns: network.classes)
    let exact = try point.radialCurvature { _, _ in (cotangent, zeros) }
    // Along the weights themselves, in steps that 32 bits hold exactly.
    func gradient(_ step: Float) throws -> [Double] {
      var moved = setting
      for (position, spec) in network.parameters.enumerated() where spec.role.isLayerWeight {
        moved.parameters.values[position] = setting.parameters.values[position].map {
          $0 * (1 + step)
        }
      }
      let pulled = try moved.linearization(.batch, .double).pullback(cotangent)
      return zip(network.parameters, pulled.parameters).flatMap {
        $0.role.isLayerWeight ? $1 : $1.map { _ in 0 }
      }
    }
    for exponent in [-9, -10, -11] {
      let quotients = try [exponent, exponent - 1].map { exponent in
        let step = Float(sign: .plus, exponent: exponent, significand: 1)
        return zip(try gradient(step), try gradient(-step)).map { ($0 - $1) / (2 * Double(step)) }
      }
      let scale = norm(quotients[1]) + 1e-3 * norm(exact.gradient.flatMap { $0 }) + 1e-9
      guard norm(zip(quotients[0], quotients[1]).map { $0 - $1 }) < 1e-3 * scale else { continue }
      let differences = zip(quotients[0], quotients[1]).map { (4 * $1 - $0) / 3 }
      let distance = norm(zip(exact.curvature.flatMap { $0 }, differences).map { $0 - $1 })
      // Where a slope has a kink within the step, both quotients are off by what they differ by.
      let doubt = norm(zip(quotients[0], quotients[1]).map { $0 - $1 })
      #expect(
        distance <= 1e-4 * scale + doubt,
        "seed \(seed), step 2^\(exponent): curvature off by \(distance) of \(scale), \(doubt)")
      return
    }
  }
}
