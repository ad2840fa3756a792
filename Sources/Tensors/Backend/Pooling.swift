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
        && (b.height, b.width) == geometry.output(height: a.height, width: a.width),
      "pooling of \(a) gives no \(b)")
    let planes = a.batch * x.blocks
    let counted: Int32 = geometry.countsPadding ? 1 : 0
    guard geometry.isSimple else {
      var (rows, columns) = (geometry.rows.window, geometry.columns.window)
      switch precision {
      case .float:
        unsafe tfn_window_means_f32(
          planes, a.height, a.width, b.height, b.width, block, &rows, &columns, counted,
          backward ? 1 : 0, x.floats, y.floats)
      case .double:
        unsafe tfn_window_means_f64(
          planes, a.height, a.width, b.height, b.width, block, &rows, &columns, counted,
          backward ? 1 : 0, x.doubles, y.doubles)
      }
      return
    }
    let side = geometry.rows
    let work = engine.scratch(
      count: tfn_pool_work(a.width, b.height, b.width, x.block, side.kernel))
    switch (precision, backward) {
    case (.float, false):
      unsafe tfn_pool_f32(
        planes, a.height, a.width, b.height, b.width, block, side.kernel, side.stride,
        side.before, counted, x.floats, y.floats, work.pointer(Float.self, at: 0))
    case (.float, true):
      unsafe tfn_pool_back_f32(
        planes, a.height, a.width, b.height, b.width, block, side.kernel, side.stride,
        side.before, counted, y.floats, x.floats, work.pointer(Float.self, at: 0))
    case (.double, false):
      unsafe tfn_pool_f64(
        planes, a.height, a.width, b.height, b.width, block, side.kernel, side.stride,
        side.before, counted, x.doubles, y.doubles, work.pointer(Double.self, at: 0))
    case (.double, true):
      unsafe tfn_pool_back_f64(
        planes, a.height, a.width, b.height, b.width, block, side.kernel, side.stride,
        side.before, counted, y.doubles, x.doubles, work.pointer(Double.self, at: 0))
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

extension WindowSide {
  fileprivate var window: tfn_window {
    tfn_window(
      kernel: Int64(kernel), stride: Int64(stride), dilation: Int64(dilation),
      before: Int64(before), after: Int64(after))
  }
}

/// Where the largest element of each window lies, for some images.
@safe
package final class WindowMaxima {
  private let geometry: PoolingGeometry
  private var places = Storage(byteCount: 0)
  /// The images that the places are of.
  private var images = 0
  private var imageStride = 0

  package init(_ geometry: PoolingGeometry) { self.geometry = geometry }

  /// Finds the places in some images; those of earlier ones are forgotten.
  ///
  /// Of equal elements the first one counts, and what is no number is the largest.
  package func find(in x: Tensor) {
    let (height, width) = geometry.output(height: x.shape.height, width: x.shape.width)
    imageStride = x.blocks * x.block * height * width
    images = x.shape.batch
    let bytes = images * imageStride * MemoryLayout<Int32>.stride
    if places.byteCount < bytes { places = Storage(byteCount: bytes) }
    var (rows, columns) = (geometry.rows.window, geometry.columns.window)
    let index = unsafe places.pointer(Int32.self, at: 0)
    switch x.precision {
    case .float:
      unsafe tfn_window_maxima_f32(
        images * x.blocks, x.shape.height, x.shape.width, height, width, x.block, &rows, &columns,
        x.floats, index)
    case .double:
      unsafe tfn_window_maxima_f64(
        images * x.blocks, x.shape.height, x.shape.width, height, width, x.block, &rows, &columns,
        x.doubles, index)
    }
  }

  /// `y[o] = x[place of o]`, for as many images as the places are of, or for any number of one image.
  package func gather(_ x: Tensor, into y: Tensor) {
    check(x, y)
    let index = unsafe places.pointer(Int32.self, at: 0)
    let stride = images == x.shape.batch ? imageStride : 0
    switch x.precision {
    case .float:
      unsafe tfn_gather_places_f32(
        x.shape.batch, x.blocks, x.shape.area, y.shape.area, x.block, x.floats, index, stride,
        y.floats)
    case .double:
      unsafe tfn_gather_places_f64(
        x.shape.batch, x.blocks, x.shape.area, y.shape.area, x.block, x.doubles, index, stride,
        y.doubles)
    }
  }

  /// The transpose of `gather`.
  package func scatter(_ y: Tensor, into x: Tensor) {
    check(x, y)
    let index = unsafe places.pointer(Int32.self, at: 0)
    let stride = images == x.shape.batch ? imageStride : 0
    switch x.precision {
    case .float:
      unsafe tfn_scatter_places_f32(
        x.shape.batch, x.blocks, x.shape.area, y.shape.area, x.block, y.floats, index, stride,
        x.floats)
    case .double:
      unsafe tfn_scatter_places_f64(
        x.shape.batch, x.blocks, x.shape.area, y.shape.area, x.block, y.doubles, index, stride,
        x.doubles)
    }
  }

  private func check(_ x: Tensor, _ y: Tensor) {
    precondition(
      x.block == y.block && x.precision == y.precision && x.shape.batch == y.shape.batch
        && (images == 1 || images == x.shape.batch) && y.imageStride == imageStride
        && !x.overlaps(y), "maxima of \(images) images between \(x.shape) and \(y.shape)")
  }
}
