import Foundation
import GRDB
import Scoring
import TestSupport
import Testing

@testable import ResultStore

/// How processes at one store divide their work.
@Suite struct ClaimTests {
  let directory: TemporaryDirectory
  let path: String

  init() throws {
    directory = try TemporaryDirectory()
    path = directory.file()
  }

  private func store(lease: Double = 60) throws -> ResultStore {
    var options = ResultStore.Options()
    options.lease = lease
    return try ResultStore(path: path, access: .writing, options: options)
  }

  /// The keys of two proxies for each architecture.
  private func work(_ architectures: Range<Int>) -> [[EvaluationKey]] {
    architectures.map { records($0).map(\.key) }
  }

  private func records(_ architecture: Int) -> [Evaluation] {
    ["vkdnw", "synflow"].map { proxy in
      var record = Sample.record("arch-\(architecture)", score: .value(Double(architecture)))
      record.proxy = proxy
      return record
    }
  }

  /// One letter for each claim.
  private func letters(_ claims: [StoreClaim]) -> String {
    String(
      claims.map { claim -> Character in
        switch claim {
        case .taken: "t"
        case .recorded: "r"
        case .held: "h"
        }
      })
  }

  private func rows() throws -> (claims: Int, leases: Int) {
    let queue = try DatabaseQueue(path: path)
    defer { try? queue.close() }
    return try queue.read { db in
      (
        try Int.fetchOne(db, sql: "SELECT count(*) FROM claim") ?? -1,
        try Int.fetchOne(db, sql: "SELECT count(*) FROM lease") ?? -1
      )
    }
  }

  @Test func whatOneClaimsIsHeldForTheOthers() throws {
    let (first, second) = (try store(), try store())
    #expect(letters(try first.claim(work(0..<6), atMost: 2)) == "tt")
    #expect(letters(try second.claim(work(0..<6), atMost: 2)) == "hhtt")
    #expect(letters(try first.claim(work(0..<6), atMost: 9)) == "tthhtt", "its own are its own")
    #expect(try rows() == (12, 2))
  }

  @Test func anAppendEndsTheClaimAndTheOthersGetTheRecords() throws {
    let (first, second) = (try store(), try store())
    _ = try first.claim(work(0..<1), atMost: 1)
    try first.append(records(0))
    #expect(try rows().claims == 0)
    guard case .recorded(let found) = try second.claim(work(0..<1), atMost: 1).first else {
      Issue.record("not recorded")
      return
    }
    #expect(found == records(0))
  }

  @Test func whatIsRecordedInPartIsClaimedForTheRest() throws {
    let (first, second) = (try store(), try store())
    try first.append([records(0)[1]])
    guard case .taken(let found) = try second.claim(work(0..<1), atMost: 1).first else {
      Issue.record("not taken")
      return
    }
    #expect(found == [nil, records(0)[1]])
    #expect(try rows().claims == 1)
    // Another proxy of the same architecture is free.
    #expect(letters(try first.claim([[records(0)[1].key]], atMost: 1)) == "r")
    #expect(letters(try first.claim([[records(0)[0].key]], atMost: 1)) == "h")
    var other = records(0)[0].key
    for change in [
      { $0.series.seed = 2 }, { $0.series.settings = "{}" }, { $0.series.kernels = "AVX2" },
      { $0.series.space = "darts" }, { $0.series.proxy = "naswot" },
    ] as [(inout EvaluationKey) -> Void] {
      other = records(0)[0].key
      change(&other)
      #expect(letters(try first.claim([[other]], atMost: 1)) == "t", "\(other)")
    }
  }

  @Test func whatIsReleasedIsFree() throws {
    let (first, second) = (try store(), try store())
    _ = try first.claim(work(0..<3), atMost: 3)
    try first.releaseClaims()
    #expect(try rows() == (0, 0))
    #expect(letters(try second.claim(work(0..<3), atMost: 3)) == "ttt")
  }

