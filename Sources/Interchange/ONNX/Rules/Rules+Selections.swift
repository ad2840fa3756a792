internal import Networks
internal import Operators
internal import Tensors

extension Rules {
  /// Operators that pick, join and cut values.
  static let selections: [String: Rule] = [
    "Slice": { (call, translation) throws(ModelProblem) in
      var value = try translation.traced(call)
      let extents = translation.extents(value)
      for (axis, cut) in try Cut.of(call, extents: extents).enumerated() {
        value = try translation.cut(value, axis: axis, cut, of: extents[axis], for: call)
      }
      return [.traced(value)]
    },
    "Split": { (call, translation) throws(ModelProblem) in
      let value = try translation.traced(call)
      let extents = translation.extents(value)
      let (axis, parts) = try Cut.parts(of: call, extents: extents)
      var results: [Value] = []
      for part in parts {
        results.append(
          .traced(try translation.cut(value, axis: axis, part, of: extents[axis], for: call)))
      }
      return results
    },
    "Gather": { (call, translation) throws(ModelProblem) in
      let value = try translation.traced(call)
      let index = try call.known(1)
      let axis = try Extents.axis(call.integer("axis", default: 0), rank: value.rank)
      return [
        .traced(
          try translation.gathered(
            value, axis: axis, index.integers(), shape: index.shape, for: call))
      ]
    },
    "GatherND": Call.one { (call, translation) throws(ModelProblem) in
      try translation.gatheredParts(call)
    },
    "GatherElements": Call.one { (call, translation) throws(ModelProblem) in
      try translation.gatheredElements(call)
    },
    "Concat": { (call, translation) throws(ModelProblem) in
      guard let axis = try call.integer("axis") else { throw .malformed("has no axis") }
      var values: [Traced] = []
      for place in call.inputs.indices { values.append(try translation.traced(call, place)) }
      return [.traced(try translation.concatenated(values, axis: axis, for: call))]
    },
    "Where": Call.one { (call, translation) throws(ModelProblem) in
      try translation.chosen(call)
    },
    "Expand": Call.one { (call, translation) throws(ModelProblem) in
      let value = try translation.traced(call)
      return try translation.expanded(value, to: call.known(1).integers(), for: call)
    },
    "ConstantOfShape": Call.one { (call, translation) throws(ModelProblem) in
      let number = KnownTensor(.float, try Evaluation.filling(call).number)
      let value = try translation.traced(.known(number), for: call)
      return try translation.expanded(value, to: call.known(0).integers(), for: call)
    },
    "Tile": Call.one { (call, translation) throws(ModelProblem) in
      let value = try translation.traced(call)
      let repeats = try call.known(1).integers()
      guard repeats.count == value.rank, repeats.allSatisfy({ $0 > 0 && $0 <= 1 << 31 }) else {
        throw .malformed("tiles \(value.shape) by \(repeats)")
      }
      return try translation.tiled(value, repeats, for: call)
    },
  ]
}

extension Translation {
  /// Elements at regular distances along an axis of the file's value.
  mutating func cut(
    _ value: Traced, axis: Int, _ cut: Cut, of extent: Int, for call: Call
  ) throws(ModelProblem) -> Traced {
    if cut.isWhole(extent) { return value }
    if axis == value.batch?.axis, cut.start == 0, cut.step == 1, cut.count == fixedBatch {
      return value
    }
    guard cut.count > 0 else { throw .malformed("keeps nothing of axis \(axis)") }
    let own = try own(axis, of: value)
    return try add(
      Slice(axis: own, from: cut.start, count: cut.count, step: cut.step), [value.layer],
      for: call, batch: value.batch)
  }

  /// Elements at regular distances along an axis of any value.
  mutating func slice(_ call: Call, axis: Int, _ cut: Cut, drops: Bool) throws(ModelProblem)
    -> Value
  {
    let value = try traced(call)
    let part = try self.cut(value, axis: axis, cut, of: extents(value)[axis], for: call)
    guard drops else { return .traced(part) }
    var target = extents(part)
    target.remove(at: axis)
    return .traced(try reshaped(part, toFile: target, for: call))
  }

  /// Elements of an axis by indices, whose shape stands in the place of the axis.
  mutating func gathered(
    _ value: Traced, axis: Int, _ indices: [Int], shape: [Int], for call: Call
  ) throws(ModelProblem) -> Traced {
    let own = try own(axis, of: value)
    let extent = value.shape[own]
    let places = try Evaluation.positions(indices, extent: extent)
    guard let first = places.first else { throw .malformed("reads no element") }
    let step = places.count > 1 ? places[1] - first : 1
    let isRegular = step != 0 && places.enumerated().allSatisfy { $1 == first + $0 * step }
    var part = value
    if isRegular {
      part = try cut(
        value, axis: axis, Cut(start: first, count: places.count, step: step), of: extent,
        for: call)
    } else {
      part = try add(
        Gather(axis: own, indices: places), [value.layer], for: call, batch: value.batch)
    }
    var target = extents(part)
    target.replaceSubrange(axis...axis, with: shape)
    return try reshaped(part, toFile: target, for: call)
  }

