internal import Tensors

/// Where the images of a batch lie in a value: along one axis, perhaps together with something else.
///
/// The axis has `outer * batch * inner` elements, the images between `outer` and `inner` ones, as windows
/// `[batch * windows, tokens, width]` have, where `inner` is `windows`.
struct BatchPlace: Hashable, Sendable {
  /// The axis in the file's value.
  var axis: Int
  /// Elements of the axis in front of the images.
  var outer: Int
  /// Elements of the axis behind the images.
  var inner: Int

  init(axis: Int, outer: Int = 1, inner: Int = 1) {
    self.axis = axis
    self.outer = outer
    self.inner = inner
  }

  /// What the axis has for one image.
  var factor: Int { outer * inner }
  /// Whether the axis is there for one image too.
  var isKept: Bool { factor > 1 }
}

/// A value that a layer computes: of one image, with a note where the batch lies in the file's value.
struct Traced: Hashable, Sendable {
  /// The layer.
  var layer: Int
  /// Its shape for one image.
  var shape: Shape
  /// Where the images lie, `nil` for what is the same for all of them.
  var batch: BatchPlace?

  /// The rank of the file's value.
  var rank: Int { shape.rank + (batch.map { $0.isKept ? 0 : 1 } ?? 0) }

  /// The extents of the file's value.
  func extents(batch count: Int) -> [Int] {
    guard let batch else { return shape.extents }
    var extents = shape.extents
    if batch.isKept {
      extents[batch.axis] *= count
    } else {
      extents.insert(count, at: batch.axis)
    }
    return extents
  }

  /// The axis of one image that stands for an axis of the file's value, `nil` for that of the images alone.
  func axis(_ axis: Int) -> Int? {
    guard let batch, !batch.isKept, axis >= batch.axis else { return axis }
    return axis == batch.axis ? nil : axis - 1
  }

  /// Elements of one image in front of the images' place, row-major.
  var outerCount: Int {
    guard let batch else { return 1 }
    return shape.extents[..<batch.axis].reduce(1, *) * batch.outer
  }

  /// Elements of one image behind the images' place, row-major.
  var innerCount: Int { shape.count / outerCount }
}

/// A value while a model is read.
enum Value: Sendable {
  /// It does not depend on the images, and its numbers are known.
  case known(KnownTensor)
  /// A layer computes it.
  case traced(Traced)
  /// Several values, as a split gives that does not know how many.
  case sequence([Value])
  /// An input or output that is left out.
  case absent
  /// It comes from what is not supported.
  case unknown
}
