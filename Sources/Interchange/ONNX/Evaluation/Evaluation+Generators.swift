extension Evaluation {
  /// Operators that make tensors out of little.
  static let generators: [String: Rule] = [
    "ConstantOfShape": { (call, translation) throws(ModelProblem) in
      let shape = try call.known(0).integers()
      try translation.spend(shape)
      let value = try filling(call)
      let count = shape.reduce(1, *)
      return [
        KnownTensor(
          value.type, shape, payload([Double](repeating: value.number, count: count), value.type))
      ]
    },
    "Range": { (call, translation) throws(ModelProblem) in
      let (start, limit, step) = (try call.known(0), try call.known(1), try call.known(2))
      guard let from = start.scalar, let to = limit.scalar, let by = step.scalar, by != 0 else {
        throw .malformed("counts with a step of 0, or not by numbers")
      }
      let count = ((to - from) / by).rounded(.up)
      guard count.isFinite, count < 0x1p40 else { throw .malformed("counts without end") }
      let shape = [max(0, Int(count))]
      try translation.spend(shape)
      let values = (0..<shape[0]).map { from + Double($0) * by }
      return [KnownTensor(start.type, shape, payload(values, start.type))]
    },
    "EyeLike": { (call, translation) throws(ModelProblem) in
      let x = try call.known(0)
      guard x.shape.count == 2 else { throw .malformed("makes a unit matrix of no matrix") }
      try translation.spend(x.shape)
      let type = try call.integer("dtype").map { (number) throws(ModelProblem) in
        try ElementType(number: Int32(clamping: number))
      }
      let diagonal = try call.integer("k", default: 0)
      let (rows, columns) = (x.shape[0], x.shape[1])
      let values = (0..<rows).flatMap { i in
        (0..<columns).map { $0 &- i == diagonal ? 1.0 : 0 }
      }
      return [KnownTensor(type ?? x.type, x.shape, payload(values, type ?? x.type))]
    },
    "OneHot": { (call, translation) throws(ModelProblem) in
      let (indices, depth, values) = (try call.known(0), try call.known(1), try call.known(2))
      guard let depth = depth.scalar.map(integer), depth > 0, values.count == 2 else {
        throw .malformed("has \(values.count) values for the two states of an element")
      }
      let axis = try call.integer("axis", default: -1)
      let rank = indices.shape.count + 1
      let position = try Extents.axis(axis, rank: rank)
      var shape = indices.shape
      shape.insert(depth, at: position)
      try translation.spend(shape)
      let (off, on) = (values.numbers()[0], values.numbers()[1])
      let inner = shape[(position + 1)...].reduce(1, *)
      var result = [Double](repeating: off, count: shape.reduce(1, *))
      for (place, index) in try indices.integers().enumerated() {
        guard index >= -depth, index < depth else { continue }
        let hot = index < 0 ? index + depth : index
        result[(place / inner * depth + hot) * inner + place % inner] = on
      }
      return [KnownTensor(values.type, shape, payload(result, values.type))]
    },
  ]

  /// The number that fills a new tensor.
  static func filling(_ call: Call) throws(ModelProblem) -> (type: ElementType, number: Double) {
    switch call.node.attributes["value"] {
    case nil: return (.float, 0)
    case .tensor(let tensor):
      let known = KnownTensor(tensor)
      guard let number = known.scalar else {
        throw .malformed("fills a tensor with \(known.count) numbers")
      }
      return (known.type, number)
    default: throw .malformed("fills a tensor with no number")
    }
  }
}
