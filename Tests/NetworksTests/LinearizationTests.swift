import Derivatives
import Networks
import PlainTwins
import Tensors
import Testing

@Suite("A linearization")
struct LinearizationTests {
  @Test(
    "has a pullback that is the transpose of its pushforward",
    arguments: cells, NormalizationMode.allCases)
  func adjoint(cell: String, mode: NormalizationMode) throws {
    let setting = Setting(try cellNetwork(cell), seed: 11, batch: 2)
    try checkAdjoint(setting, mode, .double, tolerance: 1e-11, seed: 1)
    // Twenty operations deep.
    try checkAdjoint(setting, mode, .float, tolerance: 1e-4, seed: 1)
  }

  @Test(
    "has the derivative that differences of its outputs show",
    arguments: cells, [NormalizationMode.fresh, .batch])
  func differences(cell: String, mode: NormalizationMode) throws {
    try checkDifferences(Setting(try cellNetwork(cell), seed: 12, batch: 2), mode, seed: 2)
  }

  @Test("works for irregular networks", arguments: NormalizationMode.allCases)
  func irregular(mode: NormalizationMode) throws {
    for network in [
      try irregularNetwork(), try headlessNetwork(), try biasedNetwork(), try squeezedNetwork(),
    ] {
      let setting = Setting(network, seed: 13)
      try checkAdjoint(setting, mode, .double, tolerance: 1e-11, seed: 3)
      try checkAdjoint(setting, mode, .float, tolerance: 1e-4, seed: 3)
      if mode.isDifferentiated { try checkDifferences(setting, mode, seed: 3) }
    }
  }

  /// The derivative of `J^T c` while all weights, and no biases, grow by a common factor.
  @Test(
    "has a curvature along the weights in which biases stay and products bend",
    arguments: [false, true])
  func curvature(isSqueezed: Bool) throws {
    let network = try isSqueezed ? squeezedNetwork() : biasedNetwork()
    var checked = 0
    for seed in 61...68 as ClosedRange<UInt64> {
      let setting = Setting(network, seed: seed)
      var numbers = Numbers(seed: seed)
      let cotangent = Matrix(
        rows: setting.batch, columns: 4, values: numbers.normals(4 * setting.batch))
      let zeros = Matrix(rows: setting.batch, columns: 4)
      let point = try setting.linearization(.batch, .double)
      let result = try point.radialCurvature { _, _ in (cotangent, zeros) }
      var sides: Set<[Bool]> = [point.sides]
      // Weights have twelve binary digits, so these products are exact in 32 bits.
      let quotients = try [0x1p-10, 0x1p-11].map { step -> [Double] in
        let gradients = try [1 + step, 1 - step].map { factor -> [Double] in
          var moved = setting
          for (position, spec) in network.parameters.enumerated() where spec.role.isLayerWeight {
            moved.parameters.values[position] = setting.parameters.values[position].map {
              Float(Double($0) * factor)
            }
          }
          let point = try moved.linearization(.batch, .double)
          sides.insert(point.sides)
          let pulled = try point.pullback(cotangent).parameters
          return zip(network.parameters, pulled).flatMap { $0.role.isLayerWeight ? $1 : [] }
        }
        return zip(gradients[0], gradients[1]).map { ($0 - $1) / (2 * step) }
      }
      guard sides.count == 1 else { continue }
      let differences = zip(quotients[0], quotients[1]).map { (4 * $1 - $0) / 3 }
      let curvature = zip(network.parameters, result.curvature).flatMap {
        $0.role.isLayerWeight ? $1 : []
      }
      #expect(relativeDistance(curvature, differences) < 1e-6, "seed \(seed)")
      checked += 1
    }
    #expect(checked >= 2, "a rectifier changed sides for all seeds but \(checked)")
  }

  @Test("calibrates to the values of batch mode, without the derivative through the statistics")
  func calibrated() throws {
    let setting = Setting(try cellNetwork("3s1sp3"), seed: 14)
    let batch = try setting.linearization(.batch, .double)
    let calibrated = try setting.linearization(.calibrated, .double)
    #expect(batch.output == calibrated.output)
    var numbers = Numbers(seed: 1)
    // A change of one image alone changes the other images' outputs only in batch mode.
    var change = Direction(setting, numbers: &numbers).input
    for image in 1..<setting.batch { for k in 0..<change.columns { change[image, k] = 0 } }
    let frozen = try calibrated.pushforward(input: change)
    let through = try batch.pushforward(input: change)
    for image in 1..<setting.batch {
      for c in 0..<frozen.columns {
        #expect(frozen[image, c] == 0)
        #expect(through[image, c] != 0)
      }
    }
  }

