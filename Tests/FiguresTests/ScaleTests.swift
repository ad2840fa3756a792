import Figures
import Foundation
import Testing

@Suite struct ScaleTests {
  private static let ranges: [(Double, Double)] = [
    (0, 1), (-1, 1), (0.1, 0.3), (93.2, 94.4), (-5e-7, 3e-7), (0, 1e9), (1e-30, 2e-30),
    (3, 3), (0, 0), (-7, -7), (1e200, 2e250), (-1e307, 1e307), (0.999_999, 1.000_001),
    (1_000_000, 1_000_001),
  ]

  @Test(arguments: ranges)
  func linearTicksAreEvenAndRoundAndHoldTheNumbers(low: Double, high: Double) throws {
    for count in [2, 4, 6, 10] {
      let scale = Scale(covering: [low, high], ticks: count)
      let values = scale.ticks.map(\.value)
      #expect((2...count + 3).contains(values.count), "\(values)")
      #expect(zip(values, values.dropFirst()).allSatisfy { $0 < $1 }, "\(values)")
      #expect(scale.domain == values[0]...values[values.count - 1])
      #expect(Set(scale.ticks.map(\.text)).count == values.count, "\(scale.ticks.map(\.text))")
      guard high < 1e290, low > -1e290 else { continue }
      let margin = max(abs(low), abs(high)) * 1e-8
      #expect(scale.domain.lowerBound <= low + margin && scale.domain.upperBound >= high - margin)
      let step = (values[values.count - 1] - values[0]) / Double(values.count - 1)
      let digit = step / pow(10, (log10(step) + 1e-6).rounded(.down))
      #expect([1.0, 2, 5].contains { abs($0 - digit) < 1e-4 }, "step \(step) of \(values)")
    }
  }

  @Test(arguments: [
    (1.0, 1000.0), (0.003, 2.0), (2e-5, 12.6), (1.2, 1.3), (4, 4), (1e-200, 1e200), (7, 30),
  ])
  func logarithmicTicksIncreaseAndHoldTheNumbers(low: Double, high: Double) {
    let scale = Scale(.logarithmic, covering: [low, high])
    let values = scale.ticks.map(\.value)
    #expect((2...9).contains(values.count), "\(values)")
    #expect(zip(values, values.dropFirst()).allSatisfy { $0 < $1 }, "\(values)")
    #expect(scale.domain.lowerBound <= low * (1 + 1e-6), "\(values)")
    #expect(scale.domain.upperBound >= high * (1 - 1e-6), "\(values)")
    #expect(Set(scale.ticks.map(\.text)).count == values.count, "\(scale.ticks.map(\.text))")
    for tick in values {
      let digit = tick / pow(10, (log10(tick) + 1e-9).rounded(.down))
      #expect([1.0, 2, 5].contains { abs($0 - digit) < 1e-6 }, "\(tick)")
    }
  }

  @Test func fractionsGoFromZeroToOneAndKeepTheOrder() {
    var numbers = Numbers(seed: 1)
    for kind in [Scale.Kind.linear, .logarithmic] {
      let values = numbers.list(50).map { pow(10, 4 * $0 - 2) }.sorted()
      let scale = Scale(kind, covering: values)
      let fractions = values.map(scale.fraction)
      #expect(fractions == fractions.sorted())
      #expect(fractions.allSatisfy { (0...1).contains($0) })
      #expect(scale.fraction(of: scale.domain.lowerBound) == 0)
      #expect(scale.fraction(of: scale.domain.upperBound) == 1)
      for odd in [-Double.infinity, .infinity, .nan, -1, 0] {
        #expect((0...1).contains(scale.fraction(of: odd)))
      }
    }
    let decades = Scale(.logarithmic, covering: [1, 100])
    #expect(abs(decades.fraction(of: 10) - 0.5) < 1e-15)
  }

  @Test func whatHasNoPlaceIsPassedOver() {
    #expect(
      Scale(covering: [.nan, 2, .infinity, 3]) == Scale(covering: [2, 3]))
    #expect(
      Scale(.logarithmic, covering: [-1, 0, 5, 50, .nan]) == Scale(.logarithmic, covering: [5, 50]))
    #expect(Scale(covering: []).domain == 0...1)
    #expect(Scale(.logarithmic, covering: []).domain == 1...10)
    #expect(Scale(covering: [2, 3], includingZero: true).domain.lowerBound == 0)
    #expect(Scale(covering: [-3, -2], includingZero: true).domain.upperBound == 0)
  }

  @Test func ticksHaveTheTextsThatAReaderExpects() {
    #expect(
      Scale(covering: [0, 1]).ticks.map(\.text) == ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"])
    #expect(Scale(covering: [0.1, 0.3], ticks: 3).ticks.map(\.value) == [0.1, 0.2, 0.3])
    #expect(Scale(covering: [0, 9445]).ticks.map(\.text).last == "10,000")
    #expect(
      Scale(.logarithmic, covering: [0.002, 3]).ticks.map(\.text)
        == ["0.001", "0.01", "0.1", "1", "10"])
    #expect(Scale(.logarithmic, covering: [1e-9, 1]).ticks.map(\.text).first == "1e-9")
  }

  @Test(arguments: [
    (0.0, 2, "0.00"), (-0.001, 2, "0.00"), (1234567.5, 1, "1,234,567.5"),
    (-999.999, 2, "-1,000.00"),
    (0.005, 3, "0.005"), (12, 0, "12"), (1e18, 0, "1e18"), (-2.5e20, 3, "-2.5e20"),
  ])
  func fixedDecimals(number: Double, places: Int, text: String) {
    #expect(NumberText.fixed(number, places: places) == text)
  }

  @Test(arguments: [
    (0.0, "0"), (0.1234, "0.123"), (100, "100"), (-12.5, "-12.5"), (99999, "99,999"),
    (1_234_567, "1.23e6"), (0.00001234, "1.23e-5"), (.leastNonzeroMagnitude, "4.94e-324"),
    (1.797e308, "1.8e308"),
    (0.9999, "1"), (9.999e-5, "1e-4"),
  ])
  func significantDigits(number: Double, text: String) {
    #expect(NumberText.significant(number) == text)
  }
}
