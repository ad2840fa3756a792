import Networks
import Scoring
import Tensors
import Testing

/// The Jacobian of the frozen walk against differences of logits.
///
/// With frozen statistics a logit is piecewise linear in each single weight, so that a difference
/// is the derivative, up to rounding, unless a rectifier changes sign between its two points.
@Suite struct FisherDerivativeTests {
  /// Small enough that no rectifier of these samples changes sign, exact in single precision.
  private static let step: Float = 0x1p-20

  private func check(
    _ sample: FisherSample, _ mode: NormalizationMode, _ selection: [WeightAddress]
  ) throws {
    let engine = try KernelEngine(precision: .double)
    let minibatch = try FrozenMinibatch(
      sample.network, sample.parameters, sample.inputs, mode: mode, precision: .double,
      selection: selection, engine: engine)
    let jacobians = try (0..<sample.batch).map { try minibatch.jacobian(image: $0) }
    let scale = jacobians.flatMap(\.values).reduce(0) { max($0, abs($1)) }
    for (column, address) in selection.enumerated() {
      func logits(_ change: Float) throws -> (at: Double, [[Double]]) {
        var moved = sample.parameters
        moved.values[address.parameter][address.index] += change
        let walked = try FrozenMinibatch(
          sample.network, moved, sample.inputs, mode: mode, precision: .double,
          given: minibatch.statistics, engine: engine)
        return (Double(moved.values[address.parameter][address.index]), walked.logits)
      }
      let (above, high) = try logits(Self.step)
      let (below, low) = try logits(-Self.step)
      for image in 0..<sample.batch {
        for c in 0..<sample.network.classes {
          let slope = (high[image][c] - low[image][c]) / (above - below)
          let error = abs(slope - jacobians[image][c, column])
          // Logits of magnitude 10 rounded at 1e-15 of it, over a distance of 2e-6: 1e-8.
          #expect(
            error < 1e-7 * max(scale, 1),
            "\(sample) \(mode) \(sample.network.parameters[address.parameter].name)[\(address.index)] class \(c): \(error)"
          )
        }
      }
    }
  }

  @Test(arguments: NormalizationMode.allCases)
  func everyTensor(mode: NormalizationMode) throws {
    let sample = try FisherSample(batch: 2)
    try check(
      sample, mode,
      FisherSettings.test(.exact, weightsPerTensor: 3).selection(in: sample.network))
  }

  @Test(arguments: [FisherSample.dead, FisherSample.partlyZero])
  func zeros(cell: String) throws {
    let sample = try FisherSample(cell, resolution: 12, batch: 1)
    var settings = FisherSettings.test(.exact)
    settings.position = .random
    try check(sample, .fresh, settings.selection(in: sample.network))
  }

  /// Every tap of the stem and of a strided convolution, on an image whose halves are odd.
  @Test func everyTap() throws {
    let sample = try FisherSample(resolution: 4, batch: 1)
    for name in ["stem.0.weight", "cells.1.conv_a.op.1.weight"] {
      let parameter = try #require(sample.network.parameters.firstIndex { $0.name == name })
      try check(sample, .fresh, (0..<27).map { WeightAddress(parameter: parameter, index: $0) })
    }
  }
}
