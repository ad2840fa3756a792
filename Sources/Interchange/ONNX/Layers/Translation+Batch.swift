internal import Networks
internal import Operators
internal import Tensors

extension Translation {
  /// Whether an extent counts images.
  func countsImages(_ extent: Int) -> Bool { extent > 0 && extent % batch == 0 }

  /// The extents of the file's value.
  func extents(_ value: Traced) -> [Int] { value.extents(batch: batch) }

  /// Where the images lie once a value has other extents with the same elements in the same order, and these
  /// extents for one image.
  private func place(_ value: Traced, in extents: [Int]) throws(ModelProblem) -> (
    place: BatchPlace, extents: [Int]
  ) {
    let axes = extents.indices.filter { countsImages(extents[$0]) }
    guard axes.count == 1, let axis = axes.first else {
      throw .unsupported("spreads the images of a batch over several axes")
    }
    let before = extents[..<axis].reduce(1, *)
    let behind = extents[(axis + 1)...].reduce(1, *)
    let (outer, inner) = (value.outerCount / before, value.innerCount / behind)
    guard value.outerCount % before == 0, value.innerCount % behind == 0,
      outer * inner * batch == extents[axis]
    else { throw .unsupported("mixes the images of a batch") }
    let place = BatchPlace(axis: axis, outer: outer, inner: inner)
    var own = extents
    if place.isKept { own[axis] = place.factor } else { own.remove(at: axis) }
    return (place, own)
  }

  /// A value in another shape of the file, as `Reshape` has it: -1 stands for what is left.
  mutating func reshaped(_ value: Traced, toFile target: [Int], for call: Call)
    throws(ModelProblem) -> Traced
  {
    let count = try Extents.count(extents(value))
    guard value.batch != nil else {
      return try reshaped(
        value, to: Self.resolved(target, count: count), for: call, batch: nil)
    }
    if target.contains(where: countsImages) || fixedBatch == nil {
      let extents = try Self.resolved(target, count: count)
      let (place, own) = try self.place(value, in: extents)
      return try reshaped(value, to: own, for: call, batch: place)
    }
    // The file counts its own images, and says so with plain numbers: ours stand in their place.
    let fixed = fixedBatch ?? 1
    var extents = try Self.resolved(target, count: count / batch * fixed)
    let axis = extents.indices.first { axis in
      let before = extents[..<axis].reduce(1, *)
      let behind = extents[(axis + 1)...].reduce(1, *)
      return value.outerCount % before == 0 && value.innerCount % behind == 0
        && value.outerCount / before * (value.innerCount / behind) * fixed == extents[axis]
    }
    guard let axis else { throw .unsupported("mixes the images of a batch") }
    extents[axis] = extents[axis] / fixed * batch
    let (place, own) = try self.place(value, in: extents)
    return try reshaped(value, to: own, for: call, batch: place)
  }

  /// Extents where -1 has become what is left.
  static func resolved(_ target: [Int], count: Int) throws(ModelProblem) -> [Int] {
    var extents = target
    let free = target.indices.filter { target[$0] == -1 }
    guard free.count <= 1, target.allSatisfy({ $0 >= -1 }) else {
      throw .malformed("asks for the shape \(target)")
    }
    let known = try Extents.count(target.filter { $0 != -1 })
    if let free = free.first {
      guard known > 0, count % known == 0 else {
        throw .malformed("gives \(count) elements the shape \(target)")
      }
      extents[free] = count / known
    }
    guard try Extents.count(extents) == count else {
      throw .malformed("gives \(count) elements the shape \(target)")
    }
    return extents
  }

  /// The axis of one image for an axis of the file's value, on which images must not meet.
  ///
  /// - Throws: that the axis counts images.
  func own(_ axis: Int, of value: Traced) throws(ModelProblem) -> Int {
    let axis = try Extents.axis(axis, rank: value.rank)
    guard axis != value.batch?.axis, let own = value.axis(axis) else {
      throw .unsupported("works along the axis of the images")
    }
    return own
  }

  /// Where the images lie once some axes are gone.
  func place(_ batch: BatchPlace?, without axes: [Int]) -> BatchPlace? {
    guard var place = batch else { return nil }
    place.axis -= axes.filter { $0 < place.axis }.count
    return place
  }

  /// Feature maps: images in the first axis, then channels, rows and columns.
  func maps(_ value: Traced, sides: Int = 2) throws(ModelProblem) {
    guard let place = value.batch, place.axis == 0, !place.isKept else {
      throw .unsupported("reads maps that are not those of one image each")
    }
    guard value.shape.rank == sides + 1 else {
      throw .unsupported("reads values of \(value.rank) axes")
    }
  }
}
