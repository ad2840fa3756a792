import Foundation
import Testing

@testable import Scoring
@testable import Studies

/// Deciles and entropy of eigenvalues.
@Suite struct FisherSpectrumTests {
  /// The linear quantile by its definition: between the neighbours of `q (n - 1)`.
  private func slowQuantile(_ values: [Double], _ q: Double) -> Double {
    let sorted = values.sorted()
    let position = q * Double(sorted.count - 1)
    let (floor, ceiling) = (position.rounded(.down), position.rounded(.up))
    let (low, high) = (sorted[Int(floor)], sorted[Int(ceiling)])
    return floor == ceiling ? low : low * (ceiling - position) + high * (position - floor)
  }

  private func values(_ count: Int, stream: UInt64) -> [Double] {
    let generator = PortableGenerator(stream: stream)
    return (0..<UInt64(count)).map { exp(4 * generator.normal($0)) }
  }

  @Test(arguments: [1, 2, 3, 9, 10, 11, 21, 48, 101, 128])
  func deciles(count: Int) {
    for stream in 1...5 as ClosedRange<UInt64> {
      let values = values(count, stream: stream)
      let spectrum = FisherSpectrum(eigenvalues: values)
      #expect(spectrum.eigenvalues == values.sorted())
      #expect(spectrum.deciles.count == 9)
      for (k, decile) in spectrum.deciles.enumerated() {
        let wanted = slowQuantile(values, Double(k + 1) / 10)
        #expect(abs(decile - wanted) <= 1e-12 * wanted)
      }
      #expect(spectrum.quantile(0) == values.min() && spectrum.quantile(1) == values.max())
    }
  }

  @Test func tenStepsAreReadOff() {
    // Eleven eigenvalues: the deciles are nine of them, but for the rounding of 0.1 k.
    let spectrum = FisherSpectrum(eigenvalues: (0...10).map(Double.init).shuffledByThree())
    for (k, decile) in spectrum.deciles.enumerated() {
      #expect(abs(decile - Double(k + 1)) < 1e-14)
    }
  }

  @Test func entropyOfEqualValuesIsLargest() {
    let most = FisherSpectrum(eigenvalues: [Double](repeating: 3, count: 40)).entropy
    #expect(abs(most - log(9)) < 1e-8)
    for stream in 1...20 as ClosedRange<UInt64> {
      let entropy = FisherSpectrum(eigenvalues: values(40, stream: stream)).entropy
      #expect(entropy > 0 && entropy < most)
    }
  }

  @Test(arguments: [1, 2, 9, 11, 48, 128], SpectrumQuantiles.allCases)
  func entropyByDefinition(count: Int, quantiles: SpectrumQuantiles) {
    let values = values(count, stream: 77)
    let fractions = quantiles == .deciles ? Array(1...9) : Array(0...10)
    let wanted = entropy(ofDeciles: fractions.map { slowQuantile(values, Double($0) / 10) })
    let spectrum = FisherSpectrum(eigenvalues: values, quantiles: quantiles)
    #expect(abs(spectrum.entropy - wanted) < 1e-12)
    #expect(spectrum.entropy <= log(Double(fractions.count)) + 1e-8)
  }

  @Test func elevenQuantilesHaveTheExtremes() {
    #expect(SpectrumQuantiles.eleven.fractions == [0] + SpectrumQuantiles.deciles.fractions + [1])
    let even = [Double](repeating: 3, count: 40)
    #expect(
      abs(FisherSpectrum(eigenvalues: even, quantiles: .eleven).entropy - log(11)) < 1e-8)
    // An eigenvalue that dwarfs the others leaves nothing of the entropy of the deciles.
    let uneven = even + [1e9]
    #expect(FisherSpectrum(eigenvalues: uneven).entropy > 2)
    #expect(FisherSpectrum(eigenvalues: uneven, quantiles: .eleven).entropy < 1e-6)
    // No information has none of either.
    #expect(FisherSpectrum(eigenvalues: [0, 0, 0], quantiles: .eleven).entropy == 0)
    #expect(
      FisherSpectrum(eigenvalues: even) != FisherSpectrum(eigenvalues: even, quantiles: .eleven))
  }

  @Test func noInformationHasNoEntropy() {
    for count in [1, 2, 48] {
      let spectrum = FisherSpectrum(eigenvalues: [Double](repeating: 0, count: count))
      #expect(spectrum.deciles == [Double](repeating: 0, count: 9))
      #expect(spectrum.entropy == 0)
    }
    // One eigenvalue of many, beyond the last decile.
    let single = FisherSpectrum(eigenvalues: [5] + [Double](repeating: 0, count: 20))
    #expect(single.entropy == 0)
  }

  @Test func oneEigenvalue() {
    let spectrum = FisherSpectrum(eigenvalues: [2.5])
    #expect(spectrum.deciles == [Double](repeating: 2.5, count: 9))
    #expect(abs(spectrum.entropy - log(9)) < 1e-8)
  }

  @Test func roundingBelowZeroIsZero() {
    let spectrum = FisherSpectrum(eigenvalues: [1, -1e-18, 2, -3e-17])
    #expect(spectrum.eigenvalues == [0, 0, 1, 2])
  }

  /// The intermediate values of the conformance vectors: cell A as released.
  @Test func publishedSpectrum() throws {
    var sample = try FisherSample(classes: 10, batch: 8)
    sample.parameters = ConformanceConfiguration.parameters(of: sample.network)
    let information = try sample.fisher(Recipe.released.fisher)
    let spectrum = try information.spectrum()
    let logits = [
      10.1765213918, 1.6932457623, -12.6333147912, -5.6689575587, 12.4258138173, -3.8141309170,
      9.2482509071, 18.3740350438, 20.0345540044, -0.4848604883,
    ]
    for (got, wanted) in zip(information.logits[0], logits) {
      #expect(abs(got - wanted) <= 0.51e-10)
    }
    let deciles = [
      5.436793e-6, 7.694655e-5, 2.732324e-4, 7.907131e-4, 2.626148e-3, 8.314673e-3, 2.128943e-2,
      6.366278e-2, 2.488510e-1,
    ]
    for (got, wanted) in zip(spectrum.deciles, deciles) {
      // Seven digits are printed.
      #expect(abs(got - wanted) <= 0.51e-6 * wanted)
    }
    let top = Array(spectrum.eigenvalues.suffix(3).reversed())
    for (got, wanted) in zip(top, [20.0164755, 3.18369257, 1.28547919]) {
      #expect(abs(got - wanted) <= 0.6e-7)
    }
    #expect(abs(spectrum.eigenvalues.reduce(0, +) - 26.265834215) <= 0.51e-9)
    #expect(abs(spectrum.entropy - 0.868265920086) <= 1e-11)
    let fromPrint = entropy(ofDeciles: deciles)
    #expect(abs(fromPrint - spectrum.entropy) < 1e-6)
  }

  private func entropy(ofDeciles deciles: [Double]) -> Double {
    let weights = deciles.map { $0 / (deciles.reduce(0, +) + 1e-10) }
    return -weights.map { $0 * log($0 + 1e-10) }.reduce(0, +)
  }
}

extension Array {
  /// Every third element, three times over: another order without a generator.
  fileprivate func shuffledByThree() -> [Element] {
    (0..<3).flatMap { start in stride(from: start, to: count, by: 3).map { self[$0] } }
  }
}
