import Foundation
import Scoring
import Testing

@testable import ResultStore

enum Sample {
  /// Sixteen records that differ in each part of their key and of their value.
  static var assorted: [Evaluation] {
    var records: [Evaluation] = []
    for space in ["nas-bench-201", "darts"] {
      for (index, architecture) in ["|skip~0|", "|none~0|"].enumerated() {
        for proxy in ["vkdnw", "synflow"] {
          for seed in [7, UInt64.max] {
            records.append(
              Evaluation(
                space: space, architecture: architecture, proxy: proxy,
                settings: #"{"batch":\#(16 << index)}"#, seed: seed, version: "1.\(index)",
                score: proxy == "vkdnw"
                  ? .value(Double(records.count) / 3) : .undefined("No path to the output."),
                seconds: Double(records.count) / 7))
          }
        }
      }
    }
    return records
  }

  /// A record of one series, told apart by its architecture.
  static func record(
    _ architecture: String, score: Score = .value(0.5), version: String = "1.0.0"
  ) -> Evaluation {
    Evaluation(
      space: "nas-bench-201", architecture: architecture, proxy: "vkdnw",
      settings: #"{"batch":64}"#, seed: 1, version: version, score: score, seconds: 0.25)
  }

  /// The series of ``record(_:score:version:)``.
  static let series = record("").key.series

  /// A batch of records that belong together; no two batches share an architecture.
  static func batch(_ number: Int, count: Int = 10) -> [Evaluation] {
    (0..<count).map { record("arch-\(number)-\($0)", score: .value(Double(number) / 3)) }
  }
}

extension ResultStore {
  /// Every record of the store, by key.
  func contents() throws -> [EvaluationKey: Evaluation] {
    var contents: [EvaluationKey: Evaluation] = [:]
    for (series, count) in try series() {
      let records = try evaluations(in: series)
      try #require(records.count == count)
      for record in records.values { contents[record.key] = record }
    }
    return contents
  }
}

func byKey(_ records: some Sequence<Evaluation>) -> [EvaluationKey: Evaluation] {
  Dictionary(records.map { ($0.key, $0) }) { first, _ in first }
}

/// The error that a piece of work on a store throws.
func storeError<Result>(
  _ work: () throws -> Result, sourceLocation: SourceLocation = #_sourceLocation
) throws -> ResultStoreError {
  let error = try #require(
    #expect(throws: ResultStoreError.self, sourceLocation: sourceLocation) { _ = try work() },
    sourceLocation: sourceLocation)
  #expect(!error.description.contains("\n"), sourceLocation: sourceLocation)
  return error
}
