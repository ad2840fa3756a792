import Foundation
import TestSupport
import Testing

/// `tfnas submit`, with schedulers that a test writes, and with GNU parallel.
@Suite struct SubmitTests {
  private let directory: TemporaryDirectory
  private let folder: String

  init() throws {
    directory = try TemporaryDirectory()
    folder = directory.file("it's a run")
  }

  private var evaluation: [String] {
    ["evaluate", "--width", "4", "--cells", "1", "--batch", "1", "--sample", "12"]
      + ["--resamples", "0", "--proxies", "vkdnw", "--format", "json"]
  }

  /// A program of the search path, as a script.
  private func program(_ name: String, _ body: String) throws {
    let bin = directory.file("bin")
    try FileManager.default.createDirectory(atPath: bin, withIntermediateDirectories: true)
    try Data("#!/bin/sh\n\(body)\n".utf8).write(to: URL(fileURLWithPath: "\(bin)/\(name)"))
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o755], ofItemAtPath: "\(bin)/\(name)")
  }

  private func submit(_ arguments: [String]) throws -> Tool.Result {
    try Tool.run(
      ["submit"] + arguments + ["--"] + evaluation + ["--join", folder],
      environment: ["PATH": directory.file("bin") + ":/usr/bin:/bin"])
  }

  @Test func aDryRunPrintsTheScriptAlone() throws {
    for engine in ["slurm", "pbs", "parallel"] {
      let result = try submit([engine, "--tasks", "3", "--time", "2h", "--dry-run"])
      #expect(result.status == 0 && result.output.hasPrefix("#!/bin/sh\n"), "\(result.errors)")
      #expect(result.output.contains("evaluate --width 4"))
      #expect(result.output.contains("--threads 1 &"))
      let script = directory.file("script")
      try Data(result.output.utf8).write(to: URL(fileURLWithPath: script))
      #expect(try Tool.shell("sh -n '\(script)'").status == 0)
    }
    #expect(!FileManager.default.fileExists(atPath: folder))
  }

  /// Runs each element of an array as Slurm would, and one that ends with 75 again.
  private static let sbatch = """
    for word; do
      case $word in
      --array=0-*) last=${word#--array=0-} ;;
      --export=ALL,*) export "${word#--export=ALL,}" ;;
      esac
      script=$word
    done
    echo "$last $TFNAS_OFFSET" >> "$(dirname "$0")/submitted"
    for number in $(seq 0 "$last"); do
      SLURM_ARRAY_TASK_ID=$number SLURM_JOB_ID=7_$number sh "$script" \
        >> "$(dirname "$0")/out" 2>> "$(dirname "$0")/err" &
    done
    wait
    echo 7
    """

  @Test func arraysAreSplitAtTheLimitAndTheRunIsComplete() throws {
    try program("scontrol", "echo 'MaxArraySize            = 2'")
    try program("sbatch", Self.sbatch)
    let result = try submit(["slurm", "--tasks", "3", "--format", "json"])
    try #require(result.status == 0, "\(result.errors)")
    let object = try result.object()
    let jobs = try #require(object["jobs"] as? [[String: Any]])
    #expect(jobs.map { $0["workers"] as? Int } == [2, 1])
    #expect(jobs.map { $0["before"] as? Int } == [0, 2])
    #expect(jobs.allSatisfy { $0["job"] as? String == "7" })
    #expect(
      try String(contentsOfFile: directory.file("bin/submitted"), encoding: .utf8) == "1 0\n0 2\n")
    let status = try #require(object["statusCommand"] as? String)
    #expect(status.hasPrefix("tfnas status '"))
    let state = try Tool.run(["status", folder, "--format", "json"]).object()
    #expect(state["done"] as? Int == 12, "\(state)")
    // The command that was named shows the result.
    let shown = try Tool.shell(try #require(object["resultCommand"] as? String) + " 2>/dev/null")
    #expect(shown.status == 0)
    #expect(try shown.output == Tool.run(evaluation).output)
  }

  @Test func whatTheSystemRefusesIsSaid() throws {
    try program("scontrol", "echo 'MaxArraySize = 2'")
    try program("sbatch", "echo 'sbatch: error: invalid partition' >&2; exit 1")
    let refused = try submit(["slurm", "--tasks", "3"])
    #expect(refused.status == 75 && refused.output.isEmpty, "\(refused.errors)")
    #expect(refused.errorLines.count == 1)
    #expect(refused.errors.contains("ended with status 1: sbatch: error: invalid partition"))
    #expect(refused.errors.contains("nothing was submitted"))

    try program("scontrol", "exit 1")
    let mute = try submit(["slurm"])
    #expect(mute.status == 75 && mute.errors.contains("--array-limit"), "\(mute.errors)")

    let absent = try Tool.run(
      ["submit", "pbs", "--"] + evaluation + ["--join", folder],
      environment: ["PATH": directory.file("none")])
    #expect(absent.status == 66 && absent.errors.contains("qsub"), "\(absent.errors)")

    try program("parallel", "echo 'parallel: invalid option' >&2; exit 1")
    let namesake = try submit(["parallel"])
    #expect(namesake.status == 66 && namesake.errors.contains("GNU parallel"), "\(namesake.errors)")
  }

  @Test(arguments: [
    (["slurm"], [], "there is no command"),
    (["slurm"], ["evaluate"], "needs --join DIR"),
    (["slurm"], ["count", "7"], "evaluate, score, search and study are"),
    (["slurm"], ["search", "--evaluations", "4"], "needs --join DIR"),
    (["slurm"], ["search", "--budget", "1min", "--join", "d"], "--join excludes --budget"),
    (["slurm"], ["evaluate", "--batch", "0", "--join", "d"], "--batch must be"),
    (["lsf"], ["evaluate", "--join", "d"], "'slurm', 'pbs', 'parallel'"),
    (["slurm", "--tasks", "0"], ["evaluate", "--join", "d"], "--tasks"),
    (["slurm", "--time", "2s"], ["evaluate", "--join", "d"], "a minute at least"),
    (["slurm", "--name", "a b"], ["evaluate", "--join", "d"], "--name"),
  ])
  func usage(options: [String], command: [String], fragment: String) throws {
    let result = try Tool.run(["submit"] + options + ["--"] + command)
    #expect(result.status == 64 && result.output.isEmpty, "\(result.errors)")
    #expect(result.errorLines.count == 1 && result.errors.contains(fragment), "\(result.errors)")
  }

  /// Another program of that name comes with moreutils.
  private static let hasParallel =
    (try? Tool.shell("parallel --version 2>/dev/null").output.hasPrefix("GNU parallel")) ?? false

  @Test(.enabled(if: hasParallel, "GNU parallel is not installed"))
  func parallelRunsTheWorkersHere() throws {
    let result = try submit(["parallel", "--tasks", "3"])
    #expect(result.status == 0, "\(result.errors)")
    #expect(try result.output == Tool.run(evaluation).output, "\(result.errors)")
    let state = try Tool.run(["status", folder, "--format", "json"]).object()
    #expect(state["done"] as? Int == 12)
  }
}
