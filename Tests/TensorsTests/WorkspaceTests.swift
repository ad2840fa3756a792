import Synchronization
import Tensors
import TestSupport
import Testing

@Suite("Arena")
struct ArenaTests {
  private func shapes(seed: UInt64) -> [TensorShape] {
    var random = SeededGenerator(seed: seed)
    return (0..<40).map { _ in
      TensorShape(
        batch: Int.random(in: 1...3, using: &random),
        channels: Int.random(in: 1...20, using: &random),
        height: Int.random(in: 1...9, using: &random), width: Int.random(in: 1...9, using: &random))
    }
  }

  @Test("tensors do not overlap and start on 64 bytes")
  func disjoint() {
    let arena = Arena(minimumChunk: 4096)
    for round in 0..<3 {
      var tensors: [Tensor] = []
      for (i, shape) in shapes(seed: 6).enumerated() {
        tensors.append(
          arena.tensor(
            shape, precision: i % 2 == 0 ? .float : .double, block: i % 3 == 0 ? 16 : 1))
      }
      for (i, tensor) in tensors.enumerated() {
        #expect(tensor.addresses.lowerBound % 64 == 0)
        #expect(tensor.paddingIsZero)
        for other in tensors[..<i] { #expect(!tensor.overlaps(other)) }
        tensor.write([Double](repeating: Double(i), count: tensor.shape.count))
      }
      for (i, tensor) in tensors.enumerated() {
        #expect(tensor.values().allSatisfy { $0 == Double(i) }, "round \(round)")
      }
      arena.reset()
    }
  }

  @Test("an arena grows for the largest network and then holds steady")
  func steady() {
    let arena = Arena(minimumChunk: 4096)
    #expect(arena.capacity == 0)
    func network(_ seed: UInt64) -> Range<UInt> {
      arena.reset()
      let tensors = shapes(seed: seed).map { arena.tensor($0, precision: .float, block: 16) }
      return tensors[0].addresses
    }
    _ = network(1)
    let grown = arena.capacity
    #expect(grown >= shapes(seed: 1).reduce(0) { $0 + $1.count * 4 })
    let first = network(1)
    for _ in 0..<5 {
      #expect(network(1) == first)
      #expect(arena.capacity == grown)
    }
    // A smaller one fits too.
    arena.reset()
    _ = arena.tensor(TensorShape(channels: 3), precision: .double)
    #expect(arena.capacity == grown)
  }

  @Test("lanes without a channel are zero in memory used before")
  func dirtyMemory() {
    let arena = Arena(minimumChunk: 4096)
    let shape = TensorShape(channels: 16, height: 4, width: 4)
    arena.tensor(shape, precision: .float).write([Double](repeating: 7, count: shape.count))
    arena.reset()
    let padded = arena.tensor(
      TensorShape(channels: 5, height: 4, width: 4), precision: .float, block: 16)
    #expect(padded.paddingIsZero)
  }
}

@Suite("Worker team")
struct WorkerTeamTests {
  @Test("shares cover every piece once and in order")
  func shares() {
    for count in 1...9 {
      let team = WorkerTeam(count: count)
      for total in 0...40 {
        let shares = (0..<count).map { team.share(total, of: $0) }
        #expect(shares.flatMap { Array($0) } == Array(0..<total))
        let sizes = shares.map(\.count)
        #expect((sizes.max() ?? 0) - (sizes.min() ?? 0) <= 1, "\(total) pieces, \(count) workers")
      }
    }
  }

  @Test("a job visits every worker once", arguments: [1, 2, 3, 8])
  func visits(count: Int) {
    let visited = Mutex([Int](repeating: 0, count: count))
    WorkerTeam(count: count).run { worker in visited.withLock { $0[worker] += 1 } }
    #expect(visited.withLock { $0 } == [Int](repeating: 1, count: count))
  }

  @Test("workers with engines of their own get the digits of one worker")
  func digits() throws {
    var random = SeededGenerator(seed: 12)
    let g = ConvolutionGeometry(
      inChannels: 16, outChannels: 16, inHeight: 8, inWidth: 8, kernel: 3, padding: 1)
    let weights = random.values(g.weightCount).map(Float.init)
    let images = 6
    let values = random.values(g.inShape(batch: images).count)
    for precision in Precision.allCases {
      func outputs(workers: Int) throws -> [Double] {
        let team = WorkerTeam(count: workers)
        let engines = try (0..<workers).map { _ in try KernelEngine(precision: precision) }
        let block = engines[0].block(channels: 16)
        let x = Tensor(g.inShape(batch: images), precision: precision, block: block)
        let y = Tensor(g.outShape(batch: images), precision: precision, block: block)
        x.write(values)
        let failures = Mutex(0)
        team.run { worker in
          engines[worker].adopt()
          do throws(BackendError) {
            let kernel = try engines[worker].convolution(
              g, .forward, batch: 1, inBlock: block, outBlock: block)
            let packed = Tensor(TensorShape(channels: kernel.packedCount), precision: precision)
            try kernel.pack(weights, into: packed)
            for image in team.share(images, of: worker) {
              try kernel.run(
                input: x.images(image..<image + 1), weights: packed,
                output: y.images(image..<image + 1), on: engines[worker])
            }
          } catch {
            failures.withLock { $0 += 1 }
          }
        }
        #expect(failures.withLock { $0 } == 0)
        return y.values()
      }
      let one = try outputs(workers: 1)
      #expect(one.contains { $0 != 0 })
      #expect(try outputs(workers: 2) == one)
      #expect(try outputs(workers: 4) == one)
    }
  }
}
