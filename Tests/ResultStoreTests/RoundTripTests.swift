import Scoring
import TestSupport
import Testing

@testable import ResultStore

@Suite struct RoundTripTests {
  let directory: TemporaryDirectory
  let store: ResultStore

  init() throws {
    directory = try TemporaryDirectory()
    store = try ResultStore(path: directory.file())
  }

  @Test func everyRecordComesBackWhole() throws {
    let records = Sample.assorted
    #expect(try store.append(records) == records.count)
    for record in records {
      #expect(try store.contains(record.key))
      #expect(try store.evaluation(for: record.key) == record)
    }
    #expect(try store.contents() == byKey(records))
  }

  @Test func everyPartOfTheKeyCounts() throws {
    let record = Sample.record("a")
    try store.append([record])
    let changes: [(inout EvaluationKey) -> Void] = [
      { $0.architecture = "b" }, { $0.series.space = "darts" }, { $0.series.proxy = "jacov" },
      { $0.series.settings = "{}" }, { $0.series.seed = 2 },
    ]
    for change in changes {
      var key = record.key
      change(&key)
      #expect(try !store.contains(key))
      #expect(try store.evaluation(for: key) == nil)
    }
  }

  /// The obvious slow definition of a series: the records that agree in four fields.
  @Test func seriesAreTheRecordsThatAgreeInAllButTheArchitecture() throws {
    let records = Sample.assorted
    try store.append(records)
    let groups = Dictionary(grouping: records, by: \.key.series)
    let listed = try store.series()
    #expect(listed.count == groups.count)
    for (series, count) in listed {
      #expect(count == groups[series]?.count)
      let found = try store.evaluations(
        space: series.space, proxy: series.proxy, settings: series.settings, seed: series.seed)
      #expect(Array(found.keys) == found.values.map(\.architecture))
      #expect(Set(found.values) == Set(groups[series] ?? []))
    }
    let order = listed.map { "\($0.series.space) \($0.series.proxy) \($0.series.settings)" }
    #expect(order == order.sorted())
    let unknown = EvaluationSeries(space: "nas-bench-201", proxy: "x", settings: "{}", seed: 0)
    #expect(try store.evaluations(in: unknown).isEmpty)
  }

  @Test func numbersComeBackBitByBit() throws {
    var numbers: [Double] = [
      0, -0.0, 1, -1, 3, 1e15, 9_007_199_254_740_994, .pi, 0.1, 1.0 / 3, 1e308, -1e308,
      .greatestFiniteMagnitude, .leastNormalMagnitude, Double.leastNonzeroMagnitude,
      -Double.leastNonzeroMagnitude,
      Double.leastNormalMagnitude.nextDown, 0.123_456_789_012_345_67, 1.797_693_134_862_315_7e308,
      Double(Int64.max), Double(Int64.min), 123_456_789.0,
    ]
    var generator = SeededGenerator(seed: 1)
    while numbers.count < 500 {
      let number = Double(bitPattern: generator.next())
      if number.isFinite { numbers.append(number) }
    }
    try store.append(
      numbers.enumerated().map { index, number in
        var record = Sample.record("\(index)", score: .value(number))
        record.seconds = number
        return record
      })
    try store.close()
    let reopened = try ResultStore(readingFrom: directory.file())
    let found = try reopened.evaluations(in: Sample.series)
    for (index, number) in numbers.enumerated() {
      let record = try #require(found["\(index)"])
      #expect(record.score.value?.bitPattern == number.bitPattern, "\(number)")
      #expect(record.seconds.bitPattern == number.bitPattern, "\(number)")
    }
  }

  @Test(arguments: [0, 1, 1 << 53 + 1, 1 << 63 - 1, 1 << 63, UInt64.max] as [UInt64])
  func seedsOfAllSizesAreKept(seed: UInt64) throws {
    var record = Sample.record("a")
    record.seed = seed
    try store.append([record])
    #expect(try store.evaluation(for: record.key) == record)
    #expect(try store.series().map(\.series.seed) == [seed])
  }

  @Test func textsOfEveryKindAreKept() throws {
    let texts = [
      "", " ", "'", "\"", "?1", "%", "é", "網路", "🧠", "line\nline", "\u{feff}", "a;--",
      String(repeating: "x", count: 100_000),
    ]
    let records = texts.flatMap { text in
      texts.prefix(6).map { other in
        Evaluation(
          space: text, architecture: other, proxy: text, settings: other, seed: 0, version: text,
          score: .undefined(text), seconds: 0)
      }
    }
    #expect(try store.append(records) == records.count)
    #expect(try store.contents() == byKey(records))
  }

  @Test func anEmptyStoreHasNothing() throws {
    #expect(try store.append([]) == 0)
    #expect(try store.series().isEmpty)
    #expect(try !store.contains(Sample.record("a").key))
  }
}
