import PlainTwins
import Testing

@testable import Networks
@testable import Operators
@testable import Tensors

/// Calibrated normalisation: each channel has the statistics of the minibatch, then frozen.
@Suite struct FisherCalibrationTests {
  /// Mean and biased variance of each channel over a minibatch.
  private func statistics(
    _ sample: FisherSample, at node: Int, _ engine: KernelEngine
  ) throws -> (mean: [Double], variance: [Double]) {
    let part = try sample.network.ending(at: node)
    let minibatch = try FrozenMinibatch(
      part, sample.network.beginning(sample.parameters, of: part), sample.inputs,
      mode: .calibrated, precision: engine.precision, engine: engine)
    let images = (0..<sample.batch).map { minibatch.walk.features(image: $0) }
    let shape = sample.network.nodes[node].shape
    var (means, variances) = ([Double](), [Double]())
    for c in 0..<shape.channels {
      let values = images.flatMap { $0[c * shape.area..<(c + 1) * shape.area] }
      let mean = values.reduce(0, +) / Double(values.count)
      means.append(mean)
      variances.append(
        values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count))
    }
    return (means, variances)
  }

  @Test(
    arguments: [FisherSample.mixed, FisherSample.partlyZero], Precision.allCases)
  func outputsHaveShiftAndScale(cell: String, precision: Precision) throws {
    let sample = try FisherSample(cell, width: 5)
    let engine = try KernelEngine(precision: precision)
    let tolerance = precision == .double ? 1e-11 : 1e-4
    var checked = 0
    for (position, node) in sample.network.nodes.enumerated()
    where node.op is BatchNormalization {
      let input = try statistics(sample, at: node.inputs[0], engine)
      let output = try statistics(sample, at: position, engine)
      let gamma = sample.parameters.values[node.parameters.lowerBound]
      let beta = sample.parameters.values[node.parameters.lowerBound + 1]
      for c in gamma.indices {
        let v = input.variance[c]
        let wanted =
          Double(gamma[c]) * Double(gamma[c]) * v / (v + BatchNormalization(channels: 1).epsilon)
        #expect(abs(output.mean[c] - Double(beta[c])) < tolerance, "\(node.name) \(c)")
        #expect(abs(output.variance[c] - wanted) < tolerance, "\(node.name) \(c)")
        checked += v > 0 ? 1 : 0
      }
    }
    #expect(checked > 5 * 5)
  }

  /// The statistics that the tests above took are those of the Fisher information.
  @Test(arguments: [FisherSample.mixed, FisherSample.partlyZero])
  func sameStatistics(cell: String) throws {
    let sample = try FisherSample(cell, batch: 5)
    let walked = try FrozenMinibatch(
      sample.network, sample.parameters, sample.inputs, mode: .calibrated, precision: .double)
    let logits = try sample.fisher(.test(.exact, .calibrated), threads: 2).logits
    #expect(relativeDistance(logits.flatMap { $0 }, walked.logits.flatMap { $0 }) < 1e-12)
    let fresh = try sample.fisher(.test(.exact, .fresh), threads: 2).logits
    #expect(relativeDistance(fresh.flatMap { $0 }, walked.logits.flatMap { $0 }) > 1e-3)
  }

  /// A factor and a shift of the images do not pass the first normalisation, but for its epsilon.
  @Test func brightnessAndContrastDoNotMatter() throws {
    // Zero padding sees a shift, so only the factor is free.
    let sample = try FisherSample()
    var brighter = sample
    brighter.inputs = sample.inputs.map { $0 * 64 }
    let dim = try sample.fisher(.test(.exact, .calibrated)).logits.flatMap { $0 }
    let bright = try brighter.fisher(.test(.exact, .calibrated)).logits.flatMap { $0 }
    // The variance of the stem's output is about 2, epsilon 1e-5.
    #expect(relativeDistance(bright, dim) < 1e-4)
  }
}