  @Test(
    "gives dead parameters zero derivatives and the right count",
    arguments: [Precision.float, .double])
  func deadParameters(precision: Precision) throws {
    let network = try cellNetwork("3nnsnn")
    let setting = Setting(network, seed: 15)
    let linearization = try setting.linearization(.batch, precision)
    let cotangent = Matrix(
      rows: 3, columns: network.classes,
      values: [Double](repeating: 1, count: 3 * network.classes))
    let pulled = try linearization.pullback(cotangent)
    #expect(pulled.nodes.isEmpty)
    for (spec, gradient) in zip(network.parameters, pulled.parameters) {
      #expect(gradient.count == spec.count)
      // Edge 0 leads to node 1, from which nothing but `none` is read.
      let isDead = spec.name.hasPrefix("cell") && spec.name.contains(".0.")
      #expect(gradient.allSatisfy { $0 == 0 } == isDead, "\(spec.name)")
    }
    // The dead nodes have values all the same.
    let dead = try #require(network.nodes.firstIndex { $0.name == "cell0.0.2" })
    #expect(linearization.rows(of: dead).values.contains { $0 != 0 })
  }

  @Test(
    "pulls back through one block as through all that follows it",
    arguments: NormalizationMode.allCases)
  func blocks(mode: NormalizationMode) throws {
    let network = try cellNetwork("3s1sp3")
    let setting = Setting(network, seed: 16)
    let linearization = try setting.linearization(mode, .double)
    #expect(network.blockOutputs.count == 6)
    var numbers = Numbers(seed: 2)
    var cotangent = Matrix(
      rows: 3, columns: network.classes, values: numbers.normals(3 * network.classes))
    let whole = try linearization.pullback(
      cotangent, to: network.blockOutputs + [0, network.output], parameters: false)
    #expect(whole.nodes[network.blockOutputs.count + 1] == cotangent)
    // Every way from one block to the next goes through the block's output.
    var source = network.output
    for (target, expected) in zip(network.blockOutputs + [0], whole.nodes).reversed().drop(
      while: { $0.0 == 0 })
    {
      cotangent = try linearization.pullback(
        cotangent, from: source, to: [target], parameters: false
      ).nodes[0]
      #expect(relativeDistance(cotangent.values, expected.values) < 1e-12)
      source = target
    }
    // And forward: to a node in the middle, and not to one that lies before the change.
    let direction = Direction(setting, numbers: &numbers)
    let middle = network.blockOutputs[2]
    let c = numbers.normals(linearization.rows(of: middle).values.count)
    let pushed = try linearization.pushforward(input: direction.input, to: middle)
    let pulled = try linearization.pullback(
      Matrix(rows: 3, columns: pushed.columns, values: c), from: middle, to: [0])
    let (a, b) = (dot(pushed.values, c), dot(direction.input.values, pulled.nodes[0].values))
    #expect(abs(a - b) <= 1e-11 * norm(pushed.values) * norm(c))
    for (spec, gradient) in zip(network.parameters, pulled.parameters)
    where spec.name.hasPrefix("cell2") || spec.name.hasPrefix("classifier") {
      #expect(gradient.allSatisfy { $0 == 0 }, "\(spec.name) lies behind")
    }
    let last = network.parameters.count - 1
    let behind = try linearization.pushforward(
      parameters: [last: [Double](repeating: 1, count: network.classes)], to: middle)
    #expect(behind.values.allSatisfy { $0 == 0 })
  }

  @Test(
    "asks for no more memory after the first pullback and the first pushforward",
    arguments: [false, true])
  func steadyState(isSqueezed: Bool) throws {
    let setting = Setting(try isSqueezed ? squeezedNetwork() : cellNetwork("3s1sp3"), seed: 17)
    let classes = setting.network.classes
    // No chunk is larger than one tensor needs, so that every new tensor shows.
    let arena = Arena(minimumChunk: 0)
    let linearization = try Linearization(
      setting.network, parameters: setting.parameters, images: setting.images,
      normalization: .batch, engine: KernelEngine(precision: .float), arena: arena)
    var numbers = Numbers(seed: 3)
    let cotangent = Matrix(rows: 3, columns: classes, values: numbers.normals(3 * classes))
    let direction = Direction(setting, numbers: &numbers)
    func both() throws -> [[Double]] {
      let tangent = try linearization.pushforward(
        parameters: direction.parameters, input: direction.input)
      let pulled = try linearization.pullback(cotangent, to: [0])
      return [tangent.values, pulled.nodes[0].values] + pulled.parameters
    }
    let first = try both()
    let second = try both()
    let capacity = arena.capacity
    for _ in 0..<3 { #expect(try both() == first) }
    #expect(second == first)
    #expect(arena.capacity == capacity)
  }

  @Test(
    "reads images of one batch as it reads them one by one, while they do not interact",
    arguments: [NormalizationMode.fresh, .identity], [Precision.float, .double])
  func images(mode: NormalizationMode, precision: Precision) throws {
    let setting = Setting(try cellNetwork("p1nnss"), seed: 18)
    let whole = try setting.linearization(mode, precision).output
    let perImage = setting.network.inputShape.count
    for image in 0..<setting.batch {
      var single = setting
      single.batch = 1
      single.images = Array(setting.images[image * perImage..<(image + 1) * perImage])
      let row = try single.linearization(mode, precision).output.values
      let expected = Array(whole.values[image * 10..<(image + 1) * 10])
      #expect(relativeDistance(row, expected) < (precision == .float ? 1e-5 : 1e-13))
    }
  }
}
