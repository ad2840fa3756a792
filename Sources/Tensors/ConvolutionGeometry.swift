/// The sizes of a two-dimensional convolution without bias.
///
/// `y[o, u, v] = sum over i, a, b of W[o, i, a, b] x[i, stride u + a - padding, stride v + b - padding]`
/// with zeros outside the image; with groups, `i` runs over the inputs of the group of `o`.
public struct ConvolutionGeometry: Hashable, Sendable {
  /// Channels of the input, a multiple of `groups`.
  public var inChannels: Int
  /// Channels of the output, a multiple of `groups`.
  public var outChannels: Int
  /// Rows of the input.
  public var inHeight: Int
  /// Columns of the input.
  public var inWidth: Int
  /// Rows and columns of the square kernel.
  public var kernel: Int
  /// Step between neighbouring windows.
  public var stride: Int
  /// Rows and columns of zeros around the input.
  public var padding: Int
  /// Independent convolutions side by side; `inChannels` of them make a depthwise convolution.
  public var groups: Int

  /// Creates a geometry.
  public init(
    inChannels: Int, outChannels: Int, inHeight: Int, inWidth: Int, kernel: Int, stride: Int = 1,
    padding: Int = 0, groups: Int = 1
  ) {
    precondition(
      groups > 0 && inChannels % groups == 0 && outChannels % groups == 0,
      "\(groups) groups do not divide \(inChannels) inputs and \(outChannels) outputs")
    precondition(
      kernel > 0 && padding >= 0, "a \(kernel)x\(kernel) window with padding \(padding)")
    precondition(
      inHeight + 2 * padding >= kernel && inWidth + 2 * padding >= kernel && stride > 0,
      "a \(kernel)x\(kernel) window with padding \(padding) does not fit \(inHeight)x\(inWidth)")
    self.inChannels = inChannels
    self.outChannels = outChannels
    self.inHeight = inHeight
    self.inWidth = inWidth
    self.kernel = kernel
    self.stride = stride
    self.padding = padding
    self.groups = groups
  }

  /// Rows of the output.
  public var outHeight: Int { (inHeight + 2 * padding - kernel) / stride + 1 }
  /// Columns of the output.
  public var outWidth: Int { (inWidth + 2 * padding - kernel) / stride + 1 }
  /// The shape of row-major weights: `[out, in / groups, kernel, kernel]`.
  public var weightShape: [Int] { [outChannels, inChannels / groups, kernel, kernel] }
  /// Elements of the weights.
  public var weightCount: Int { outChannels * (inChannels / groups) * kernel * kernel }
  /// Multiply-accumulate operations for one image.
  public var multiplyAdds: Int { weightCount * outHeight * outWidth }

  package func inShape(batch: Int) -> TensorShape {
    TensorShape(batch: batch, channels: inChannels, height: inHeight, width: inWidth)
  }
  package func outShape(batch: Int) -> TensorShape {
    TensorShape(batch: batch, channels: outChannels, height: outHeight, width: outWidth)
  }
}
