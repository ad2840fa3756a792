import Derivatives
import Networks
import Operators
import Reports
import Tensors
import Testing

/// Derivatives of random directions in feature space by random weights, of every image.
private struct Case {
  let setting: Setting
  let selection: [WeightAddress]
  let directions: Matrix
  let features: Int

  init(_ network: Network, seed: UInt64, rows: Int = 2) {
    setting = Setting(network, seed: seed, batch: 2)
    var numbers = Numbers(seed: seed, "selection")
    var selection: [WeightAddress] = []
    for (position, spec) in network.parameters.enumerated() {
      // The first and the last tap read the zeros around the image.
      for index in [0, spec.count - 1, numbers.integer(below: spec.count)] {
        selection.append(WeightAddress(parameter: position, index: index))
      }
    }
    // In no order, and some of them twice.
    for i in selection.indices { selection.swapAt(i, numbers.integer(below: selection.count)) }
    self.selection = selection
    let last = network.nodes[network.output]
    features = network.isMatrix(network.output) ? last.inputs[0] : network.output
    let columns = network.nodes[features].shape.count
    directions = Matrix(rows: rows, columns: columns, values: numbers.normals(rows * columns))
  }

  /// The same derivatives, one pullback of the general linearization for each row and image.
  func expected(_ linearization: Linearization) throws -> [Matrix] {
    try (0..<setting.batch).map { image in
      var jacobian = Matrix(rows: directions.rows, columns: selection.count)
      for row in 0..<directions.rows {
        var cotangent = Matrix(rows: setting.batch, columns: directions.columns)
        for c in 0..<directions.columns { cotangent[image, c] = directions[row, c] }
        let pulled = try linearization.pullback(cotangent, from: features)
        for (column, address) in selection.enumerated() {
          jacobian[row, column] = pulled.parameters[address.parameter][address.index]
        }
      }
      return jacobian
    }
  }

  /// A walk that keeps the whole minibatch and computes its statistics itself.
  func walk(_ mode: NormalizationMode, _ precision: Precision) throws -> PerSampleWalk {
    let walk = try PerSampleWalk(
      setting.network, parameters: setting.parameters, selection: selection,
      rows: directions.rows, window: setting.batch, engine: KernelEngine(precision: precision),
      arena: Arena())
    let perImage = setting.network.inputShape.count
    for image in 0..<setting.batch {
      walk.setInput(
        Array(setting.images[image * perImage..<(image + 1) * perImage]), image: image)
    }
    if mode == .identity { walk.prepare(.identity) }
    for level in 0..<walk.levels {
      if mode == .calibrated {
        for node in walk.normalizations(level: level) {
          var moments = walk.moments(of: node, image: 0)
          for image in 1..<setting.batch { moments.add(walk.moments(of: node, image: image)) }
          walk.freeze(node, mean: moments.mean, variance: moments.variance)
        }
      }
      for image in 0..<setting.batch { try walk.forward(level: level, image: image) }
    }
    walk.foldScales()
    return walk
  }

  func check(
    _ mode: NormalizationMode, _ precision: Precision,
    _ location: SourceLocation = #_sourceLocation
  ) throws {
    // In float, a dozen normalisations of a few places each let rounding errors grow; layouts
    // and indices that are wrong would be off by as much as there is.
    let tolerance = precision == .double ? 1e-10 : 5e-4
    let linearization = try setting.linearization(mode, precision)
    let walk = try walk(mode, precision)
    // Not a divisor of the number of weights.
    let tangents = TangentWalk(walk, rows: 7)
    let expected = try expected(linearization)
    let output = linearization.output
    for image in 0..<setting.batch {
      let row = (0..<output.columns).map { output[image, $0] }
      #expect(
        relativeDistance(walk.logits(image: image), row) < tolerance, sourceLocation: location)
      let jacobian = try walk.pullback(directions, image: image)
      // Tangents of the weights, pushed forward to all features, give the same rows.
      let pushed = directions.times(try tangents.jacobian(image: image))
      #expect(
        relativeDistance(pushed.values, jacobian.values) < tolerance, sourceLocation: location)
      // Each column against its own size: columns of early and late layers differ by orders.
      for column in 0..<selection.count {
        let values = { (m: Matrix) in (0..<m.rows).map { m[$0, column] } }
        let (actual, wanted) = (values(jacobian), values(expected[image]))
        let scale = max(norm(wanted), 1e-3 * norm(expected[image].values) / Double(selection.count))
        let name = setting.network.parameters[selection[column].parameter].name
        #expect(
          norm(zip(actual, wanted).map { $0 - $1 }) <= tolerance * scale,
          "\(mode) \(precision) image \(image) \(name)[\(selection[column].index)]: \(actual), not \(wanted)",
          sourceLocation: location)
      }
    }
  }
}

@Suite("The walk of single images")
struct PerSampleWalkTests {
  @Test(
    "gives the derivatives of the general linearization, for every cell",
    arguments: cells, [NormalizationMode.fresh, .calibrated])
  func everyCell(cell: String, mode: NormalizationMode) throws {
    let instance = Case(try cellNetwork(cell), seed: 21)
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
      let instance = Case(network, seed: 22)
      try instance.check(mode, .double)
      try instance.check(mode, .float)
    }
  }

  @Test("gives them for random cells")
  func randomCells() throws {
    var numbers = Numbers(seed: 23, "cells")
    for trial in 0..<9 {
      let cell = String((0..<6).map { _ in Array("ns13p")[numbers.integer(below: 5)] })
      let instance = Case(try cellNetwork(cell, size: 4), seed: UInt64(100 + trial))
      try instance.check([.fresh, .calibrated, .identity][trial % 3], .double)
    }
  }

  @Test(
    "needs to keep one image only once the statistics are known",
    arguments: [Precision.float, .double])
  func window(precision: Precision) throws {
    let instance = Case(try cellNetwork("3s1sp3"), seed: 24)
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
    let instance = Case(try cellNetwork("3s1sp3", size: 4), seed: 25)
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
