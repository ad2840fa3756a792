import Derivatives
import Networks
import Operators
import PlainTwins
import Tensors
import Testing

/// Derivatives of random directions in feature space by random weights, of every image.
struct DerivativeCase {
  let seed: UInt64
  let setting: Setting
  let selection: [WeightAddress]
  let directions: Matrix
  let features: Int

  init(_ network: Network, seed: UInt64, rows: Int = 2) {
    self.seed = seed
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
    // A matrix at the end may have sums with zero behind it, of which the walk knows.
    features = WalkPlan(network, selection: selection).features
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
    _ mode: NormalizationMode, _ precision: Precision, tolerance: Double? = nil,
    _ location: SourceLocation = #_sourceLocation
  ) throws {
    // In float, a dozen normalisations of a few places each let rounding errors grow; layouts
    // and indices that are wrong would be off by as much as there is.
    let tolerance = precision == .double ? 1e-10 : tolerance ?? 5e-4
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
      // What cancels to nothing is rounded differently on both ways.
      let gap = zip(pushed.values, jacobian.values).reduce(0) { max($0, abs($1.0 - $1.1)) }
      let largest = jacobian.values.reduce(1e-6) { max($0, abs($1)) }
      #expect(
        gap < tolerance * largest, "seed \(seed), \(mode) \(precision) image \(image)",
        sourceLocation: location)
      // Each column against its own size: columns of early and late layers differ by orders.
      for column in 0..<selection.count {
        let values = { (m: Matrix) in (0..<m.rows).map { m[$0, column] } }
        let (actual, wanted) = (values(jacobian), values(expected[image]))
        let scale = max(norm(wanted), 1e-3 * norm(expected[image].values) / Double(selection.count))
        let name = setting.network.parameters[selection[column].parameter].name
        #expect(
          norm(zip(actual, wanted).map { $0 - $1 }) <= tolerance * scale,
          "seed \(seed), \(mode) \(precision) image \(image) \(name)[\(selection[column].index)]: \(actual), not \(wanted)",
          sourceLocation: location)
      }
    }
  }
}
