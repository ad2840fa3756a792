import Foundation
import TestSupport
import Testing

@testable import Distribution

@Suite struct RunPlanTests {
  @Test(arguments: [0, 1, 2, 100])
  func aFileIsReadAsItWasWritten(count: Int) throws {
    var written = plan(count)
    written.shard = Shard("3/16")
    let read = try RunPlan(parsing: written.bytes, file: "plan")
    #expect(read == written)
    #expect(read.difference(from: written) == nil && read.digest == written.digest)
  }

  @Test func everyPartOfARunCounts() throws {
    let one = plan(5)
    var others = [plan(6), plan(5, seed: 1)]
    var changed = one
    changed.networks[2] = "another"
    others.append(changed)
    changed = one
    changed.columns[0].settings = "{}"
    others.append(changed)
    changed = one
    changed.columns.removeLast()
    others.append(changed)
    changed = one
    changed.version = "9"
    others.append(changed)
    changed = one
    changed.space = "chains"
    others.append(changed)
    for other in others {
      #expect(one.difference(from: other) != nil)
      #expect(one.digest != other.digest && !one.isSameRun(as: other))
    }
    // Who computes, and by which command, is no part of the run.
    var elsewhere = plan(5, kernels: "AVX-512")
    elsewhere.command = ["other"]
    #expect(one.isSameRun(as: elsewhere) && one.digest == elsewhere.digest)
    #expect(one.difference(from: elsewhere)?.contains("AVX-512") == true)
  }

  @Test func filesThatAreNone() throws {
    let bytes = try plan(3).bytes
    for cut in 0..<bytes.count {
      #expect(throws: SharedRunError.self) {
        _ = try RunPlan(parsing: Array(bytes.prefix(cut)), file: "plan")
      }
    }
    let newer = String(decoding: bytes, as: UTF8.self).replacing(
      "\"format\":1", with: "\"format\":2")
    #expect(throws: SharedRunError.self) { _ = try RunPlan(parsing: Array(newer.utf8), file: "p") }
    var generator = SeededGenerator(seed: 4)
    for _ in 0..<300 {
      var random = bytes
      random[Int.random(in: 0..<random.count, using: &generator)] =
        UInt8.random(in: 0...255, using: &generator)
      // Whatever it is, it is read or refused.
      _ = try? RunPlan(parsing: random, file: "plan")
    }
  }

  @Test func partsAreDisjointAndComplete() throws {
    for (count, total) in [(1, 10), (3, 10), (16, 10), (7, 0)] {
      let parts = try (1...count).map { number in
        try #require(Shard(number: number, count: count)).part(of: Array(0..<total))
      }
      #expect(parts.flatMap(\.self).sorted() == Array(0..<total))
      let sizes = parts.map(\.count)
      #expect((sizes.max() ?? 0) - (sizes.min() ?? 0) <= 1)
    }
    #expect(Shard("3/16")?.description == "3/16" && Shard("3/16")?.contains(18) == true)
    for text in ["", "3", "0/4", "5/4", "1/0", "-1/4", "+1/4", "1/4/2", "a/b", "1/9999999", " 1/2"]
    {
      #expect(Shard(text) == nil, "\(text)")
    }
  }
}
