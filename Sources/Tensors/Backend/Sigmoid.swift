internal import CKernels

extension Tensor {
  /// `y = 1 / (1 + exp(-x))`, and NaN where `x` is NaN; `y` may be this tensor.
  package func sigmoid(into y: Tensor) {
    precondition(hasLayout(y), "\(shape) into \(y.shape)")
    switch precision {
    case .float:
      unsafe tfn_sigmoid_f32(
        shape.batch, blocks, shape.area, block, shape.channels, floats, y.floats)
    case .double:
      unsafe tfn_sigmoid_f64(
        shape.batch, blocks, shape.area, block, shape.channels, doubles, y.doubles)
    }
  }

  /// `y = s (1 - s) x`: the derivative of a sigmoid whose value is `s`, and its transpose.
  ///
  /// - Parameters:
  ///   - s: as many images, or one that applies to all.
  ///   - y: the result; it may be this tensor.
  package func sigmoidSlope(at s: Tensor, into y: Tensor) {
    precondition(
      hasLayout(y) && serves(s, shape) && s.block == block,
      "\(shape) at \(s.shape) into \(y.shape)")
    switch precision {
    case .float:
      unsafe tfn_sigmoid_slope_f32(
        shape.batch, imageStride, floats, s.floats, s.stride(among: shape.batch), y.floats)
    case .double:
      unsafe tfn_sigmoid_slope_f64(
        shape.batch, imageStride, doubles, s.doubles, s.stride(among: shape.batch), y.doubles)
    }
  }

  /// `y += (1 - 2 s) t x`: the change of `s (1 - s) x` while `s` changes by `t`.
  package func addSigmoidBend(at s: Tensor, along t: Tensor, to y: Tensor) {
    precondition(
      hasLayout(y) && hasLayout(s) && hasLayout(t), "\(shape) at \(s.shape) to \(y.shape)")
    switch precision {
    case .float: unsafe tfn_sigmoid_bend_f32(storedCount, floats, s.floats, t.floats, y.floats)
    case .double: unsafe tfn_sigmoid_bend_f64(storedCount, doubles, s.doubles, t.doubles, y.doubles)
    }
  }

  /// Whether a tensor has these images, or one that stands for all of them.
  func serves(_ other: Tensor, _ shape: TensorShape) -> Bool {
    other.precision == precision && (other.shape == shape || other.shape == shape.with(batch: 1))
  }

  /// Elements from the image for one of `batch` images to the image for the next.
  func stride(among batch: Int) -> Int { shape.batch == batch ? imageStride : 0 }
}
