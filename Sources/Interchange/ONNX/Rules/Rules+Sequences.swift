extension Rules {
  /// Lists of values, which exporters write where they do not know how many there are.
  static let sequences: [String: Rule] = [
    "SequenceConstruct": { (call, translation) throws(ModelProblem) in [.sequence(call.inputs)] },
    "SequenceAt": { (call, translation) throws(ModelProblem) in
      let list = try list(call)
      guard let index = try call.known(1).integers().first, index >= -list.count,
        index < list.count
      else { throw .malformed("reads a value that the list of \(list.count) lacks") }
      return [list[index < 0 ? index + list.count : index]]
    },
    "SequenceLength": { (call, translation) throws(ModelProblem) in
      [.known(KnownTensor(.int64, [], .integers([try list(call).count])))]
    },
    "SplitToSequence": { (call, translation) throws(ModelProblem) in
      let extents = try shape(call, translation)
      let axis = try Extents.axis(call.integer("axis", default: 0), rank: extents.count)
      let keeps = try call.flag("keepdims", default: true)
      let extent = extents[axis]
      var sizes = [Int](repeating: 1, count: extent)
      if let split = try call.optional(1) {
        let numbers = try split.integers()
        if split.shape.isEmpty, let size = numbers.first, size > 0 {
          sizes = stride(from: 0, to: extent, by: size).map { min(size, extent - $0) }
        } else {
          sizes = numbers
        }
      }
      guard sizes.allSatisfy({ $0 > 0 && $0 <= extent }), sizes.reduce(0, +) == extent else {
        throw .malformed("splits \(extent) into \(sizes)")
      }
      var parts: [Value] = []
      var start = 0
      for size in sizes {
        let drops = call.has(1) ? false : !keeps
        parts.append(
          try translation.slice(
            call, axis: axis, Cut(start: start, count: size), drops: drops))
        start += size
      }
      return [.sequence(parts)]
    },
    "ConcatFromSequence": { (call, translation) throws(ModelProblem) in
      var node = call.node
      let list = try list(call)
      if try call.flag("new_axis") {
        throw .unsupported("along a new axis")
      }
      node.type = "Concat"
      node.attributes["new_axis"] = nil
      return try translation.results(Call(node: node, inputs: list))
    },
  ]

  private static func list(_ call: Call) throws(ModelProblem) -> [Value] {
    guard case .sequence(let list) = call.input(0) else { throw .malformed("reads no list") }
    return list
  }
}
