/// The extents of a window along rows and columns: how it lies on an image.
///
/// Window `u` along a side begins at place `stride u - before` and reads `kernel` places, `dilation`
/// apart; places outside the image read as zero.
public struct WindowSide: Hashable, Sendable {
  /// Places that a window reads.
  public var kernel: Int
  /// Step between neighbouring windows.
  public var stride: Int
  /// Step between neighbouring places of a window.
  public var dilation: Int
  /// Places outside the image in front of it.
  public var before: Int
  /// Places outside the image behind it.
  public var after: Int

  /// Creates a side.
  public init(kernel: Int, stride: Int = 1, dilation: Int = 1, before: Int = 0, after: Int = 0) {
    self.kernel = kernel
    self.stride = stride
    self.dilation = dilation
    self.before = before
    self.after = after
  }

  /// Creates a side with as many places outside at both ends.
  public init(kernel: Int, stride: Int = 1, dilation: Int = 1, padding: Int) {
    self.init(
      kernel: kernel, stride: stride, dilation: dilation, before: padding, after: padding)
  }

  /// Creates a side with the padding that TensorFlow calls `SAME`.
  ///
  /// The output has `size / stride` places, rounded up. An odd place outside lies behind the image
  /// (`SAME_UPPER` in ONNX), or in front of it (`SAME_LOWER`).
  ///
  /// - Parameters:
  ///   - kernel: places that a window reads.
  ///   - stride: the step between neighbouring windows.
  ///   - dilation: the step between neighbouring places of a window.
  ///   - size: places of the image along this side.
  ///   - isLower: whether an odd place lies in front.
  /// - Returns: the side.
  public static func same(
    kernel: Int, stride: Int = 1, dilation: Int = 1, size: Int, isLower: Bool = false
  ) -> WindowSide {
    var side = WindowSide(kernel: kernel, stride: stride, dilation: dilation)
    // Numbers that make no window are refused where the side is used.
    guard side.problem == nil, size > 0 else { return side }
    let padding = max((size - 1) / stride * stride + side.extent - size, 0)
    (side.before, side.after) =
      isLower ? (padding - padding / 2, padding / 2) : (padding / 2, padding - padding / 2)
    return side
  }

  /// Places from the first to the last that a window reads.
  public var extent: Int { (kernel - 1) * dilation + 1 }

  /// What is wrong with the numbers themselves, `nil` where nothing is.
  package var problem: String? {
    kernel > 0 && stride > 0 && dilation > 0 && before >= 0 && after >= 0
      && max(kernel, stride, dilation, before, after) <= 1 << 20
      ? nil
      : "no window of \(kernel) with stride \(stride), dilation \(dilation), padding \(before), \(after)"
  }

  /// Windows on a side of `size` places, fewer than one where none fits.
  public func output(_ size: Int) -> Int {
    let room = size + before + after - extent
    return room < 0 ? 0 : room / stride + 1
  }
}

/// The sizes of a two-dimensional convolution without bias.
///
/// `y[o, u, v] = sum over i, a, b of W[o, i, a, b] x[i, p(u, a), q(v, b)]` with
/// `p(u, a) = rows.stride u + rows.dilation a - rows.before`, and so for columns, with zeros outside the
/// image; with groups, `i` runs over the inputs of the group of `o`.
public struct ConvolutionGeometry: Hashable, Sendable {
  /// Channels of the input, a multiple of `groups`.
  public var inChannels: Int
  /// Channels of the output, a multiple of `groups`.
  public var outChannels: Int
  /// Rows of the input.
  public var inHeight: Int
  /// Columns of the input.
  public var inWidth: Int
  /// How windows lie along the rows.
  public var rows: WindowSide
  /// How windows lie along the columns.
  public var columns: WindowSide
  /// Independent convolutions side by side; `inChannels` of them make a depthwise convolution.
  public var groups: Int

  /// Creates a geometry.
  public init(
    inChannels: Int, outChannels: Int, inHeight: Int, inWidth: Int, rows: WindowSide,
    columns: WindowSide, groups: Int = 1
  ) {
    precondition(
      groups > 0 && inChannels % groups == 0 && outChannels % groups == 0,
      "\(groups) groups do not divide \(inChannels) inputs and \(outChannels) outputs")
    precondition(
      rows.problem == nil && columns.problem == nil && rows.output(inHeight) > 0
        && columns.output(inWidth) > 0,
      "windows \(rows) and \(columns) do not fit \(inHeight)x\(inWidth)")
    self.inChannels = inChannels
    self.outChannels = outChannels
    self.inHeight = inHeight
    self.inWidth = inWidth
    self.rows = rows
    self.columns = columns
    self.groups = groups
  }

  /// Creates a geometry with square windows.
  public init(
    inChannels: Int, outChannels: Int, inHeight: Int, inWidth: Int, kernel: Int, stride: Int = 1,
    padding: Int = 0, groups: Int = 1
  ) {
    let side = WindowSide(kernel: kernel, stride: stride, padding: padding)
    self.init(
      inChannels: inChannels, outChannels: outChannels, inHeight: inHeight, inWidth: inWidth,
      rows: side, columns: side, groups: groups)
  }

  /// Rows of the output.
  public var outHeight: Int { rows.output(inHeight) }
  /// Columns of the output.
  public var outWidth: Int { columns.output(inWidth) }
  /// Weights of one output channel for one input channel.
  public var taps: Int { rows.kernel * columns.kernel }
  /// The shape of row-major weights: `[out, in / groups, rows, columns]`.
  public var weightShape: [Int] {
    [outChannels, inChannels / groups, rows.kernel, columns.kernel]
  }
  /// Elements of the weights.
  public var weightCount: Int { outChannels * (inChannels / groups) * taps }
  /// Multiply-accumulate operations for one image.
  public var multiplyAdds: Int { weightCount * outHeight * outWidth }
  /// Whether every output place reads the input place at its own position and no other.
  package var isPointwise: Bool {
    rows == WindowSide(kernel: 1) && columns == WindowSide(kernel: 1)
  }

  package func inShape(batch: Int) -> TensorShape {
    TensorShape(batch: batch, channels: inChannels, height: inHeight, width: inWidth)
  }
  package func outShape(batch: Int) -> TensorShape {
    TensorShape(batch: batch, channels: outChannels, height: outHeight, width: outWidth)
  }
}
