import TestSupport
import Testing

@testable import Distribution

@Suite struct ChunkSizeTests {
  /// The sizes of all chunks of a run whose workers all have one rate.
  private func sizes(_ total: Int, workers: Int, rate: Double) -> [Int] {
    var left = total
    var sizes: [Int] = []
    while left > 0 {
      let size = ChunkSize.networks(
        remaining: left, total: total, workers: workers,
        rate: sizes.count < workers ? nil : rate, threads: 2)
      sizes.append(size)
      left -= size
    }
    return sizes
  }

  @Test func aSizeIsWithinWhatIsLeft() {
    var generator = SeededGenerator(seed: 1)
    for _ in 0..<5000 {
      let total = Int.random(in: 1...1_000_000, using: &generator)
      let remaining = Int.random(in: 1...total, using: &generator)
      let rate = Double.random(in: 0...1e5, using: &generator)
      let size = ChunkSize.networks(
        remaining: remaining, total: total, workers: Int.random(in: 1...2000, using: &generator),
        rate: Bool.random(using: &generator) ? rate : nil,
        threads: Int.random(in: 1...64, using: &generator))
      #expect((1...remaining).contains(size))
    }
  }

  @Test func longRunsHaveChunksOfTenMinutes() {
    let sizes = sizes(100_000, workers: 10, rate: 1)
    #expect(sizes.dropFirst(10).prefix(50).allSatisfy { $0 == 600 })
    // At the end nobody waits longer than for a small one.
    #expect((sizes.last ?? 0) <= 60)
  }

  @Test func smallRunsHaveChunksForEverybody() {
    for workers in [1, 6, 16] {
      let sizes = sizes(200, workers: workers, rate: 20)
      #expect(sizes.count >= 3 * workers && sizes.count <= 200)
    }
  }

  /// What the guide says of a million networks on a thousand cores.
  @Test func aMillionNetworksMakeFewFiles() {
    let sizes = sizes(1_000_000, workers: 1000, rate: 1)
    #expect(sizes.reduce(0, +) == 1_000_000)
    #expect((5_000...15_000).contains(sizes.count), "\(sizes.count)")
  }

  /// Nobody gets more of a round than a share, whatever the rate is, and a slow network is taken alone.
  @Test func roundsAreSharedEvenly() {
    for workers in 1...20 {
      for networks in [1, 7, 16, 64, 512] {
        for (rate, threads) in [(nil, 1), (0.1, 1), (0.1, 8), (1000, 1), (1000, 8)]
          as [(Double?, Int)]
        {
          let size = ChunkSize.ofRound(
            remaining: networks, workers: workers, rate: rate, threads: threads)
          #expect(size >= 1 && size <= max(networks / workers, 1))
          if threads == 1, (rate ?? 0) < 1 { #expect(size == 1) }
        }
      }
    }
    #expect(ChunkSize.ofRound(remaining: 64, workers: 2, rate: nil, threads: 8) == 16)
    #expect(ChunkSize.ofRound(remaining: 64, workers: 8, rate: nil, threads: 8) == 1)
    #expect(ChunkSize.ofRound(remaining: 64, workers: 4, rate: 200, threads: 1) == 8)
  }
}
