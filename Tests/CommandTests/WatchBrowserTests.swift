import Foundation
import TestSupport
import Testing

/// The page of `tfnas watch` in a real browser: during a run, after a kill, with hostile names, by keys alone.
///
/// Without Chromium these tests are skipped, and say so.
@Suite(
  .enabled(
    if: BrowserScript.hasBrowser,
    "skipped: no Chromium, or no Python 3.10; CONTRIBUTING.md says how to get it"))
struct WatchBrowserTests {
  @Test func aRunInSight() throws {
    let result = try BrowserScript.run("watch_page.py", "check --program \"$TFNAS\"")
    #expect(result.status == 0, "\(result.output)")
    // One line for each thing that was looked at.
    let lines = result.output.split(separator: "\n")
    #expect(lines.count { $0.hasPrefix("ok ") } >= 20, "\(result.output)")
    #expect(!lines.contains { $0.hasPrefix("FAULT") }, "\(result.output)")
  }
}

/// The scripts that drive a browser.
private enum BrowserScript {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../Scripts").standardizedFileURL.path

  /// Whether they find one.
  static let hasBrowser = (try? run("chromium.py"))?.status == 0

  /// Runs a script with `$TFNAS` as the command, and leaves nothing behind beside it.
  static func run(
    _ script: String, _ arguments: String = ""
  ) throws -> (status: Int32, output: String) {
    try Tool.shell("exec \"${TFNAS_PYTHON:-python3}\" -B '\(folder)/\(script)' \(arguments) 2>&1")
  }
}
