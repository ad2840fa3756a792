extension Evaluation {
  /// Operators that choose or find elements.
  static let choices: [String: Rule] = [
    "Where": { (call, translation) throws(ModelProblem) in
      let (condition, a, b) = (try call.known(0), try call.known(1), try call.known(2))
      let shape = try Extents.broadcast([condition.shape, a.shape, b.shape])
      try translation.spend(shape)
      let choice = Elements.spread(try condition.integers(), shape: condition.shape, over: shape)
      if !a.type.isFloatingPoint {
        let x = Elements.spread(try a.integers(), shape: a.shape, over: shape)
        let y = Elements.spread(try b.integers(), shape: b.shape, over: shape)
        return [
          KnownTensor(
            a.type, shape, .integers(choice.indices.map { choice[$0] != 0 ? x[$0] : y[$0] }))
        ]
      }
      let x = Elements.spread(a.numbers(), shape: a.shape, over: shape)
      let y = Elements.spread(b.numbers(), shape: b.shape, over: shape)
      return [
        KnownTensor(
          a.type, shape, .numbers(choice.indices.map { choice[$0] != 0 ? x[$0] : y[$0] }))
      ]
    },
    "NonZero": { (call, translation) throws(ModelProblem) in
      let x = try call.known(0)
      let places = x.numbers().enumerated().filter { $0.element != 0 }.map(\.offset)
      let shape = [x.shape.count, places.count]
      try translation.spend(shape)
      let steps = Extents.strides(x.shape)
      let values = x.shape.indices.flatMap { axis in
        places.map { $0 / steps[axis] % x.shape[axis] }
      }
      return [KnownTensor(.int64, shape, .integers(values))]
    },
    "CumSum": { (call, translation) throws(ModelProblem) in
      let x = try call.known(0)
      guard let axis = try call.known(1).integers().first else { throw .malformed("has no axis") }
      let position = try Extents.axis(axis, rank: x.shape.count)
      guard try !call.flag("exclusive"), try !call.flag("reverse") else {
        throw .unsupported("exclusive or reversed")
      }
      try translation.spend(x.shape)
      let inner = x.shape[(position + 1)...].reduce(1, *)
      var values = x.numbers()
      for place in values.indices where place / inner % x.shape[position] > 0 {
        values[place] += values[place - inner]
      }
      return [KnownTensor(x.type, x.shape, payload(values, x.type))]
    },
    "Trilu": { (call, translation) throws(ModelProblem) in
      let x = try call.known(0)
      guard x.shape.count > 1 else { throw .malformed("cuts a triangle out of no matrix") }
      let isUpper = try call.flag("upper", default: true)
      let diagonal = try call.optional(1)?.integers().first ?? 0
      try translation.spend(x.shape)
      let (rows, columns) = (x.shape[x.shape.count - 2], x.shape[x.shape.count - 1])
      var values = x.numbers()
      for place in values.indices {
        let distance = place % columns - place / columns % rows
        if isUpper ? distance < diagonal : distance > diagonal { values[place] = 0 }
      }
      return [KnownTensor(x.type, x.shape, payload(values, x.type))]
    },
  ]

  /// Sums and the like over axes.
  static let reductions: [String: Rule] = {
    var rules: [String: Rule] = [:]
    func reduction(_ name: String, _ function: @escaping @Sendable ([Double]) -> Double) {
      let rule: Rule = { (call, translation) throws(ModelProblem) in
        [try reduced(call, &translation, function)]
      }
      rules[name] = rule
    }
    reduction("ReduceSum") { $0.reduce(0, +) }
    reduction("ReduceProd") { $0.reduce(1, *) }
    reduction("ReduceMean") { $0.reduce(0, +) / Double($0.count) }
    reduction("ReduceMax") { $0.reduce(-.infinity, max) }
    reduction("ReduceMin") { $0.reduce(.infinity, min) }
    return rules
  }()

  private static func reduced(
    _ call: Call, _ translation: inout Translation, _ function: ([Double]) -> Double
  ) throws(ModelProblem) -> KnownTensor {
    let x = try call.known(0)
    let reduction = try Reduced.of(call, rank: x.shape.count)
    try translation.spend(x.shape)
    let steps = Extents.strides(x.shape)
    let kept = x.shape.indices.filter { !reduction.axes.contains($0) }
    let gone = reduction.axes.sorted()
    let places = Array(0..<x.count)
    let starts = Elements.gathered(places, kept.map { (x.shape[$0], steps[$0]) })
    let offsets = Elements.gathered(places, gone.map { (x.shape[$0], steps[$0]) })
    let values = x.numbers()
    let results = starts.map { start in
      x.type.rounded(function(offsets.map { values[start + $0] }))
    }
    let shape = x.shape.indices.compactMap { axis in
      reduction.axes.contains(axis) ? (reduction.keeps ? 1 : nil) : x.shape[axis]
    }
    return KnownTensor(x.type, shape, payload(results, x.type))
  }
}
