import Synchronization
import TestSupport
import Testing

@testable import Watching

/// Drawings that are asked for: made once, kept for a while, one at a time.
@Suite struct DrawingsTests {
  private func network(_ number: Int) -> WatchedNetwork {
    WatchedNetwork(space: "mine", architecture: "\(number)", settings: "{}")
  }

  /// Counts how often each network is drawn, and how many are drawn at once.
  private final class Drawer: Sendable {
    private let size: Int
    private let state = Mutex<(counts: [String: Int], running: Int, most: Int)>(([:], 0, 0))

    init(size: Int = 10) { self.size = size }

    var counts: [String: Int] { state.withLock { $0.counts } }
    var most: Int { state.withLock { $0.most } }

    func draw(_ network: WatchedNetwork) -> Result<String, NotDrawn> {
      state.withLock {
        $0.counts[network.architecture, default: 0] += 1
        $0.running += 1
        $0.most = max($0.most, $0.running)
      }
      defer { state.withLock { $0.running -= 1 } }
      guard network.architecture != "13" else { return .failure(NotDrawn("un\nlucky")) }
      return .success(network.architecture + String(repeating: " ", count: size))
    }
  }

  @Test func eachIsMadeOnceAndAlone() async {
    let drawer = Drawer()
    let drawings = Drawings(by: drawer.draw)
    await withTaskGroup(of: Void.self) { group in
      for request in 0..<200 {
        group.addTask {
          let number = request % 20
          let drawing = await drawings.drawing(of: self.network(number))
          switch drawing {
          case .success(let text): #expect(text.hasPrefix("\(number) ") && number != 13)
          case .failure(let reason): #expect(reason.description == "un\\u{a}lucky" && number == 13)
          }
        }
      }
    }
    #expect(drawer.counts.count == 20 && drawer.counts.values.allSatisfy { $0 == 1 })
    #expect(drawer.most == 1)
  }

  @Test func thoseThatWereAskedForLastAreKept() async {
    let drawer = Drawer()
    let drawings = Drawings(by: drawer.draw)
    for number in 0..<Drawings.countLimit { _ = await drawings.drawing(of: network(number)) }
    // The first is asked for again, so that the second goes.
    _ = await drawings.drawing(of: network(0))
    _ = await drawings.drawing(of: network(1000))
    _ = await drawings.drawing(of: network(0))
    _ = await drawings.drawing(of: network(1))
    #expect(drawer.counts["0"] == 1 && drawer.counts["1"] == 2 && drawer.counts["1000"] == 1)
  }

  @Test func largeOnesDoNotPileUp() async {
    let drawer = Drawer(size: Drawings.byteLimit / 3)
    let drawings = Drawings(by: drawer.draw)
    for number in [0, 1, 2, 0, 2] { _ = await drawings.drawing(of: network(number)) }
    #expect(drawer.counts == ["0": 2, "1": 1, "2": 1])
    let huge = Drawer(size: Drawings.byteLimit + 1)
    let alone = Drawings(by: huge.draw)
    for _ in 0..<2 { _ = await alone.drawing(of: network(0)) }
    #expect(huge.counts == ["0": 2])
  }

  /// A network is told by its number in one table, with the settings of its first score.
  @Test func networksByNumber() {
    var table = ScoreTable()
    #expect(table.network(0) == nil)
    for (space, name, settings) in [("a", "x", "{1}"), ("b", "x", "{2}"), ("a", "x", "{3}")] {
      table.add(
        .init(
          space: space, architecture: name, proxy: "p", settings: settings, seed: 0, version: "1",
          kernels: "", score: .value(1), seconds: 1))
    }
    #expect(table.network(0) == .init(space: "a", architecture: "x", settings: "{1}"))
    #expect(table.network(1) == .init(space: "b", architecture: "x", settings: "{2}"))
    #expect(table.network(2) == nil && table.network(-1) == nil)
  }
}
