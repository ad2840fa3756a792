import Formats
import Foundation
import ResultStore
import Scoring
import TestSupport
import Testing
import Watching

/// What is watched, and the documents that a page gets of it.
@Suite struct WatchTests {
  private let directory: TemporaryDirectory
  private let path: String

  init() throws {
    directory = try TemporaryDirectory()
    path = directory.file("scores.sqlite")
  }

  private func record(
    _ architecture: String, _ proxy: String = "vkdnw", _ score: Score = .value(1),
    seed: UInt64 = 0
  ) -> Evaluation {
    Evaluation(
      space: "mine", architecture: architecture, proxy: proxy, settings: "{\"batch\":2}",
      seed: seed, version: "1", kernels: "avx2", score: score, seconds: 0.5)
  }

  private func append(_ records: [Evaluation]) throws {
    let store = try ResultStore(path: path)
    _ = try store.append(records)
    try store.close()
  }

  /// A document as a page reads it.
  private struct Document: Decodable {
    struct Column: Decodable {
      let proxy: String
      let seed: String
      let isCost: Bool
    }
    enum Score: Decodable, Equatable {
      case value(Double)
      case undefined(String)

      init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let value = try? container.decode(Double.self) {
          self = .value(value)
        } else {
          self = .undefined(try container.decode(String.self))
        }
      }
    }
    let generation: Int
    let from: Int
    let to: Int
    let count: Int
    let columns: [Column]
    let spaces: [String]
    let firstNetwork: Int
    let networks: [String]
    let networkSpaces: [Int]
    let rows: [Int]
    let cells: [Int]
    let scores: [Score]
  }

  private struct Status: Decodable {
    let generation: Int
    let records: Int
    let networks: Int
    let total: Int?
    let workers: Int
    let problem: String?
  }

  private func document(_ watch: Watch, generation: Int = 0, from: Int = 0) throws -> Document {
    try JSONDecoder().decode(
      Document.self, from: Data(watch.scores(generation: generation, from: from).utf8))
  }

  private func status(_ watch: Watch) throws -> Status {
    try JSONDecoder().decode(Status.self, from: Data(watch.status.utf8))
  }

  private static let hostile = "<script>alert(1)</script>\"'\\\n\u{2028}</table>"

  @Test func onlyWhatIsNewIsSent() throws {
    try append([
      record(Self.hostile), record(Self.hostile, "flops", .value(2.5e8)),
      record("b", "vkdnw", .undefined("no \"spectrum\"")),
    ])
    let watch = try Watch(StoreSource(path: path))
    let all = try document(watch)
    #expect(all.generation == 0 && all.from == 0 && all.to == 3 && all.count == 3)
    #expect(Set(all.networks) == [Self.hostile, "b"] && all.spaces == ["mine"])
    #expect(all.networkSpaces == [0, 0] && all.firstNetwork == 0)
    #expect(Set(all.columns.map(\.proxy)) == ["vkdnw", "flops"])
    #expect(all.columns.allSatisfy { $0.isCost == ($0.proxy == "flops") && $0.seed == "0" })
    let found = zip(zip(all.rows, all.cells), all.scores).map { place, score in
      (all.networks[place.0], all.columns[place.1].proxy, score)
    }
    #expect(found.contains { $0 == (Self.hostile, "vkdnw", .value(1)) })
    #expect(found.contains { $0 == (Self.hostile, "flops", .value(2.5e8)) })
    #expect(found.contains { $0 == ("b", "vkdnw", .undefined("no \"spectrum\"")) })
    // A line of its own would end an event.
    #expect(!watch.scores(generation: 0, from: 0).contains("\n") && !watch.status.contains("\n"))

    // A new network, another column of a known one, and nothing else.
    try append([record("c", seed: .max), record("b", "flops", .value(7))])
    watch.look()
    let new = try document(watch, from: 3)
    #expect(new.from == 3 && new.to == 5 && new.firstNetwork == 2 && new.networks == ["c"])
    #expect(Set(new.rows) == [2, all.networks.firstIndex(of: "b") ?? -1])
    #expect(new.columns.contains { $0.seed == "18446744073709551615" })
    #expect(try document(watch, from: 5).scores.isEmpty)
    #expect(try document(watch, from: .max).scores.isEmpty)
    #expect(try document(watch, generation: 7, from: 5).from == 0)
    let status = try status(watch)
    #expect(status.records == 5 && status.networks == 3 && status.problem == nil)
    #expect(status.total == nil && status.workers == 0)
  }

  /// However it is divided into documents, a page ends up with the same.
  @Test func documentsAreLimited() throws {
    var table = ScoreTable()
    for number in 0..<1000 {
      table.add(record("\(number % 300)", "p\(number / 300)", .value(Double(number))))
    }
    for limit in [1, 7, 299, 1000] {
      var (position, networks, scores) = (0, [String](), [Double]())
      while position < 1000 {
        let members =
          [JSONValue.Member("generation", 0)] + table.members(from: position, limit: limit)
        let text = JSONValue.object(members).compact
        let part = try JSONDecoder().decode(Document.self, from: Data(text.utf8))
        #expect(part.from == position && part.to <= position + limit && part.count == 1000)
        #expect(part.firstNetwork == networks.count && part.networks.count <= limit)
        networks += part.networks
        #expect(part.rows.allSatisfy { $0 < networks.count })
        for score in part.scores { if case .value(let value) = score { scores.append(value) } }
        try #require(part.to > position)
        position = part.to
      }
      #expect(networks == (0..<300).map { "\($0)" })
      #expect(scores == (0..<1000).map(Double.init))
    }
  }

  @Test func aStoreThatVanishesAndComesBack() throws {
    try append([record("a"), record("b")])
    let watch = try Watch(StoreSource(path: path))
    try FileManager.default.removeItem(atPath: path)
    watch.look()
    var status = try status(watch)
    #expect(status.problem == "\(path): there is no such file" && status.records == 2)

    try Data("no store at all, but long enough".utf8).write(to: URL(fileURLWithPath: path))
    watch.look()
    status = try self.status(watch)
    #expect(status.problem == "\(path): is not an SQLite database" && status.records == 2)

    try FileManager.default.removeItem(atPath: path)
    try append([record("c")])
    watch.look()
    status = try self.status(watch)
    #expect(status.problem == nil && status.records == 1 && status.generation == 1)
    // Whoever has seen the old one gets the new one from its first score on.
    let document = try document(watch, generation: 0, from: 2)
    #expect(document.generation == 1 && document.from == 0 && document.networks == ["c"])
  }

  /// While it is written to, and without being in the way of who writes.
  @Test func aStoreThatIsOpen() throws {
    let store = try ResultStore(path: path)
    _ = try store.append([record("a")])
    let watch = try Watch(StoreSource(path: path))
    #expect(try status(watch).records == 1)
    for number in 0..<20 {
      _ = try store.append([record("n\(number)")])
      watch.look()
      #expect(try status(watch).records == number + 2)
    }
    try store.sharing {
      _ = try store.claim([[record("x").key]], atMost: 1)
      watch.look()
      #expect(try status(watch).workers == 1)
    }
    try store.close()
    watch.look()
    #expect(try status(watch).workers == 0)
    #expect(!FileManager.default.fileExists(atPath: path + "-wal"))
    let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    watch.look()
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == bytes)
  }

  @Test func rates() {
    var rate = GrowthRate()
    #expect(rate.perSecond == nil)
    rate.note(10, at: 0)
    rate.note(12, at: 1)
    #expect(rate.perSecond == nil)
    rate.note(20, at: 5)
    #expect(rate.perSecond == 2)
    // What was before the last minute does not count.
    for second in 6...200 { rate.note(20, at: Double(second)) }
    #expect(rate.perSecond == 0)
    for second in 201...320 { rate.note(20 + 3 * (second - 200), at: Double(second)) }
    #expect(rate.perSecond == 3)
  }
}
