import Foundation
import Testing

/// Every reader of foreign bytes, for a moment each; `make fuzz SECONDS=600 SEED=2` takes longer.
///
/// An input that failed is read again with `TFNAS_FUZZ_INPUT=FILE`, whose name begins with that of the target.
@Suite("fuzzed readers") struct FuzzTests {
  private static func variable(_ name: String) -> String? {
    ProcessInfo.processInfo.environment["TFNAS_FUZZ_" + name]
  }

  @Test(arguments: FuzzTarget.allCases)
  func nothingThatIsReadBreaksAnything(target: FuzzTarget) throws {
    let seconds = try #require(Double(Self.variable("SECONDS") ?? "2"))
    let seed = try #require(UInt64(Self.variable("SEED") ?? "1"))
    let summary = try FuzzRun(target: target, seed: seed, seconds: seconds).run()
    if let failure = summary.failure { Issue.record("\(failure)") }
    print(
      "fuzz: \(target.rawValue), seed \(seed): \(summary.executions) inputs, "
        + "\(summary.outcomes) outcomes")
    #expect(summary.outcomes > 3, "the inputs do not get far")
  }

  /// Everything of the corpus is read, so that changes begin in the middle of a format.
  @Test(arguments: FuzzTarget.allCases)
  func theCorpusIsReadable(target: FuzzTarget) throws {
    let corpus = try FuzzRun.corpus(of: target)
    #expect(corpus.count > 2 && corpus.allSatisfy { $0.count <= 8192 })
    let words = ["tensors", "array", "archive", "images", "table", "expression", "model"]
    for bytes in corpus {
      let path = FileManager.default.temporaryDirectory
        .appendingPathComponent("tfnas-\(UUID().uuidString)")
      try Data(bytes).write(to: path)
      defer { try? FileManager.default.removeItem(at: path) }
      let outcome = try target.outcome(of: bytes, in: path.path)
      if target == .architectures {
        #expect(!outcome.hasPrefix("0 read"), "\(String(decoding: bytes, as: UTF8.self))")
      } else {
        #expect(words.contains { outcome.hasPrefix($0) }, "\(outcome)")
      }
    }
  }

  /// One seed gives one sequence.
  @Test func theInputsFollowFromTheSeed() throws {
    let pool = try FuzzRun.corpus(of: .npz)
    func inputs(_ seed: UInt64) -> [[UInt8]] {
      var mutator = FuzzMutator(.npz, seed: seed)
      return (0..<50).map { _ in mutator.input(from: pool) }
    }
    #expect(inputs(1) == inputs(1))
    #expect(inputs(1) != inputs(2))
  }

  @Test(.enabled(if: variable("INPUT") != nil, "TFNAS_FUZZ_INPUT names no file"))
  func aFailureAgain() throws {
    let path = try #require(Self.variable("INPUT"))
    let name = URL(fileURLWithPath: path).lastPathComponent.prefix { $0 != "-" }
    let target = try #require(FuzzTarget(rawValue: String(name)), "\(name) is no target")
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    print("fuzz: \(try target.outcome(of: bytes, in: path))")
  }
}
