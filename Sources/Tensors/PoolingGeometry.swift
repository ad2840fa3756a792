/// The windows of an average pooling.
public struct PoolingGeometry: Hashable, Sendable {
  /// Rows and columns of the square window.
  public var kernel: Int
  /// Step between neighbouring windows.
  public var stride: Int
  /// Rows and columns around the input that windows may reach into.
  public var padding: Int
  /// Whether places outside the image count in the divisor.
  public var countsPadding: Bool

  /// Creates a geometry.
  public init(kernel: Int, stride: Int, padding: Int = 0, countsPadding: Bool = false) {
    precondition(
      kernel > 0 && stride > 0 && padding >= 0 && padding < kernel,
      "no pooling with kernel \(kernel), stride \(stride), padding \(padding)")
    self.kernel = kernel
    self.stride = stride
    self.padding = padding
    self.countsPadding = countsPadding
  }

  /// The extent of the output along a side of `size` places.
  public func output(_ size: Int) -> Int {
    precondition(
      size + 2 * padding >= kernel,
      "a window of \(kernel) with padding \(padding) does not fit \(size) places")
    return (size + 2 * padding - kernel) / stride + 1
  }
}
