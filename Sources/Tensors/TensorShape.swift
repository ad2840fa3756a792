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