  /// Parts of a value by known positions along its first axes.
  fileprivate mutating func gatheredParts(_ call: Call) throws(ModelProblem) -> Traced {
    let value = try traced(call)
    let index = try call.known(1)
    guard try call.integer("batch_dims", default: 0) == 0 else {
      throw .unsupported("with batch_dims")
    }
    guard let depth = index.shape.last, depth > 0, depth <= value.rank else {
      throw .malformed("picks elements of \(value.rank) axes by \(index.shape)")
    }
    if let place = value.batch, place.axis < depth {
      throw .unsupported("works along the axis of the images")
    }
    let own = extents(value)
    let steps = Extents.strides(Array(own[..<depth]))
    let numbers = try index.integers()
    var places = [Int](repeating: 0, count: numbers.count / depth)
    for axis in 0..<depth {
      let column = stride(from: axis, to: numbers.count, by: depth).map { numbers[$0] }
      for (row, position) in try Evaluation.positions(column, extent: own[axis]).enumerated() {
        places[row] += position * steps[axis]
      }
    }
    let count = own[..<depth].reduce(1, *)
    let flat = try reshaped(value, toFile: [count] + own[depth...], for: call)
    return try gathered(
      flat, axis: 0, places, shape: Array(index.shape.dropLast()), for: call)
  }

  /// Elements along an axis, where all lines take the same ones.
  fileprivate mutating func gatheredElements(_ call: Call) throws(ModelProblem) -> Traced {
    let value = try traced(call)
    let index = try call.known(1)
    let axis = try Extents.axis(call.integer("axis", default: 0), rank: value.rank)
    guard index.shape.count == value.rank else {
      throw .malformed("picks elements of \(value.rank) axes by \(index.shape)")
    }
    let numbers = try index.integers()
    let step = Extents.strides(index.shape)[axis]
    let line = (0..<index.shape[axis]).map { numbers[$0 * step] }
    let isSame = numbers.indices.allSatisfy { numbers[$0] == line[$0 / step % line.count] }
    let own = extents(value)
    guard isSame, own.indices.allSatisfy({ $0 == axis || own[$0] == index.shape[$0] }) else {
      throw .unsupported("of other places in each line")
    }
    return try gathered(value, axis: axis, line, shape: [line.count], for: call)
  }

  /// Values one after the other along an axis.
  mutating func concatenated(_ values: [Traced], axis: Int, for call: Call)
    throws(ModelProblem) -> Traced
  {
    guard let first = values.first else { throw .malformed("joins nothing") }
    guard values.count > 1 else { return first }
    let axis = try Extents.axis(axis, rank: first.rank)
    guard values.allSatisfy({ $0.rank == first.rank }) else {
      throw .malformed("joins values of different ranks")
    }
    let places = Set(values.compactMap(\.batch))
    guard places.count <= 1 else { throw .unsupported("joins images of a batch with others") }
    guard let place = places.first else {
      return try add(Concatenate(axis: axis), values.map(\.layer), for: call, batch: nil)
    }
    guard axis != place.axis else { throw .unsupported("joins images of several batches") }
    var layers: [Int] = []
    for value in values {
      guard value.batch == nil else {
        layers.append(value.layer)
        continue
      }
      // A value that is the same for all images has one of it, in a file that is fixed to one image.
      guard fixedBatch == 1, value.shape[place.axis] == place.factor else {
        throw .malformed("joins \(value.shape) with values of a batch")
      }
      var extents = value.shape.extents
      if !place.isKept { extents.remove(at: place.axis) }
      layers.append(try reshaped(value, to: extents, for: call, batch: nil).layer)
    }
    let own = place.isKept || axis < place.axis ? axis : axis - 1
    return try add(Concatenate(axis: own), layers, for: call, batch: place)
  }

  /// The elements of one value or another by a known condition.
  fileprivate mutating func chosen(_ call: Call) throws(ModelProblem) -> Traced {
    let condition = try call.known(0)
    let truth = try condition.integers()
    if truth.allSatisfy({ $0 != 0 }) { return try kept(1, over: condition, call) }
    if truth.allSatisfy({ $0 == 0 }) { return try kept(2, over: condition, call) }
    try spend(condition.shape)
    let choice = truth.map { $0 != 0 ? 1.0 : 0 }
    let first = KnownTensor(.float, condition.shape, .numbers(choice))
    let second = KnownTensor(.float, condition.shape, .numbers(choice.map { 1 - $0 }))
    // x m + y (1 - m); of a constant the product is taken here, where it may be infinite.
    func part(
      _ place: Int, _ mask: KnownTensor, _ translation: inout Translation
    ) throws(ModelProblem) -> Traced {
      if case .known(let value) = call.input(place), !value.isLearned {
        let product = try Evaluation.combined(
          value, mask, &translation, { $1 == 0 ? 0 : $0 }, nil)
        return try translation.traced(.known(product), for: call)
      }
      let value = try translation.traced(call, place)
      let factor = try translation.traced(.known(mask), for: call)
      return try translation.combined(Multiply(), value, factor, for: call)
    }
    let a = try part(1, first, &self)
    let b = try part(2, second, &self)
    return try sum(a, b, for: call)
  }

