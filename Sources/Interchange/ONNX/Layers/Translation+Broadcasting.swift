internal import Networks
internal import Operators
internal import Tensors

extension Translation {
  /// Values that are combined element by element, as the values of one image.
  struct Aligned {
    var layers: [Int]
    var batch: BatchPlace?
    /// The rank of the file's result.
    var rank: Int
  }

  /// Lines up values as broadcasting does in the file, and takes the batch out.
  ///
  /// - Throws: that images meet other images.
  mutating func aligned(_ values: [Traced], for call: Call) throws(ModelProblem) -> Aligned {
    let rank = values.map(\.rank).max() ?? 0
    var common: BatchPlace?
    for value in values {
      guard var place = value.batch else { continue }
      place.axis += rank - value.rank
      if let common, common != place {
        throw .unsupported("combines images of a batch with others")
      }
      common = place
    }
    guard let common else {
      return Aligned(layers: values.map(\.layer), batch: nil, rank: rank)
    }
    var layers: [Int] = []
    for value in values {
      let axis = common.axis - (rank - value.rank)
      guard value.batch == nil, axis >= 0 else {
        layers.append(value.layer)
        continue
      }
      let extent = value.shape[axis]
      let isBaked = fixedBatch == 1 && extent == common.factor
      guard extent == 1 || isBaked else {
        throw .malformed("combines \(extent) values along an axis with the images of a batch")
      }
      var extents = value.shape.extents
      if !common.isKept { extents.remove(at: axis) }
      layers.append(try reshaped(value, to: extents, for: call, batch: nil).layer)
    }
    return Aligned(layers: layers, batch: common, rank: rank)
  }

  /// Applies an operator of two values that broadcasts.
  mutating func combined(
    _ op: any Operator, _ a: Traced, _ b: Traced, for call: Call
  ) throws(ModelProblem) -> Traced {
    let aligned = try aligned([a, b], for: call)
    return try add(op, aligned.layers, for: call, batch: aligned.batch)
  }

  /// The sum of two values, which is where branches join if both have one shape.
  mutating func sum(_ a: Traced, _ b: Traced, for call: Call) throws(ModelProblem) -> Traced {
    let aligned = try aligned([a, b], for: call)
    let isEqual = graph[aligned.layers[0]].shape == graph[aligned.layers[1]].shape
    let op: any Operator = isEqual ? Sum() : Add()
    return try add(op, aligned.layers, for: call, batch: aligned.batch)
  }

  /// `factor x + offset`.
  mutating func affine(
    _ value: Traced, factor: Double = 1, offset: Double = 0, for call: Call
  ) throws(ModelProblem) -> Traced {
    guard factor != 1 || offset != 0 else { return value }
    if factor == 0, offset == 0 {
      return try add(Zero(), [value.layer], for: call, batch: value.batch)
    }
    // Two such functions in a row are one, where that rounds no more.
    if let first = graph[value.layer].op as? Affine, first.offset == 0 || factor == 1 {
      let merged = Affine(
        factor: first.factor * factor, offset: first.offset * factor + offset)
      return try add(merged, [graph[value.layer].inputs[0]], for: call, batch: value.batch)
    }
    return try add(
      Affine(factor: factor, offset: offset), [value.layer], for: call, batch: value.batch)
  }
}
