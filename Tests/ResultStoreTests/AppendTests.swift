import Foundation
import Scoring
import TestSupport
import Testing

@testable import ResultStore

@Suite struct AppendTests {
  let directory: TemporaryDirectory
  let store: ResultStore

  init() throws {
    directory = try TemporaryDirectory()
    store = try ResultStore(path: directory.file())
  }

  @Test func appendingAgainChangesNothing() throws {
    let records = Sample.assorted
    try store.append(records)
    let again = records.map { record in
      var record = record
      record.version = "2.0.0"
      record.seconds += 1
      return record
    }
    #expect(try store.append(again) == 0)
    #expect(try store.append(again + [Sample.record("new"), Sample.record("new")]) == 1)
    #expect(try store.contents() == byKey(records + [Sample.record("new")]))
  }

  @Test(arguments: [
    (Score.value(0.5), Score.value(0.50001)),
    (.value(0), .value(1e-300)),
    (.value(0), .undefined("No path.")),
    (.undefined("No path."), .value(0)),
    (.undefined("No path."), .undefined("Overflow.")),
    (.undefined("\u{e9}"), .undefined("e\u{301}")),
  ])
  func anotherScoreUnderTheSameKeyIsRefused(stored: Score, appended: Score) throws {
    let first = Sample.record("|a|", score: stored)
    let second = Sample.record("|a|", score: appended, version: "1.1.0")
    try store.append([first])
    let error = try storeError { try store.append([Sample.record("|b|"), second]) }
    #expect(error == .conflict(path: directory.file(), stored: first, appended: second))
    #expect(error.category == .badData)
    for part in [
      directory.file(), "vkdnw", "|a|", "nas-bench-201", "seed 1", "version 1.0.0", "version 1.1.0",
    ] {
      #expect(error.description.contains(part))
    }
    let kept = try #require(try store.evaluation(for: first.key))
    #expect(kept.score.isIdentical(to: stored))
    #expect(try store.series().map(\.count) == [1], "the refused batch left a record behind")
  }

  /// The same version repeats its digits; another one may differ by rounding, and the first record stays.
  @Test(arguments: [(0.5, 0.5.nextUp), (0.0, -0.0)])
  func roundingIsNoConflictOfAnotherVersion(stored: Double, appended: Double) throws {
    let first = Sample.record("|a|", score: .value(stored))
    try store.append([first])
    let same = Sample.record("|a|", score: .value(appended))
    #expect(try storeError { try store.append([same]) }.category == .badData)
    let other = Sample.record("|a|", score: .value(appended), version: "1.1.0")
    #expect(try store.append([other]) == 0)
    let kept = try #require(try store.evaluation(for: first.key))
    #expect(kept.score.isIdentical(to: .value(stored)))
  }

  @Test func aBatchThatContradictsItselfIsRefusedWhole() throws {
    let batch = [Sample.record("a", score: .value(1)), Sample.record("a", score: .value(2))]
    let error = try storeError { try store.append(batch) }
    #expect(error.category == .badData)
    #expect(try store.series().isEmpty)
    // The row ids of the batch that was rolled back must not be remembered.
    #expect(try store.append([batch[0]]) == 1)
    #expect(try store.contents() == byKey([batch[0]]))
  }

  @Test func mergingTwiceIsMergingOnce() throws {
    let records = Sample.assorted
    try store.append(Array(records.prefix(10)))
    let other = try ResultStore(path: directory.file("other.sqlite"))
    try other.append(Array(records.suffix(10)))
    #expect(try store.merge(other) == records.count - 10)
    #expect(try store.merge(other) == 0)
    #expect(try store.merge(store) == 0)
    #expect(try store.contents() == byKey(records))
    #expect(try other.contents() == byKey(records.suffix(10)))
  }

  @Test func mergingRefusesAnotherScore() throws {
    try store.append([Sample.record("a", score: .value(1))])
    let other = try ResultStore(path: directory.file("other.sqlite"))
    try other.append([Sample.record("a", score: .value(2)), Sample.record("b")])
    #expect(try storeError { try store.merge(other) }.category == .badData)
    #expect(try store.contents() == byKey([Sample.record("a", score: .value(1))]))
  }

  @Test func tenThousandRecordsFitAndAreSkippedTheSecondTime() throws {
    let records = (0..<1000).flatMap { Sample.batch($0) }
    #expect(try store.append(records) == 10_000)
    #expect(try store.append(records) == 0)
    #expect(try store.evaluations(in: Sample.series).count == 10_000)
  }

  // A thrown error would also end the process with a failure, so it ends these with a success.

  @Test func aNumberThatIsNotFiniteStopsTheProgram() async {
    await #expect(processExitsWith: .failure) { [path = directory.file("other.sqlite") as String] in
      do {
        try ResultStore(path: path).append([Sample.record("a", score: .value(.nan))])
      } catch { exit(EXIT_SUCCESS) }
    }
  }

  @Test func aTextWithANulStopsTheProgram() async {
    await #expect(processExitsWith: .failure) { [path = directory.file("other.sqlite") as String] in
      do {
        try ResultStore(path: path).append([Sample.record("a\0b")])
      } catch { exit(EXIT_SUCCESS) }
    }
  }
}
