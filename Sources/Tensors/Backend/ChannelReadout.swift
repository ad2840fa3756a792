internal import CKernels

extension Tensor {
  /// Copies the elements of a box of every image into a plane tensor, an image after the other.
  package func copy(_ box: ElementBox, into plane: Tensor) {
    precondition(
      box.fits(imageStride) && plane.block == 1 && plane.storedCount >= shape.batch * box.count
        && plane.precision == precision && !plane.overlaps(self),
      "\(box) of \(shape) into \(plane.shape)")
    switch precision {
    case .float:
      unsafe tfn_box_f32(
        shape.batch, imageStride, box.outer, box.outerStep, box.inner, box.innerStep,
        floats + box.first, plane.floats)
    case .double:
      unsafe tfn_box_f64(
        shape.batch, imageStride, box.outer, box.outerStep, box.inner, box.innerStep,
        doubles + box.first, plane.doubles)
    }
  }

  /// The places of a channel of the only image that one tap of a convolution reads.
  ///
  /// `target[u, v] = self[channel, rowStride u + row, columnStride v + column]`, zero outside.
  package func copyTap(
    ofChannel channel: Int, rowStride: Int, columnStride: Int, row: Int, column: Int,
    into target: Tensor
  ) {
    precondition(
      shape.batch == 1 && channel >= 0 && channel < shape.channels && target.shape.channels == 1
        && target.shape.batch == 1 && target.precision == precision && !target.overlaps(self)
        && rowStride > 0 && columnStride > 0, "channel \(channel) of \(shape) into \(target.shape)")
    let first = channel / block * shape.area * block + channel % block
    switch precision {
    case .float:
      unsafe tfn_tap_f32(
        shape.height, shape.width, block, floats + first, target.shape.height, target.shape.width,
        rowStride, columnStride, Int64(row), Int64(column), target.floats)
    case .double:
      unsafe tfn_tap_f64(
        shape.height, shape.width, block, doubles + first, target.shape.height, target.shape.width,
        rowStride, columnStride, Int64(row), Int64(column), target.doubles)
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

  /// Adds `factor * plane[i] + offset` to the elements `i` of a box of every image; without a plane the
  /// offset alone.
  package func add(plane: Tensor?, times factor: Double, plus offset: Double, to box: ElementBox) {
    precondition(
      box.fits(imageStride)
        && (plane == nil
          || plane?.precision == precision && plane?.storedCount ?? 0 >= box.count
            && plane?.block == 1),
      "plane \(String(describing: plane?.shape)) onto \(box) of \(shape)")
    switch precision {
    case .float:
      unsafe tfn_add_box_f32(
        shape.batch, imageStride, box.outer, box.outerStep, box.inner, box.innerStep,
        plane?.floats, factor, offset, floats + box.first)
    case .double:
      unsafe tfn_add_box_f64(
        shape.batch, imageStride, box.outer, box.outerStep, box.inner, box.innerStep,
        plane?.doubles, factor, offset, doubles + box.first)
    }
  }
}

/// Elements of one image at regular distances: `first + outerStep i + innerStep j`.
package struct ElementBox: Hashable, Sendable {
  package var first: Int
  package var outer: Int
  package var outerStep: Int
  package var inner: Int
  package var innerStep: Int

  package init(first: Int, outer: Int = 1, outerStep: Int = 0, inner: Int, innerStep: Int) {
    self.first = first
    self.outer = outer
    self.outerStep = outerStep
    self.inner = inner
    self.innerStep = innerStep
  }

  /// Elements.
  package var count: Int { outer * inner }

  func fits(_ imageStride: Int) -> Bool {
    first >= 0 && outer > 0 && inner > 0 && outerStep >= 0 && innerStep >= 0
      && first + (outer - 1) * outerStep + (inner - 1) * innerStep < imageStride
  }
}

extension Tensor {
  /// All places of a channel.
  package func box(ofChannel channel: Int) -> ElementBox {
    ElementBox(
      first: channel / block * shape.area * block + channel % block, inner: shape.area,
      innerStep: block)
  }

  /// Some rows and columns of a channel.
  package func box(
    ofChannel channel: Int, rows: (first: Int, stride: Int, count: Int),
    columns: (first: Int, stride: Int, count: Int)
  ) -> ElementBox {
    ElementBox(
      first: box(ofChannel: channel).first + (rows.first * shape.width + columns.first) * block,
      outer: rows.count, outerStep: rows.stride * shape.width * block, inner: columns.count,
      innerStep: columns.stride * block)
  }

  /// One place of the innermost of `extent` in row-major order, whatever the others are.
  package func box(ofFeature feature: Int, among extent: Int) -> ElementBox {
    ElementBox(first: feature, inner: shape.imageCount / extent, innerStep: extent)
  }

  /// One element in row-major order.
  package func box(ofElement element: Int) -> ElementBox {
    ElementBox(first: element, inner: 1, innerStep: 1)
  }
}
