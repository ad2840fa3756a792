import Derivatives
import Networks
import PlainTwins
import Tensors
import Testing

/// A minibatch of several chunks, the last of them smaller, on several workers.
@Suite("Chunks of a minibatch")
struct ChunkTests {
  private func linearization(
    _ setting: Setting, _ mode: NormalizationMode, _ precision: Precision, workers: Int
  ) throws -> Linearization {
    try Linearization(
      setting.network, parameters: setting.parameters, images: .floats(setting.images),
      normalization: mode,
      workers: (0..<workers).map { _ in
        LinearizationWorker(engine: try KernelEngine(precision: precision), arena: Arena())
      }, team: WorkerTeam(count: workers))
  }

  @Test(
    "keep the pullback the transpose of the pushforward",
    arguments: ["3s1sp3", "13p3p1"], NormalizationMode.allCases)
  func adjoint(cell: String, mode: NormalizationMode) throws {
    let setting = Setting(try cellNetwork(cell), seed: 51, batch: 19)
    try checkAdjoint(setting, mode, .double, tolerance: 1e-11, seed: 4)
    try checkAdjoint(setting, mode, .float, tolerance: 1e-4, seed: 4)
  }

  @Test("keep it so where levels are skipped", arguments: NormalizationMode.allCases)
  func squeezed(mode: NormalizationMode) throws {
    let setting = Setting(try squeezedNetwork(), seed: 56, batch: 19)
    try checkAdjoint(setting, mode, .double, tolerance: 1e-11, seed: 4)
    try checkAdjoint(setting, mode, .float, tolerance: 1e-4, seed: 4)
    // Two chunks, with fewer kinks between two steps.
    let small = Setting(setting.network, seed: 57, batch: 9)
    if mode.isDifferentiated { try checkDifferences(small, mode, seed: 5) }
  }

  @Test("have the derivative that differences show")
  func differences() throws {
    try checkDifferences(Setting(try cellNetwork("3s1sp3"), seed: 52, batch: 19), .batch, seed: 5)
  }

  @Test("give each image what it has in a smaller minibatch, while images do not interact")
  func images() throws {
    let setting = Setting(try cellNetwork("3s1sp3"), seed: 53, batch: 19)
    let whole = try setting.linearization(.fresh, .double).output
    var last = setting
    last.batch = 1
    last.images = Array(setting.images.suffix(setting.network.inputShape.count))
    let single = try last.linearization(.fresh, .double).output
    #expect(relativeDistance(single.values, Array(whole.values.suffix(10))) < 1e-13)
  }

  @Test(
    "give the same digits to any number of workers", arguments: [Precision.float, .double],
    [NormalizationMode.batch, .calibrated, .fresh])
  func workers(precision: Precision, mode: NormalizationMode) throws {
    try expectEqualWorkers(try cellNetwork("3s1sp3"), precision, mode)
    try expectEqualWorkers(try squeezedNetwork(), precision, mode)
  }

  private func expectEqualWorkers(
    _ network: Network, _ precision: Precision, _ mode: NormalizationMode
  ) throws {
    let setting = Setting(network, seed: 54, batch: 27)
    var numbers = Numbers(seed: 6)
    let direction = Direction(setting, numbers: &numbers)
    let cotangent = Matrix(
      rows: 27, columns: network.classes, values: numbers.normals(27 * network.classes))
    // Seven workers are more than there are chunks.
    let results = try [1, 2, 3, 7].map { workers -> [[Double]] in
      let point = try linearization(setting, mode, precision, workers: workers)
      let pushed = try point.pushforward(
        parameters: direction.parameters, input: direction.input)
      let pulled = try point.pullback(cotangent, to: [0] + setting.network.blockOutputs)
      var all = pulled.nodes.map(\.values) + pulled.parameters
      all += [point.output.values, pushed.values]
      if mode == .batch {
        let curved = try point.radialCurvature { (cotangent, $1) }
        all += curved.gradient + curved.curvature
      }
      return all
    }
    for result in results.dropFirst() { #expect(result == results[0]) }
  }

  @Test("are read one by one as they are read together", arguments: [1, 2])
  func reading(workers: Int) throws {
    let setting = Setting(try cellNetwork("3s1sp3"), seed: 55, batch: 19)
    let point = try linearization(setting, .batch, .double, workers: workers)
    let ends = setting.network.blockOutputs
    let shape = setting.network.nodes[ends[2]].shape
    var numbers = Numbers(seed: 7)
    let cotangent = Matrix(
      rows: 19, columns: shape.count, values: numbers.normals(19 * shape.count))
    let whole = try point.pullback(
      cotangent, from: ends[2], to: [ends[1]], parameters: false
    ).nodes[0]
    final class Parts: @unchecked Sendable {
      var values: [Int: [Double]] = [:]
    }
    // One worker at a time writes here: each has its own list.
    let parts = (0..<point.chunks).map { _ in Parts() }
    try point.pullback(
      from: ends[2], to: ends[1],
      seed: { images, tensor in tensor.write(cotangent.rows(images).values) },
      read: { chunk, pulled, source in
        parts[chunk].values = [0: pulled.values(), 1: source.values()]
      })
    #expect(parts.flatMap { $0.values[0] ?? [] } == whole.values)
    #expect(parts.flatMap { $0.values[1] ?? [] } == cotangent.values)
  }
}
