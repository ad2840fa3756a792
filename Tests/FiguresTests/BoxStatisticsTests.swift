import Figures
import Testing

@Suite struct BoxStatisticsTests {
  /// The definition, without sorting: a quantile splits the numbers so that a share lies below.
  private func quantile(_ values: [Double], _ share: Double) -> Double {
    func ranked(_ rank: Int) -> Double {
      values.first { candidate in
        let below = values.count { $0 < candidate }
        return below <= rank && rank < below + values.count { $0 == candidate }
      } ?? .nan
    }
    let position = share * Double(values.count - 1)
    let whole = position.rounded(.down)
    let (low, high) = (ranked(Int(whole)), ranked(Int(position.rounded(.up))))
    return low + (position - whole) * (high - low)
  }

  @Test(arguments: 1...40)
  func agreesWithThePlainDefinition(count: Int) throws {
    var numbers = Numbers(seed: UInt64(count))
    // Rounded, so that there are ties; cubed, so that there are outliers.
    let values = numbers.list(count).map { value in
      let wide = 40 * value - 20
      return (wide * wide * wide / 100).rounded()
    }
    let box = try #require(BoxStatistics(values))
    let (low, high) = (quantile(values, 0.25), quantile(values, 0.75))
    #expect(box.lowerQuartile == low)
    #expect(box.median == quantile(values, 0.5))
    #expect(box.upperQuartile == high)
    let reach = 1.5 * (high - low)
    let beyond = values.filter { $0 < low - reach || $0 > high + reach }
    #expect(box.outliers == beyond.count)
    #expect(box.count == count)
    let inner = values.filter { !beyond.contains($0) }
    #expect(box.lowerWhisker == min(inner.min() ?? low, low))
    #expect(box.upperWhisker == max(inner.max() ?? high, high))
    #expect(box.lowerWhisker <= box.lowerQuartile && box.lowerQuartile <= box.median)
    #expect(box.median <= box.upperQuartile && box.upperQuartile <= box.upperWhisker)
  }

  @Test func knownBoxes() throws {
    // numpy.percentile([1, 2, 3, 4, 100], [25, 50, 75]) gives 2, 3, 4.
    let box = try #require(BoxStatistics([100, 1, 2, 3, 4]))
    #expect(box.lowerQuartile == 2 && box.median == 3 && box.upperQuartile == 4)
    #expect(box.lowerWhisker == 1 && box.upperWhisker == 4 && box.outliers == 1)
    #expect(BoxStatistics([]) == nil)
    #expect(BoxStatistics([.nan, .infinity]) == nil)
    #expect(try #require(BoxStatistics([.nan, 5])).median == 5)
  }
}
