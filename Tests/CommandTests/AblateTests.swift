import Foundation
import ResultStore
import Studies
import TestSupport
import Testing

/// `ablate`, from the command line to the text.
@Suite struct AblateTests {
  private let directory: TemporaryDirectory
  private let store: String

  init() throws {
    directory = try TemporaryDirectory()
    store = directory.file("scores.sqlite")
  }

  /// A few small networks.
  private func arguments(_ ablations: String, _ more: [String] = []) -> [String] {
    ["ablate", ablations, "--sample", "4", "--cells", "1", "--width", "4", "--batch", "3"]
      + ["--batches", "2,4", "--resamples", "40", "--images", "synthetic"] + more
  }

  @Test func everyAblationRunsAndIsNotComputedTwice() throws {
    let first = try Tool.run(arguments("all", ["--format", "json", "--store", store]))
    try #require(first.status == 0, "\(first.errors)")
    let tables = try #require(try first.object()["ablations"] as? [[String: Any]])
    #expect(tables.compactMap { $0["ablation"] as? String } == Ablation.allCases.map(\.rawValue))
    for table in tables {
      let rows = try #require(table["rows"] as? [[String: Any]])
      #expect(rows.count > 1)
      let conclusion = try #require(table["conclusion"] as? String)
      #expect(conclusion.hasSuffix(".") && !conclusion.contains("\n"))
      for row in rows {
        #expect(row["networks"] as? Int == 4)
        let hasReference = row["reference"] is String
        #expect((row["kendallDifference"] is [String: Any]) == hasReference, "\(row)")
      }
    }
    let again = try Tool.run(arguments("all", ["--format", "json", "--store", store]))
    #expect(again.output == first.output && again.errors.contains("holds 4 of the 4 networks"))
    // An ablation alone has the same numbers as among others, and nothing is left to compute.
    let alone = try Tool.run(arguments("dimension", ["--format", "csv"]))
    let together = try Tool.run(arguments("all", ["--format", "csv", "--store", store]))
    #expect(alone.status == 0 && together.status == 0)
    let rows = alone.output.split(separator: "\n").dropFirst()
    #expect(rows.count == 6 && rows.allSatisfy { together.output.contains($0) })
  }

  @Test func theTableSaysWhatFollows() throws {
    let result = try Tool.run(arguments("batch-norm,orthogonality"))
    try #require(result.status == 0, "\(result.errors)")
    let lines = result.output.split(separator: "\n").map(String.init)
    #expect(lines[0] == "statistics of batch normalisation (ImageNet16-120)")
    #expect(lines[1].hasPrefix("batch-norm  Kendall tau-b"))
    #expect(lines.contains { $0.hasPrefix("Kendall tau-b against the number of layers") })
    #expect(lines.contains { $0.hasPrefix("vkdnw ") && $0.contains("-0.107") })
    let jsonl = try Tool.run(arguments("batch-norm", ["--format", "jsonl", "--threads", "1"]))
    #expect(jsonl.output.split(separator: "\n").count == 3)
  }

  @Test(arguments: [
    (["ablate"], "Missing expected argument"),
    (["ablate", "size"], "unknown ablation 'size'; known are components, batch, "),
    (["ablate", "batch,"], "unknown ablation ''"),
    (["ablate", "batch", "--batches", "8,x"], "'x' is no number of images"),
    (["ablate", "batch", "--batches", "0"], "--batches must be a whole number from 1 to"),
    (["ablate", "batch", "--sample", "1"], "--sample must be a whole number from 2 to 9445"),
    (["ablate", "input", "--sample", "3"], "vkdnw-images"),
  ])
  func badInput(arguments: [String], fragment: String) throws {
    let result = try Tool.run(arguments)
    #expect(result.status == 64 && result.output.isEmpty)
    #expect(result.errorLines.count == 1 && result.errors.contains(fragment), "\(result.errors)")
  }
}
