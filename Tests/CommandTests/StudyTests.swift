import Foundation
import TestSupport
import Testing

/// `tfnas study` as a process.
@Suite struct StudyTests {
  private let directory: TemporaryDirectory
  private let file: String

  init() throws {
    directory = try TemporaryDirectory()
    file = directory.file("study.yaml")
  }

  private func study(_ text: String, _ more: [String] = []) throws -> Tool.Result {
    try Data(text.utf8).write(to: URL(fileURLWithPath: file))
    return try Tool.run(["study", file, "--format", "json"] + more)
  }

  private static let two = """
    rankings: [vkdnw, "rank(vkdnw)*rank(flops)"]
    settings: {sample: 12, batch: 2, resamples: 0}
    tasks:
      - {space: nas-bench-201, task: cifar10, width: 4, cells: 1, resolution: 8}
      - {space: nas-bench-macro, task: cifar10, resolution: 8, title: chains}
    """

  @Test func rowsAreThoseOfEvaluateAndAStudyGoesOn() throws {
    let store = directory.file("s.sqlite")
    let first = try study(Self.two, ["--store", store])
    #expect(first.status == 0, "\(first.errors)")
    let tasks = try #require(try first.object()["tasks"] as? [[String: Any]])
    #expect(tasks.map { $0["task"] as? String } == ["nas-bench-201 cifar10", "chains"])
    let rows = try #require(tasks[1]["rows"] as? [[String: Any]])
    let alone = try Tool.run([
      "evaluate", "--proxies", "vkdnw,rank(vkdnw)*rank(flops)", "--sample", "12", "--batch", "2",
      "--resamples", "0", "--space", "nas-bench-macro", "--task", "cifar10", "--resolution", "8",
      "--format", "csv",
    ])
    #expect(alone.status == 0, "\(alone.errors)")
    for row in rows {
      let name = try #require(row["ranking"] as? String)
      let value = try #require((row["spearman"] as? [String: Any])?["value"] as? Double)
      #expect(alone.output.contains("\(value)"), "\(name)")
    }
    let means = try #require(try first.object()["rankings"] as? [[String: Any]])
    #expect(means.count == rows.count && means.allSatisfy { $0["mean"] is Double })
    let again = try study(Self.two, ["--store", store])
    #expect(again.output == first.output)
    #expect(!again.errors.contains("scored"), "\(again.errors)")
  }

  @Test func aTaskThatFailsIsNamedAndTheOthersAreMeasured() throws {
    let result = try study(
      """
      rankings: [layers]
      tasks:
        - {space: nas-bench-macro, task: cifar10, sample: 12, resamples: 0}
        - {space: mobilenet-v2, accuracies: \(directory.file("none.csv"))}
      """)
    #expect(result.status == 65)
    let tasks = try #require(try result.object()["tasks"] as? [[String: Any]])
    #expect(tasks[0]["failure"] is NSNull && !(tasks[1]["failure"] is NSNull))
    #expect(result.errorLines.last?.contains("1 task of 2 failed") == true, "\(result.errors)")
  }

  @Test(arguments: [
    ("tasks: []", "has no 'rankings'"), ("rankings: [vkdnw]\ntasks: []", "at least one"),
    ("rankings: [vkdnw]\ntasks:\n  - {space: none}", "study.yaml:3:5: "),
    ("rankings: [nothing]\ntasks:\n  - {space: nas-bench-201}", "nothing"),
    (
      "rankings: [vkdnw]\nsettings: {store: x}\ntasks:\n  - {space: nas-bench-201}",
      "study.yaml:2:12"
    ),
    ("rankings: [vkdnw", "study.yaml:"), ("", "empty"),
  ])
  func aBrokenFileEndsWithALine(text: String, part: String) throws {
    let result = try study(text)
    #expect(result.status == 65 && result.output.isEmpty, "\(result.errors)")
    #expect(result.errorLines.count == 1 && result.errors.contains(part), "\(result.errors)")
  }
}
