/// The extents of a value for one image: any number of axes, none for a single number.
///
/// Feature maps have three axes, `[channels, height, width]`; vectors have one; tokens have two,
/// `[tokens, features]`.
public struct Shape: Hashable, Sendable, CustomStringConvertible, ExpressibleByArrayLiteral {
  /// The extents, from the outermost axis to the innermost, each positive.
  public let extents: [Int]

  /// Creates a shape.
  public init(_ extents: [Int]) {
    precondition(extents.allSatisfy { $0 > 0 }, "a shape needs positive extents, not \(extents)")
    self.extents = extents
  }

  /// Creates a shape from its extents.
  public init(arrayLiteral extents: Int...) { self.init(extents) }

  /// The shape of feature maps.
  public init(channels: Int, height: Int, width: Int) { self.init([channels, height, width]) }

  /// The number of axes.
  public var rank: Int { extents.count }
  /// Elements.
  public var count: Int { extents.reduce(1, *) }
  /// Whether these are feature maps.
  public var isMaps: Bool { rank == 3 }
  /// The extent of the innermost axis, 1 where there is none.
  public var last: Int { extents.last ?? 1 }

  /// The extent of an axis.
  public subscript(axis: Int) -> Int { extents[axis] }

  /// The shape with another extent along an axis.
  public func with(_ extent: Int, along axis: Int) -> Shape {
    var extents = extents
    extents[axis] = extent
    return Shape(extents)
  }

  // MARK: As kernels see it

  /// The outermost extent: what kernels take for channels.
  public var channels: Int { extents.first ?? 1 }
  /// The product of the extents between the outermost and the innermost.
  public var height: Int { rank > 2 ? extents[1..<rank - 1].reduce(1, *) : 1 }
  /// The innermost extent, 1 for a vector.
  public var width: Int { rank > 1 ? extents[rank - 1] : 1 }
  /// Elements for each outermost place.
  public var area: Int { height * width }

  /// The extents of so many values of this shape in memory.
  public func batch(_ count: Int) -> TensorShape {
    TensorShape(batch: count, channels: channels, height: height, width: width)
  }

  /// `[3, 32, 32]`.
  public var description: String { "\(extents)" }
}

/// How a batch of values lies in memory, as kernels see it: images of channels of rows and columns.
///
/// A value of another rank is seen as such an image too (`Shape.batch`): in row-major order it has the
/// same elements at the same places.
public struct TensorShape: Hashable, Sendable, CustomStringConvertible {
  /// Images in the batch.
  public var batch: Int
  /// Channels of an image.
  public var channels: Int
  /// Rows of a channel.
  public var height: Int
  /// Columns of a channel.
  public var width: Int

  /// Creates a shape; a vector has height and width 1.
  public init(batch: Int = 1, channels: Int, height: Int = 1, width: Int = 1) {
    precondition(
      batch >= 0 && channels > 0 && height > 0 && width > 0,
      "a tensor needs positive extents, not [\(batch), \(channels), \(height), \(width)]")
    self.batch = batch
    self.channels = channels
    self.height = height
    self.width = width
  }

  /// Places of one channel.
  public var area: Int { height * width }
  /// Elements of one image, without the padding of a blocked layout.
  public var imageCount: Int { channels * area }
  /// Elements of the batch, without the padding of a blocked layout.
  public var count: Int { batch * imageCount }

  /// The same image shape with another batch.
  public func with(batch: Int) -> TensorShape {
    var shape = self
    shape.batch = batch
    return shape
  }

  /// `[batch, channels, height, width]`.
  public var description: String { "[\(batch), \(channels), \(height), \(width)]" }
}

/// How the elements of a value are ordered.
public enum Layout: Hashable, Sendable {
  /// Row-major.
  case plain
  /// Feature maps in blocks of channels, as this processor's convolutions like them best. In double, or
  /// where the processor has no such layout, it is row-major too.
  case blocked
}
