import Foundation
import Testing

/// The page of `tfnas watch` in a real browser: during a run, after a kill, with hostile names, by keys alone.
///
/// Without Chromium these tests are skipped, and say so.
@Suite(
  .enabled(
    if: WatchBrowserTests.hasBrowser,
    "skipped: no Chromium, or no Python 3.10; CONTRIBUTING.md says how to get it"))
struct WatchBrowserTests {
  private static let scripts = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../Scripts").standardizedFileURL.path

  private static let hasBrowser = (try? python("chromium.py", ""))?.status == 0

  private static func python(
    _ script: String, _ arguments: String
  ) throws -> (status: Int32, output: String) {
    // Nothing is left behind beside the scripts.
    try Tool.shell(
      "exec \"${TFNAS_PYTHON:-python3}\" -B '\(scripts)/\(script)' \(arguments) 2>&1")
  }

  @Test func aRunInSight() throws {
    let result = try Self.python("watch_page.py", "check --program \"$TFNAS\"")
    #expect(result.status == 0, "\(result.output)")
    // One line for each thing that was looked at.
    #expect(result.output.matches(of: #/(?m)^ok /#).count >= 20, "\(result.output)")
    #expect(!result.output.contains("FAULT"), "\(result.output)")
  }
}
