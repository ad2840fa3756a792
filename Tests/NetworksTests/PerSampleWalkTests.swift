import Derivatives
import Networks
import Operators
import PlainTwins
import Tensors
import Testing

@Suite("The walk of single images")
struct PerSampleWalkTests {
  @Test(
    "gives the derivatives of the general linearization, for every cell",
    arguments: cells, [NormalizationMode.fresh, .calibrated])
  func everyCell(cell: String, mode: NormalizationMode) throws {
    let instance = DerivativeCase(try cellNetwork(cell), seed: 21)
    try instance.check(mode, .double)
    try instance.check(mode, .float)
  }

  @Test(
    "gives them for irregular networks and without a linear layer at the end",
    arguments: [NormalizationMode.fresh, .calibrated, .identity])
  func irregular(mode: NormalizationMode) throws {
    for network in [
      try irregularNetwork(), try headlessNetwork(), try biasedNetwork(), try squeezedNetwork(),
    ] {
      let instance = DerivativeCase(network, seed: 22)
      try instance.check(mode, .double)
      try instance.check(mode, .float)
    }
  }

  @Test("gives them for random cells")
  func randomCells() throws {
    var numbers = Numbers(seed: 23, "cells")
    for trial in 0..<9 {
      let cell = String((0..<6).map { _ in Array("ns13p")[numbers.integer(below: 5)] })
      let instance = DerivativeCase(try cellNetwork(cell, size: 4), seed: UInt64(100 + trial))
      try instance.check([.fresh, .calibrated, .identity][trial % 3], .double)
    }
  }

  @Test(
    "needs to keep one image only once the statistics are known",
    arguments: [Precision.float, .double])
  func window(precision: Precision) throws {
    let instance = DerivativeCase(try cellNetwork("3s1sp3"), seed: 24)
    let setting = instance.setting
    let whole = try instance.walk(.calibrated, precision)
    let linearization = try setting.linearization(.calibrated, precision)
    let single = try PerSampleWalk(
      setting.network, parameters: setting.parameters, selection: instance.selection,
      rows: instance.directions.rows, window: 1, engine: KernelEngine(precision: precision),
      arena: Arena())
    for node in setting.network.nodes.indices {
      if let statistics = linearization.statistics(of: node) {
        single.freeze(node, mean: statistics.mean, variance: statistics.variance)
      }
    }
    single.foldScales()
    let perImage = setting.network.inputShape.count
    for image in 0..<setting.batch {
      single.setInput(
        Array(setting.images[image * perImage..<(image + 1) * perImage]), image: 0)
      for level in 0..<single.levels { try single.forward(level: level, image: 0) }
      let tolerance = precision == .double ? 1e-11 : 1e-5
      let a = try single.pullback(instance.directions, image: 0)
      let b = try whole.pullback(instance.directions, image: image)
      #expect(relativeDistance(a.values, b.values) < tolerance)
    }
  }

  @Test("has the derivative that differences show while the statistics stay frozen")
  func frozenDifferences() throws {
    let instance = DerivativeCase(try cellNetwork("3s1sp3", size: 4), seed: 25)
    let linearization = try instance.setting.linearization(.calibrated, .double)
    try checkDifferences(
      instance.setting,
      tangent: {
        try linearization.pushforward(parameters: $0.parameters, input: $0.input).values
      }, seed: 26
    ) { moved in
      // The walk is only the forward pass here: its values with the statistics of the point.
      let walk = try PerSampleWalk(
        moved.network, parameters: moved.parameters, selection: [], rows: 1, window: 1,
        engine: KernelEngine(precision: .double), arena: Arena())
      for node in moved.network.nodes.indices {
        if let statistics = linearization.statistics(of: node) {
          walk.freeze(node, mean: statistics.mean, variance: statistics.variance)
        }
      }
      let perImage = moved.network.inputShape.count
      var logits: [Double] = []
      for image in 0..<moved.batch {
        walk.setInput(
          Array(moved.images[image * perImage..<(image + 1) * perImage]), image: 0)
        for level in 0..<walk.levels { try walk.forward(level: level, image: 0) }
        logits += walk.logits(image: 0)
      }
      // The walk does not show its gates.
      return (logits, [])
    }
  }
}