  private mutating func kept(_ place: Int, over condition: KnownTensor, _ call: Call)
    throws(ModelProblem) -> Traced
  {
    let value = try traced(call, place)
    let own = extents(value)
    let shape = try Extents.broadcast([own, condition.shape])
    guard shape != own else { return value }
    return try expanded(value, to: shape, for: call)
  }

  /// A value spread over a larger shape of the file.
  mutating func expanded(_ value: Traced, to target: [Int], for call: Call)
    throws(ModelProblem) -> Traced
  {
    let own = extents(value)
    guard target.allSatisfy({ $0 > 0 }) else { throw .malformed("spreads over \(target)") }
    if let place = value.batch {
      // A file that is fixed to its images asks for that number of them again.
      var target = target
      let axis = place.axis - (own.count - target.count)
      if target.indices.contains(axis), let fixedBatch, target[axis] == fixedBatch * place.factor {
        target[axis] = own[place.axis]
      }
      let common = try Extents.broadcast([own, target])
      var moved = place
      moved.axis += common.count - own.count
      guard common[moved.axis] == own[place.axis],
        common.indices.allSatisfy({ $0 == moved.axis || !countsImages(common[$0]) })
      else { throw .unsupported("mixes the images of a batch") }
      return try expanded(value, to: common, batch: moved, for: call)
    }
    let common = try Extents.broadcast([own, target])
    let axes = common.indices.filter { countsImages(common[$0]) }
    guard axes.count <= 1 else { throw .unsupported("pairs the images of a batch") }
    guard let axis = axes.first else {
      return try expanded(value, to: common, batch: nil, for: call)
    }
    let place = BatchPlace(axis: axis, inner: common[axis] / batch)
    var source = value
    let position = axis - (common.count - own.count)
    if position >= 0, !place.isKept {
      var extents = value.shape.extents
      extents.remove(at: position)
      source = try reshaped(value, to: extents, for: call, batch: nil)
    }
    return try expanded(source, to: common, batch: place, for: call)
  }

  /// A value over a shape of the file in which the images have their place.
  private mutating func expanded(
    _ value: Traced, to common: [Int], batch: BatchPlace?, for call: Call
  ) throws(ModelProblem) -> Traced {
    var extents = common
    if let batch {
      if batch.isKept { extents[batch.axis] = batch.factor } else { extents.remove(at: batch.axis) }
    }
    guard value.shape.extents != extents else {
      return Traced(layer: value.layer, shape: value.shape, batch: batch)
    }
    _ = try Extents.count(extents)
    return try add(Expand(to: Shape(extents)), [value.layer], for: call, batch: batch)
  }

  /// A value several times side by side.
  fileprivate mutating func tiled(_ value: Traced, _ repeats: [Int], for call: Call)
    throws(ModelProblem) -> Traced
  {
    if let place = value.batch {
      guard repeats[place.axis] == 1, !repeats.contains(where: countsImages) else {
        throw .unsupported("repeats the images of a batch")
      }
      let own = repeats.indices.filter { place.isKept || $0 != place.axis }.map { repeats[$0] }
      if own.allSatisfy({ $0 == 1 }) { return value }
      return try add(Tile(repeats: own), [value.layer], for: call, batch: place)
    }
    guard let axis = repeats.firstIndex(where: countsImages) else {
      if repeats.allSatisfy({ $0 == 1 }) { return value }
      return try add(Tile(repeats: repeats), [value.layer], for: call, batch: nil)
    }
    guard repeats[axis] == batch, repeats.filter(countsImages).count == 1 else {
      throw .unsupported("repeats the images of a batch")
    }
    // Once for every image: what is repeated is the value of each of them.
    var rest = repeats
    rest[axis] = 1
    let tiled = try self.tiled(value, rest, for: call)
    let place = BatchPlace(axis: axis, inner: tiled.shape[axis])
    guard !place.isKept else {
      return Traced(layer: tiled.layer, shape: tiled.shape, batch: place)
    }
    var extents = tiled.shape.extents
    extents.remove(at: axis)
    return try reshaped(tiled, to: extents, for: call, batch: place)
  }
}
