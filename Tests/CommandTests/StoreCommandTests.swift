import Foundation
import TestSupport
import Testing

/// `tfnas store`, and what runs say of damaged stores.
@Suite struct StoreCommandTests {
  private let directory: TemporaryDirectory
  private let path: String

  init() throws {
    directory = try TemporaryDirectory()
    path = directory.file("s.sqlite")
    let result = try Tool.run(Self.evaluation + ["--store", path])
    try #require(result.status == 0, "\(result.errors)")
  }

  private static let evaluation =
    ["evaluate", "--sample", "20", "--proxies", "vkdnw", "--resamples", "0", "--format", "json"]
    + smallImage

  /// Changes the digits of one score in the file itself.
  private func damage() throws {
    let text =
      "UPDATE evaluation SET score = score + 1 WHERE score IS NOT NULL AND architecture = 4"
    let script = """
      import sqlite3, sys
      db = sqlite3.connect(sys.argv[1]); db.execute(sys.argv[2]); db.commit()
      """
    let (status, _) = try Tool.shell("python3 -c '\(script)' '\(path)' '\(text)'")
    try #require(status == 0)
  }

  @Test func aSoundStoreIsSaidToBeSound() throws {
    let before = try Data(contentsOf: URL(fileURLWithPath: path))
    for action in ["check", "repair"] {
      let result = try Tool.run(["store", action, path, "--format", "json"])
      #expect(result.status == 0, "\(result.errors)")
      let object = try result.object()
      #expect(object["problems"] as? [String] == [])
      #expect((object["sound"] as? Int ?? 0) >= 20)
    }
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
  }

  @Test func aDamagedScoreIsRefusedNamedAndRepaired() throws {
    let sound = try #require(
      try Tool.run(["store", "check", path, "--format", "json"]).object()["sound"] as? Int)
    let plain = try Tool.run(Self.evaluation + ["--store", path])
    try damage()
    let refused = try Tool.run(Self.evaluation + ["--store", path])
    #expect(refused.status == 65 && refused.output.isEmpty, "\(refused.errors)")
    #expect(refused.errors.contains("table evaluation"), "\(refused.errors)")

    let check = try Tool.run(["store", "check", path, "--format", "json"])
    #expect(check.status == 65)
    let problems = try #require(try check.object()["problems"] as? [String])
    #expect(!problems.isEmpty && problems.allSatisfy { $0.contains("architecture 4") })

    let repair = try Tool.run(["store", "repair", path, "--format", "json"])
    #expect(repair.status == 0, "\(repair.errors)")
    #expect(try repair.object()["sound"] as? Int == sound - problems.count)
    #expect(FileManager.default.fileExists(atPath: path + ".damaged"))
    let again = try Tool.run(Self.evaluation + ["--store", path])
    #expect(again.status == 0 && again.output == plain.output, "\(again.errors)")
    #expect(try Tool.run(["store", "check", path]).status == 0)

    try damage()
    let second = try Tool.run(["store", "repair", path])
    #expect(second.status == 73, "\(second.errors)")
    #expect(second.errors.contains(".damaged: exists already"), "\(second.errors)")
  }

  @Test func aStoreThatVanishesEndsTheRunWithWhatThereIs() throws {
    let store = directory.file("gone.sqlite")
    let evaluate =
      "evaluate --width 4 --cells 1 --batch 1 --proxies vkdnw --resamples 0 --format csv "
      + "--store '\(store)'"
    let (status, output) = try Tool.shell(
      """
      "$TFNAS" \(evaluate) 2>'\(directory.file("err"))' & run=$!
      until [ -s '\(store)-wal' ]; do sleep 0.05; done
      sleep 1; rm -f '\(store)'*; wait $run
      """)
    let errors = try String(contentsOfFile: directory.file("err"), encoding: .utf8)
    #expect(status == 73, "\(errors)")
    #expect(output.split(separator: "\n").count > 2, "\(output)")
    #expect(errors.contains("the store failed: what follows is of the "), "\(errors)")
    #expect(errors.contains("gone.sqlite: was deleted, moved or replaced"), "\(errors)")
  }

  @Test func scoresOfOtherKernelsAreTakenWhereTheyAreAskedFor() throws {
    let store = directory.file("old.sqlite")
    let few = Self.evaluation.map { $0 == "20" ? "10" : $0 }
    try #require(try Tool.run(few + ["--store", store]).status == 0)
    let script = """
      import sqlite3, sys
      db = sqlite3.connect(sys.argv[1]); db.execute("UPDATE kernels SET name = \\"others\\" WHERE name > \\"\\""); db.commit()
      """
    // What another machine wrote has its own checksums, so that the name alone is damage.
    let (status, _) = try Tool.shell("python3 -c '\(script)' '\(store)'")
    try #require(status == 0)
    let damaged = try Tool.run(Self.evaluation + ["--store", store, "--mix"])
    #expect(damaged.status == 65, "\(damaged.errors)")
    #expect(try Tool.run(Self.evaluation + ["--mix"]).status == 64)
  }

  @Test func whatIsNoStoreIsRefused() throws {
    let text = directory.file("text")
    try Data("no store".utf8).write(to: URL(fileURLWithPath: text))
    #expect(try Tool.run(["store", "check", text]).status == 65)
    #expect(try Tool.run(["store", "check", directory.file("none")]).status == 66)
    #expect(try Tool.run(["store", "mend", path]).status == 64)
  }

  #if os(Linux) && arch(x86_64)
    @Test func scoresOfOtherInstructionsLieBesideEachOther() throws {
      for isa in ["sse41", "native", "sse41"] {
        let result = try Tool.run(Self.evaluation + ["--store", path, "--isa", isa])
        #expect(result.status == 0, "\(isa): \(result.errors)")
      }
      #expect(try Tool.run(["store", "check", path]).status == 0)
    }

    @Test func anInstructionSetIsThatOfTheWholeRun() throws {
      let score = ["score", "1462", "--format", "csv", "--precision", "float"] + smallImage
      let limited = try Tool.run(score + ["--isa", "sse41"])
      let byHand = try Tool.run(
        score, environment: ["ONEDNN_MAX_CPU_ISA": "SSE41", "OPENBLAS_CORETYPE": "Nehalem"])
      #expect(limited.status == 0 && byHand.status == 0, "\(limited.errors)")
      #expect(limited.output == byHand.output)
      #expect(try Tool.run(score + ["--isa", "avx9"]).status == 64)
    }
  #endif

  #if os(Linux)
    /// Limits under which nothing works, and limits under which something does: a line and a status in the manual.
    @Test(arguments: [
      "ulimit -v 100000", "ulimit -v 200000", "ulimit -v 300000", "ulimit -v 400000",
      "ulimit -v 600000", "ulimit -v 1000000", "ulimit -v 4000000", "ulimit -d 20000",
      "ulimit -d 100000", "ulimit -n 16",
    ])
    func aLimitEndsWithALine(limit: String) throws {
      let arguments = (["score", "1462", "--threads", "2", "-q"] + smallImage).joined(
        separator: " ")
      let (status, output) = try Tool.shell(
        "\(limit); timeout -s KILL 20 \"$TFNAS\" \(arguments) 2>&1 >/dev/null")
      // 127 is the loader's, which finds no room for the libraries.
      #expect([0, 73, 75, 127].contains(status), "\(limit): \(status) \(output)")
      if status == 73 || status == 75 {
        #expect(output.hasPrefix("tfnas: "), "\(limit): \(output)")
      }
    }
  #endif
}
