internal import CKernels

extension Tensor {
  /// Average pooling: `y[u, v]` is the mean of `x` over window `(u, v)`.
  package func averagePool(_ geometry: PoolingGeometry, into y: Tensor, on engine: KernelEngine) {
    pool(geometry, x: self, y: y, backward: false, on: engine)
  }

  /// The transpose of average pooling: from cotangents of `y` (self) to cotangents of `x`.
  package func averagePoolTransposed(
    _ geometry: PoolingGeometry, into x: Tensor, on engine: KernelEngine
  ) {
    pool(geometry, x: x, y: self, backward: true, on: engine)
  }

  private func pool(
    _ geometry: PoolingGeometry, x: Tensor, y: Tensor, backward: Bool, on engine: KernelEngine
  ) {
    let (a, b) = (x.shape, y.shape)
    precondition(
      a.batch == b.batch && a.channels == b.channels && x.block == y.block
        && x.precision == y.precision && precision == engine.precision && !x.overlaps(y)
        && b.height == geometry.output(a.height)
        && b.width == geometry.output(a.width),
      "pooling of \(a) gives no \(b)")
    let planes = a.batch * x.blocks
    let counted: Int32 = geometry.countsPadding ? 1 : 0
    let work = engine.scratch(
      count: tfn_pool_work(a.width, b.height, b.width, x.block, geometry.kernel))
    switch (precision, backward) {
    case (.float, false):
      unsafe tfn_pool_f32(
        planes, a.height, a.width, b.height, b.width, block, geometry.kernel, geometry.stride,
        geometry.padding, counted, x.floats, y.floats, work.pointer(Float.self, at: 0))
    case (.float, true):
      unsafe tfn_pool_back_f32(
        planes, a.height, a.width, b.height, b.width, block, geometry.kernel, geometry.stride,
        geometry.padding, counted, y.floats, x.floats, work.pointer(Float.self, at: 0))
    case (.double, false):
      unsafe tfn_pool_f64(
        planes, a.height, a.width, b.height, b.width, block, geometry.kernel, geometry.stride,
        geometry.padding, counted, x.doubles, y.doubles, work.pointer(Double.self, at: 0))
    case (.double, true):
      unsafe tfn_pool_back_f64(
        planes, a.height, a.width, b.height, b.width, block, geometry.kernel, geometry.stride,
        geometry.padding, counted, y.doubles, x.doubles, work.pointer(Double.self, at: 0))
    }
  }

  /// Global average pooling into vectors `[batch, channels, 1, 1]` with a block of 1, or in blocks like
  /// the feature maps.
  package func globalAveragePool(into y: Tensor) {
    precondition(
      (y.block == 1 || y.block == block) && y.shape.area == 1
        && y.shape.channels == shape.channels && y.shape.batch == shape.batch
        && y.precision == precision,
      "global pooling of \(shape) gives no \(y.shape)")
    // A vector in blocks is a plain one whose last channels are lanes.
    switch precision {
    case .float:
      unsafe tfn_global_pool_f32(
        shape.batch, blocks, shape.area, block, y.imageStride, floats, y.floats)
    case .double:
      unsafe tfn_global_pool_f64(
        shape.batch, blocks, shape.area, block, y.imageStride, doubles, y.doubles)
    }
  }

  /// The transpose of global average pooling: spreads vectors (self) evenly over the places of `x`.
  package func globalAveragePoolTransposed(into x: Tensor) {
    precondition(
      (block == 1 || block == x.block) && shape.area == 1 && x.shape.channels == shape.channels
        && x.shape.batch == shape.batch && x.precision == precision,
      "\(shape) is no global pooling of \(x.shape)")
    switch precision {
    case .float:
      unsafe tfn_global_pool_back_f32(
        x.shape.batch, x.blocks, x.shape.area, x.block, imageStride, floats, x.floats)
    case .double:
      unsafe tfn_global_pool_back_f64(
        x.shape.batch, x.blocks, x.shape.area, x.block, imageStride, doubles, x.doubles)
    }
  }
}
