internal import CKernels

extension Tensor {
  /// `y[b] = x[b] v[b, c]` for every channel `c` of every image `b`.
  ///
  /// The feature maps `x` are this tensor. Feature maps and vectors are as many as `y` has images, or
  /// one that serves all; the layout of the vectors does not matter.
  ///
  /// - Parameters:
  ///   - vector: `[batch, channels, 1, 1]`.
  ///   - adds: whether the product is added to `y`.
  ///   - y: the result; it may be this tensor.
  package func scaleChannels(by vector: Tensor, adding adds: Bool = false, into y: Tensor) {
    precondition(
      serves(self, y.shape) && y.block == block && y.precision == precision
        && serves(vector, TensorShape(batch: y.shape.batch, channels: shape.channels)),
      "\(shape) times \(vector.shape) into \(y.shape)")
    let batch = y.shape.batch
    let (own, other) = (stride(among: batch), vector.stride(among: batch))
    switch precision {
    case .float:
      unsafe tfn_scale_channels_f32(
        batch, blocks, shape.area, block, shape.channels, floats, own, vector.floats, other,
        adds ? 1 : 0, y.floats)
    case .double:
      unsafe tfn_scale_channels_f64(
        batch, blocks, shape.area, block, shape.channels, doubles, own, vector.doubles, other,
        adds ? 1 : 0, y.doubles)
    }
  }

  /// `y[b, c] = sum over places of self[b, c] x[b, c]`, in double: what `scaleChannels` pulls back to
  /// the vector.
  ///
  /// - Parameters:
  ///   - x: feature maps of this layout, as many or one that serves all.
  ///   - y: vectors `[batch, channels, 1, 1]` in any layout.
  package func channelDots(_ x: Tensor, into y: Tensor) {
    precondition(
      serves(x, shape) && x.block == block && y.precision == precision
        && y.shape == TensorShape(batch: shape.batch, channels: shape.channels)
        && !y.overlaps(self) && !y.overlaps(x),
      "\(shape) and \(x.shape) into \(y.shape)")
    let batch = shape.batch
    switch precision {
    case .float:
      unsafe tfn_channel_dots_f32(
        batch, blocks, shape.area, block, shape.channels, floats, x.floats,
        x.stride(among: batch), y.floats, y.imageStride)
    case .double:
      unsafe tfn_channel_dots_f64(
        batch, blocks, shape.area, block, shape.channels, doubles, x.doubles,
        x.stride(among: batch), y.doubles, y.imageStride)
    }
  }
}

extension Tensor {
  /// Whether a tensor has these images, or one that stands for all of them.
  func serves(_ other: Tensor, _ shape: TensorShape) -> Bool {
    other.precision == precision && (other.shape == shape || other.shape == shape.with(batch: 1))
  }

  /// Elements from the image for one of `batch` images to the image for the next.
  func stride(among batch: Int) -> Int { shape.batch == batch ? imageStride : 0 }
}
