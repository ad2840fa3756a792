import Networks
import Scoring
import Spaces
import Synchronization
import Tensors
import Testing

/// Scores of many architectures: what they depend on and what not.
@Suite struct FisherEvaluatorTests {
  private typealias Space = NASBench201Space

  private static let space = NASBench201Space(
    skeleton: NASBench201Skeleton(channels: 4, cells: 1, classes: 5, resolution: 8))
  private static let cells = [15624, 0, 7777, 1462, 9999, 12345, 3, 4321].map {
    NASBench201Architecture(rank: $0)
  }

  private func evaluator(
    _ proxies: [any Proxy] = AllProxies.list, seed: UInt64 = 7, threads: Int = 1,
    resolution: Int = 8, batch: Int = 3, given: GivenTensors = GivenTensors()
  ) -> Evaluator<NASBench201Space> {
    var space = Self.space
    space.skeleton.resolution = resolution
    return Evaluator(
      space: space, proxies: proxies, settings: ScoringSettings(batch: batch), seed: seed,
      threads: threads, given: given)
  }

  /// All records without their times, in the order of arrival.
  private func records(
    _ evaluator: Evaluator<NASBench201Space>, _ cells: [NASBench201Architecture] = cells
  ) throws -> [Evaluation] {
    var result: [Evaluation] = []
    try evaluator.run(cells) { cell, records in
      #expect(records.allSatisfy { $0.architecture == cell.description })
      for var record in records {
        #expect(record.seconds >= 0 && record.seconds.isFinite)
        record.seconds = 0
        result.append(record)
      }
    }
    return result
  }

  @Test func recordsNameEverything() throws {
    let evaluator = evaluator()
    let records = try records(evaluator, [Self.cells[2]])
    #expect(records.map(\.proxy) == AllProxies.list.map(\.name))
    for (record, proxy) in zip(records, AllProxies.list) {
      #expect(record.space == "nas-bench-201" && record.seed == 7)
      #expect(record.version == packageVersion)
      #expect(record.settings == evaluator.settingsText(of: proxy))
      #expect(record.settings.contains("\"classes\":5"))
      #expect(record.settings.contains("\"inits\":1") == !proxy.needs.isEmpty)
      #expect(record.score.value != nil)
    }
  }

  @Test func orderAndThreadsDoNotMatter() throws {
    let alone = Set(try records(evaluator(threads: 1)))
    #expect(alone.count == Self.cells.count * AllProxies.list.count)
    // Three threads of eight networks take a network each, five share the images of each.
    for threads in [2, 3, 5] {
      #expect(Set(try records(evaluator(threads: threads), Self.cells.reversed())) == alone)
    }
    let apart = try Self.cells.flatMap { try records(evaluator(threads: 2), [$0]) }
    #expect(Set(apart) == alone)
  }

  @Test func seeds() throws {
    let first = try records(evaluator([VKDNW(), Layers()], seed: 1))
    let again = try records(evaluator([VKDNW(), Layers()], seed: 1))
    let other = try records(evaluator([VKDNW(), Layers()], seed: 2))
    #expect(first == again)
    for (first, other) in zip(first, other) {
      // A cell whose output does not depend on its input has the entropy 0 with any weights.
      let cell = try #require(NASBench201Architecture(first.architecture))
      let depends = first.proxy == "vkdnw" && cell.isConnected
      #expect((first.score != other.score) == depends, "\(first) \(other)")
    }
  }

  @Test func nothingToDo() throws {
    #expect(try records(evaluator(threads: 3), []).isEmpty)
    #expect(try records(evaluator([], threads: 3)).isEmpty)
  }

  // MARK: Control

  @Test(arguments: [1, 3])
  func unwantedIsSkipped(threads: Int) throws {
    let skipped = Self.cells[3]
    var seen: [NASBench201Architecture: [String]] = [:]
    try evaluator([Layers(), FLOPs()], threads: threads).run(
      Self.cells,
      wanted: { cell, proxy in cell != skipped && (proxy.name == "layers" || cell.rank > 5000) }
    ) { cell, records in
      #expect(seen[cell] == nil)
      seen[cell] = records.map(\.proxy)
    }
    #expect(seen.count == Self.cells.count - 1 && seen[skipped] == nil)
    for (cell, proxies) in seen {
      #expect(proxies == (cell.rank > 5000 ? ["layers", "flops"] : ["layers"]))
    }
  }

  @Test(arguments: [1, 3])
  func stopsWhenAsked(threads: Int) throws {
    let done = Atomic(0)
    try evaluator([Layers()], threads: threads).run(
      Self.cells, shouldStop: { done.load(ordering: .sequentiallyConsistent) >= 2 }
    ) { _, _ in done.add(1, ordering: .sequentiallyConsistent) }
    let count = done.load(ordering: .sequentiallyConsistent)
    // Each further thread may be in the middle of one.
    #expect((2..<2 + threads).contains(count))
    try evaluator(threads: threads).run(Self.cells, shouldStop: { true }) { _, _ in
      Issue.record("a record after the stop")
    }
  }

  private struct Full: Error, Equatable {}

  @Test(arguments: [1, 3])
  func errorsOfTheSinkComeThrough(threads: Int) {
    var calls = 0
    #expect(throws: Full()) {
      try evaluator([Layers()], threads: threads).run(Self.cells) { _, _ in
        calls += 1
        if calls == 2 { throw Full() }
      }
    }
    #expect((2..<2 + threads).contains(calls))
  }

  @Test func failuresNameTheArchitecture() throws {
    let evaluator = evaluator(threads: 2, resolution: 6)
    let error = #expect(throws: EvaluationFailure.self) {
      try evaluator.run(Self.cells) { _, _ in Issue.record("a record without a network") }
    }
    let text = try #require(error?.description)
    #expect(text.contains("|+|") && text.contains(": cells.3") && !text.contains("\n"))
  }
}
