internal import Networks
internal import Operators
internal import Tensors

extension Rules {
  /// Operators that keep every element: on known tensors they are noted and not carried out.
  static let views: [String: Rule] = [
    "Identity": { (call, translation) throws(ModelProblem) in [named(call)] },
    // Images are scored as they are, whatever a file says of training.
    "Dropout": { (call, translation) throws(ModelProblem) in [call.input(0)] },
    "Reshape": { (call, translation) throws(ModelProblem) in
      guard var target = try call.integers("shape", orInput: 1) else {
        throw .malformed("does not say the new shape")
      }
      let extents = try shape(call, translation)
      if try !call.flag("allowzero") {
        for (axis, extent) in target.enumerated() where extent == 0 {
          guard axis < extents.count else {
            throw .malformed("keeps axis \(axis), which is not there")
          }
          target[axis] = extents[axis]
        }
      }
      return [try translation.moved(call, to: target)]
    },
    "Flatten": { (call, translation) throws(ModelProblem) in
      let extents = try shape(call, translation)
      let axis = try call.integer("axis", default: 1)
      let place = axis < 0 ? axis + extents.count : axis
      guard (0...extents.count).contains(place) else {
        throw .malformed("flattens at axis \(axis)")
      }
      let target = [
        try Extents.count(Array(extents[..<place])), try Extents.count(Array(extents[place...])),
      ]
      return [try translation.moved(call, to: target)]
    },
    "Squeeze": { (call, translation) throws(ModelProblem) in
      let extents = try shape(call, translation)
      let named = try call.integers("axes", orInput: 1)
      let axes =
        try named.map { (axes) throws(ModelProblem) in
          try Extents.axes(axes, rank: extents.count)
        } ?? extents.indices.filter { extents[$0] == 1 }
      guard axes.allSatisfy({ extents[$0] == 1 }) else {
        guard translation.fixedBatch == 1,
          axes.allSatisfy({ extents[$0] == 1 || translation.countsImages(extents[$0]) })
        else { throw .malformed("drops axes \(axes) of \(extents)") }
        throw .unsupported("drops the axis of the images")
      }
      let target = extents.indices.filter { !axes.contains($0) }.map { extents[$0] }
      return [try translation.moved(call, to: target)]
    },
    "Unsqueeze": { (call, translation) throws(ModelProblem) in
      let extents = try shape(call, translation)
      guard let axes = try call.integers("axes", orInput: 1) else {
        throw .malformed("has no axes")
      }
      let rank = extents.count + axes.count
      let places = try Extents.axes(axes, rank: rank)
      var rest = extents[...]
      let target = (0..<rank).map { places.contains($0) ? 1 : rest.removeFirst() }
      return [try translation.moved(call, to: target)]
    },
    "Transpose": { (call, translation) throws(ModelProblem) in
      let rank = try shape(call, translation).count
      let order = try call.integers("perm") ?? Array((0..<rank).reversed())
      guard order.count == rank, order.sorted() == Array(0..<rank) else {
        throw .malformed("reorders \(rank) axes by \(order)")
      }
      switch call.input(0) {
      case .known(let tensor): return [.known(tensor.transposed(order))]
      default:
        let value = try translation.traced(call)
        var place = value.batch
        if let axis = place?.axis { place?.axis = order.firstIndex(of: axis) ?? axis }
        return [
          .traced(
            try translation.transposed(
              value, order.compactMap(value.axis), for: call, batch: place))
        ]
      }
    },
  ]

  /// A copy; exporters that merge equal tensors keep the names of the others on copies.
  private static func named(_ call: Call) -> Value {
    guard case .known(var tensor) = call.input(0), let view = tensor.view,
      let name = call.node.outputs.first, name.contains(".")
    else { return call.input(0) }
    let isLearned = LearnedTensors.contains(
      name, type: tensor.type, count: tensor.count, producer: "pytorch", says: nil)
    tensor.payload = .view(view.named(name, isLearned: isLearned))
    return .known(tensor)
  }
}

extension Translation {
  /// The first input with the extents that the file gives it.
  fileprivate mutating func moved(_ call: Call, to target: [Int]) throws(ModelProblem) -> Value {
    guard case .known(let tensor) = call.input(0) else {
      return .traced(try reshaped(try traced(call), toFile: target, for: call))
    }
    return .known(tensor.reshaped(to: try Self.resolved(target, count: tensor.count)))
  }
}
