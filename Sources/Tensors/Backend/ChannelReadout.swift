internal import CKernels

extension Tensor {
  /// Copies one channel of every image into a plane tensor `[batch, 1, height, width]`.
  package func copyChannel(_ channel: Int, into plane: Tensor) {
    precondition(
      channel >= 0 && channel < shape.channels && plane.block == 1
        && plane.storedCount >= shape.batch * shape.area && plane.precision == precision,
      "channel \(channel) of \(shape) into \(plane.shape)")
    switch precision {
    case .float:
      unsafe tfn_channel_f32(
        shape.batch, blocks, shape.area, block, channel, floats, plane.floats)
    case .double:
      unsafe tfn_channel_f64(
        shape.batch, blocks, shape.area, block, channel, doubles, plane.doubles)
    }
  }

  /// The window places of a plane that one tap of a convolution reads.
  ///
  /// `target[u, v] = plane[stride u + row, stride v + column]`, zero outside the plane.
  package func shiftPlane(stride: Int, row: Int, column: Int, into target: Tensor) {
    precondition(
      shape.batch == 1 && shape.channels == 1 && target.shape.channels == 1
        && target.shape.batch == 1 && target.precision == precision && !target.overlaps(self)
        && stride > 0, "planes, not \(shape) into \(target.shape)")
    switch precision {
    case .float:
      unsafe tfn_shift_f32(
        shape.height, shape.width, floats, target.shape.height, target.shape.width, stride,
        Int64(row), Int64(column), target.floats)
    case .double:
      unsafe tfn_shift_f64(
        shape.height, shape.width, doubles, target.shape.height, target.shape.width, stride,
        Int64(row), Int64(column), target.doubles)
    }
  }

  /// `result[r] = sum over i of self[r, i] other[i]`, in double, for the images `r` of the batch.
  ///
  /// Without `other` the sums of the images themselves.
  package func dotRows(_ other: Tensor?, into result: inout [Double]) {
    precondition(
      result.count >= shape.batch, "\(shape.batch) products into \(result.count) places")
    if let other {
      precondition(
        other.storedCount >= imageStride && other.precision == precision,
        "\(shape) rows against \(other.shape)")
    }
    unsafe result.withUnsafeMutableBufferPointer { target in
      switch precision {
      case .float:
        unsafe tfn_dot_rows_f32(
          shape.batch, imageStride, floats, other?.floats, target.baseAddress)
      case .double:
        unsafe tfn_dot_rows_f64(
          shape.batch, imageStride, doubles, other?.doubles, target.baseAddress)
      }
    }
  }

  /// Adds the sum and the sum of squares over the area of each channel of one image.
  ///
  /// - Parameters:
  ///   - image: index in the batch.
  ///   - sums: `blocks * block` sums followed by as many sums of squares.
  package func addMoments(image: Int, to sums: inout [Double]) {
    let channels = blocks * block
    precondition(
      sums.count >= 2 * channels && image >= 0 && image < shape.batch,
      "moments of image \(image) of \(shape) into \(sums.count) places")
    unsafe sums.withUnsafeMutableBufferPointer { target in
      guard let base = target.baseAddress else { return }
      let start = image * imageStride
      switch precision {
      case .float:
        unsafe tfn_moments_f32(
          blocks, shape.area, block, floats + start, base, base + channels)
      case .double:
        unsafe tfn_moments_f64(
          blocks, shape.area, block, doubles + start, base, base + channels)
      }
    }
  }

  /// `self[b, channel, i] += factor * plane[i] + offset` for every image `b`; without a plane the
  /// offset alone.
  package func add(
    plane: Tensor?, times factor: Double, plus offset: Double, toChannel channel: Int
  ) {
    precondition(
      channel >= 0 && channel < shape.channels
        && (plane == nil
          || plane?.precision == precision && plane?.storedCount ?? 0 >= shape.area
            && plane?.block == 1),
      "plane \(String(describing: plane?.shape)) onto channel \(channel) of \(shape)")
    switch precision {
    case .float:
      unsafe tfn_add_channel_f32(
        shape.batch, blocks, shape.area, block, channel, plane?.floats, factor, offset, floats)
    case .double:
      unsafe tfn_add_channel_f64(
        shape.batch, blocks, shape.area, block, channel, plane?.doubles, factor, offset, doubles)
    }
  }
}
