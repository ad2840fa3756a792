extension Evaluation {
  /// Operators that put elements elsewhere; those that keep every element are not carried out.
  static let movements: [String: Rule] = {
    var rules: [String: Rule] = [:]
    func one(
      _ name: String,
      _ rule: @escaping @Sendable (Call, inout Translation) throws(ModelProblem) -> KnownTensor
    ) {
      let list: Rule = { (call, translation) throws(ModelProblem) in [try rule(call, &translation)]
      }
      rules[name] = list
    }
    one("Concat") { (call, translation) throws(ModelProblem) in
      var parts: [KnownTensor] = []
      for place in call.inputs.indices { parts.append(try call.known(place)) }
      guard let axis = try call.integer("axis") else { throw .malformed("has no axis") }
      return try concatenated(parts, axis: axis, &translation)
    }
    one("Expand") { (call, translation) throws(ModelProblem) in
      let x = try call.known(0)
      let shape = try Extents.broadcast([x.shape, call.known(1).integers()])
      try translation.spend(shape)
      let steps = Extents.strides(x.shape)
      let missing = shape.count - x.shape.count
      let axes = shape.enumerated().map { axis, extent in
        let own = axis - missing
        return (extent, own < 0 || x.shape[own] == 1 ? 0 : steps[own])
      }
      return try x.gathered(axes, shape: shape)
    }
    one("Tile") { (call, translation) throws(ModelProblem) in
      let x = try call.known(0)
      let repeats = try call.known(1).integers()
      guard repeats.count == x.shape.count, repeats.allSatisfy({ $0 >= 0 && $0 < 1 << 32 }) else {
        throw .malformed("tiles \(x.shape) by \(repeats)")
      }
      let shape = zip(x.shape, repeats).map { $0.multipliedReportingOverflow(by: $1).partialValue }
      try translation.spend(shape)
      let steps = Extents.strides(x.shape)
      let axes = shape.indices.flatMap { [(repeats[$0], 0), (x.shape[$0], steps[$0])] }
      return try x.gathered(axes, shape: shape)
    }
    one("Gather") { (call, translation) throws(ModelProblem) in
      let (x, index) = (try call.known(0), try call.known(1))
      let axis = try Extents.axis(call.integer("axis", default: 0), rank: x.shape.count)
      let shape = x.shape[..<axis] + index.shape + x.shape[(axis + 1)...]
      try translation.spend(Array(shape))
      let places = try positions(index.integers(), extent: x.shape[axis])
      let inner = x.shape[(axis + 1)...].reduce(1, *)
      let outer = x.shape[..<axis].reduce(1, *)
      let extent = x.shape[axis]
      let rows = (0..<outer).flatMap { o in places.map { (o * extent + $0) * inner } }
      return try x.rows(at: rows, of: inner, shape: Array(shape))
    }
    one("GatherElements") { (call, translation) throws(ModelProblem) in
      let (x, index) = (try call.known(0), try call.known(1))
      let axis = try Extents.axis(call.integer("axis", default: 0), rank: x.shape.count)
      guard index.shape.count == x.shape.count,
        x.shape.indices.allSatisfy({ $0 == axis || index.shape[$0] <= x.shape[$0] })
      else { throw .malformed("gathers \(index.shape) elements of \(x.shape)") }
      try translation.spend(index.shape)
      let places = try positions(index.integers(), extent: x.shape[axis])
      let steps = Extents.strides(x.shape)
      let base = Elements.gathered(
        Array(0..<x.count),
        index.shape.indices.map { (index.shape[$0], $0 == axis ? 0 : steps[$0]) })
      return try x.rows(
        at: zip(base, places).map { $0 + $1 * steps[axis] }, of: 1, shape: index.shape)
    }
    one("GatherND") { (call, translation) throws(ModelProblem) in
      let (x, index) = (try call.known(0), try call.known(1))
      guard try call.integer("batch_dims", default: 0) == 0, let depth = index.shape.last,
        depth <= x.shape.count, depth > 0
      else { throw .unsupported("with batch_dims") }
      let shape = Array(index.shape.dropLast() + x.shape[depth...])
      try translation.spend(shape)
      let starts = try starts(index, in: x.shape, depth: depth)
      let inner = x.shape[depth...].reduce(1, *)
      return try x.rows(at: starts, of: inner, shape: shape)
    }
    one("ScatterND") { (call, translation) throws(ModelProblem) in
      let (x, index, updates) = (try call.known(0), try call.known(1), try call.known(2))
      guard try call.text("reduction", default: "none") == "none", let depth = index.shape.last,
        depth <= x.shape.count, depth > 0
      else { throw .unsupported("with a reduction") }
      try translation.spend(x.shape)
      let starts = try starts(index, in: x.shape, depth: depth)
      let inner = x.shape[depth...].reduce(1, *)
      guard updates.count == starts.count * inner else {
        throw .malformed("writes \(updates.shape) at \(index.shape) places of \(x.shape)")
      }
      var values = x.numbers()
      let numbers = updates.numbers()
      for (row, start) in starts.enumerated() {
        for i in 0..<inner { values[start + i] = numbers[row * inner + i] }
      }
      return KnownTensor(x.type, x.shape, payload(values, x.type))
    }
    one("Slice") { (call, translation) throws(ModelProblem) in
      let x = try call.known(0)
      let cuts = try Cut.of(call, extents: x.shape)
      let shape = cuts.map(\.count)
      try translation.spend(shape)
      let steps = Extents.strides(x.shape)
      let start = zip(cuts, steps).reduce(0) { $0 + $1.0.start * $1.1 }
      let axes = zip(cuts, steps).map { ($0.count, $0.step * $1) }
      return try x.gathered(from: start, axes, shape: shape)
    }
    rules["Split"] = split
    one("Pad") { (call, translation) throws(ModelProblem) in
      let x = try call.known(0)
      let padding = try Padding.of(call, rank: x.shape.count)
      guard case .constant(let number) = padding.mode else { throw .unsupported("of constants") }
      let shape = x.shape.indices.map { x.shape[$0] + padding.before[$0] + padding.after[$0] }
      try translation.spend(shape)
      var values = [Double](repeating: number, count: shape.reduce(1, *))
      guard (padding.before + padding.after).allSatisfy({ $0 >= 0 }) else {
        throw .unsupported("that cuts constants")
      }
      let steps = Extents.strides(shape)
      let start = zip(padding.before, steps).reduce(0) { $0 + $1.0 * $1.1 }
      let places = Elements.gathered(
        Array(values.indices), from: start, zip(x.shape, steps).map { ($0, $1) })
      for (place, number) in zip(places, x.numbers()) { values[place] = number }
      return KnownTensor(x.type, shape, payload(values, x.type))
    }
    return rules
  }()

  private static let split: Rule = { (call, translation) throws(ModelProblem) in
    let x = try call.known(0)
    try translation.spend(x.shape)
    let (axis, parts) = try Cut.parts(of: call, extents: x.shape)
    let steps = Extents.strides(x.shape)
    var results: [KnownTensor] = []
    for part in parts {
      var shape = x.shape
      shape[axis] = part.count
      let axes = zip(shape, steps).map { ($0, $1) }
      results.append(try x.gathered(from: part.start * steps[axis], axes, shape: shape))
    }
    return results
  }

  /// Tensors one after the other along an axis.
  static func concatenated(
    _ parts: [KnownTensor], axis: Int, _ translation: inout Translation
  ) throws(ModelProblem) -> KnownTensor {
    guard let first = parts.first else { throw .malformed("joins nothing") }
    let axis = try Extents.axis(axis, rank: first.shape.count)
    var shape = first.shape
    shape[axis] = 0
    for part in parts {
      guard part.shape.count == shape.count,
        shape.indices.allSatisfy({ $0 == axis || part.shape[$0] == shape[$0] })
      else { throw .malformed("joins \(first.shape) and \(part.shape) along axis \(axis)") }
      shape[axis] += part.shape[axis]
    }
    try translation.spend(shape)
    let outer = shape[..<axis].reduce(1, *)
    let inner = shape[(axis + 1)...].reduce(1, *)
    func joined<Element>(_ lists: [[Element]]) -> [Element] {
      (0..<outer).flatMap { o in
        zip(lists, parts).flatMap { list, part in
          let run = part.shape[axis] * inner
          return list[o * run..<(o + 1) * run]
        }
      }
    }
    if first.type.isFloatingPoint {
      return KnownTensor(first.type, shape, .numbers(joined(parts.map { $0.numbers() })))
    }
    var lists: [[Int]] = []
    for part in parts { lists.append(try part.integers()) }
    return KnownTensor(first.type, shape, .integers(joined(lists)))
  }

  /// Indices counted from the front.
  static func positions(_ indices: [Int], extent: Int) throws(ModelProblem) -> [Int] {
    var positions: [Int] = []
    positions.reserveCapacity(indices.count)
    for index in indices {
      guard index >= -extent, index < extent else {
        throw .malformed("reads element \(index) of \(extent)")
      }
      positions.append(index < 0 ? index + extent : index)
    }
    return positions
  }

  /// Where the parts begin that rows of indices name.
  private static func starts(_ index: KnownTensor, in shape: [Int], depth: Int)
    throws(ModelProblem) -> [Int]
  {
    let steps = Extents.strides(shape)
    let indices = try index.integers()
    var starts = [Int](repeating: 0, count: indices.count / depth)
    for axis in 0..<depth {
      let column = stride(from: axis, to: indices.count, by: depth).map { indices[$0] }
      for (row, place) in try positions(column, extent: shape[axis]).enumerated() {
        starts[row] += place * steps[axis]
      }
    }
    return starts
  }
}