  @Test func sharingReleasesAlsoWhereTheWorkFails() throws {
    struct Failure: Error {}
    let store = try store()
    #expect(throws: Failure.self) {
      try store.sharing {
        _ = try store.claim(work(0..<3), atMost: 3)
        #expect(try rows() == (6, 1))
        throw Failure()
      }
    }
    #expect(try rows() == (0, 0))
  }

  @Test func aLeaseRunsOutUnlessItIsRenewed() throws {
    let (first, second) = (try store(lease: 0.3), try store(lease: 0.3))
    _ = try first.claim(work(0..<1), atMost: 1)
    #expect(letters(try second.claim(work(0..<1), atMost: 1)) == "h")
    Thread.sleep(forTimeInterval: 0.35)
    #expect(letters(try second.claim(work(0..<1), atMost: 1)) == "t")
    #expect(letters(try first.claim(work(0..<1), atMost: 1)) == "h", "it was taken over")
    try second.releaseClaims()

    try first.sharing {
      _ = try first.claim(work(0..<1), atMost: 1)
      for _ in 0..<4 {
        Thread.sleep(forTimeInterval: 0.2)
        #expect(letters(try second.claim(work(0..<1), atMost: 1)) == "h")
      }
    }
    #expect(letters(try second.claim(work(0..<1), atMost: 1)) == "t")
  }

  /// A clock that was set back, or a damaged number, must not hold anything for ever.
  @Test func aLeaseWithoutAnEndCountsForNothing() throws {
    let (first, second) = (try store(), try store())
    _ = try first.claim(work(0..<1), atMost: 1)
    let queue = try DatabaseQueue(path: path)
    try queue.write { try $0.execute(sql: "UPDATE lease SET until = until + 3600000") }
    try queue.close()
    #expect(letters(try second.claim(work(0..<1), atMost: 1)) == "t")
  }

  @Test func theClaimsOfAKilledProcessAreFreeAtOnce() async throws {
    await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
      let store = try ResultStore(path: path)
      _ = try store.claim([[Sample.record("arch-0").key]], atMost: 1)
      kill(getpid(), SIGKILL)
    }
    #expect(try rows() == (1, 1))
    let store = try store()
    #expect(letters(try store.claim([[Sample.record("arch-0").key]], atMost: 1)) == "t")
    #expect(try rows() == (1, 1))
  }

  @Test func aProcessKnowsItselfAndMissesOthers() throws {
    let own = try #require(ProcessIdentity.current)
    #expect(!own.hasEnded)
    #expect(try #require(ProcessIdentity(own.text + " 7")).text == own.text)
    let words = own.text.split(separator: " ").map(String.init)
    // The same number, begun at another time; then a number that no process has.
    #expect(try #require(ProcessIdentity("\(words[0]) \(words[1]) 1")).hasEnded)
    #expect(try #require(ProcessIdentity("\(words[0]) \(Int32.max) 1")).hasEnded)
    // Of other machines and containers nothing is known.
    #expect(try #require(ProcessIdentity("elsewhere \(Int32.max) 1")).hasEnded == false)
    for text in ["", "a", "a b c", "a 1"] { #expect(ProcessIdentity(text) == nil) }
  }

  @Test func claimsAreNoRecords() throws {
    let store = try store()
    try store.append(records(7))
    _ = try store.claim(work(0..<3), atMost: 3)
    #expect(try store.contents() == byKey(records(7)))
    #expect(try store.series().map(\.count) == [1, 1])
    let other = try ResultStore(path: directory.file("other.sqlite"))
    #expect(try other.merge(store) == 2)
    try store.checkpoint()
    let check = try ResultStore.check(path)
    #expect(check.problems == [] && check.sound == 2)
    let copy = directory.file("copy.sqlite")
    #expect(try ResultStore.repair(path, into: copy).sound == 2)
    #expect(try ResultStore(readingFrom: copy).contents() == byKey(records(7)))
  }

  /// A store that version 2 of the schema wrote is read as it is, and gets the tables when it is written to.
  @Test func aStoreOfTheSecondSchemaGoesOn() throws {
    let queue = try DatabaseQueue(path: path)
    try queue.writeWithoutTransaction { db in
      try db.execute(sql: "PRAGMA application_id = \(Schema.applicationID)")
      db.add(function: Schema.checksumFunction)
    }
    try Schema.migrator.migrate(queue, upTo: "2-checksums")
    try queue.close()
    #expect(try ResultStore(readingFrom: path).series().isEmpty)
    #expect(try ResultStore.check(path).problems == [])
    let growing = try ResultStore(growing: path)
    #expect(letters(try growing.claim(work(0..<1), atMost: 1)) == "t")
    try growing.append(records(0))
    try growing.close()
    #expect(try ResultStore(readingFrom: path).contents() == byKey(records(0)))
  }

  @Test func workersDivideEverythingBetweenThem() async throws {
    let done = try await withThrowingTaskGroup(of: [Int].self) { group in
      for worker in 0..<4 {
        group.addTask {
          let store = try self.store()
          var mine: [Int] = []
          var next = 0
          while next < 200 {
            for claim in try store.claim(work(next..<min(next + 40, 200)), atMost: 1 + worker) {
              if case .taken = claim {
                mine.append(next)
                try store.append(records(next))
              }
              next += 1
            }
          }
          return mine
        }
      }
      return try await group.reduce(into: []) { $0 += $1 }
    }
    #expect(done.sorted() == Array(0..<200), "each once")
    #expect(try rows().claims == 0)
  }
}
