internal import CKernels

/// One image of row-major values seen as rows: `[outer, count, inner]`, of which the elements along the
/// middle axis make a row.
package struct RowView: Hashable, Sendable {
  package var outer: Int
  /// Elements of a row.
  package var count: Int
  package var inner: Int

  package init(outer: Int, count: Int, inner: Int) {
    self.outer = outer
    self.count = count
    self.inner = inner
  }

  /// The axes of a range as rows.
  package init(_ axes: Range<Int>, of shape: Shape) {
    outer = shape.extents[..<axes.lowerBound].reduce(1, *)
    count = shape.extents[axes].reduce(1, *)
    inner = shape.extents[axes.upperBound...].reduce(1, *)
  }

  /// Rows of an image.
  package var rows: Int { outer * inner }
}

/// A term of a sum over rows: `factor (x - mean)`, with a number for each row of each image.
package struct RowTerm {
  package let tensor: Tensor
  /// Factors, `nil` for ones.
  package let factor: [Double]?
  /// Centres, `nil` for zeros.
  package let mean: [Double]?

  package init(_ tensor: Tensor, factor: [Double]? = nil, about mean: [Double]? = nil) {
    self.tensor = tensor
    self.factor = factor
    self.mean = mean
  }
}

extension Tensor {
  /// The mean of each row, and the sum of its squared deviations, in double.
  package func rowMoments(_ view: RowView) -> (mean: [Double], squares: [Double]) {
    check(view)
    let rows = shape.batch * view.rows
    var mean = [Double](repeating: 0, count: rows)
    var squares = mean
    unsafe mean.withUnsafeMutableBufferPointer { mean in
      unsafe squares.withUnsafeMutableBufferPointer { squares in
        let outer = shape.batch * view.outer
        switch precision {
        case .float:
          unsafe tfn_row_moments_f32(
            outer, view.count, view.inner, floats, mean.baseAddress, squares.baseAddress)
        case .double:
          unsafe tfn_row_moments_f64(
            outer, view.count, view.inner, doubles, mean.baseAddress, squares.baseAddress)
        }
      }
    }
    return (mean, squares)
  }

  /// Of each row the sum of the elements, and that of their products with `x - mean`, in double.
  ///
  /// - Parameters:
  ///   - view: the rows.
  ///   - x: as many images, or one that serves all.
  ///   - mean: the centres of the rows of `x`.
  /// - Returns: both sums of each row of each image.
  package func rowSums(_ view: RowView, with x: Tensor, about mean: [Double])
    -> (sum: [Double], product: [Double])
  {
    check(view)
    precondition(
      serves(x, shape) && x.block == 1 && mean.count == x.shape.batch * view.rows,
      "rows of \(shape) with \(x.shape)")
    let batch = shape.batch
    var sum = [Double](repeating: 0, count: batch * view.rows)
    var product = sum
    unsafe sum.withUnsafeMutableBufferPointer { sum in
      unsafe product.withUnsafeMutableBufferPointer { product in
        unsafe mean.withUnsafeBufferPointer { mean in
          switch precision {
          case .float:
            unsafe tfn_row_sums_f32(
              batch, view.outer, view.count, view.inner, floats, x.floats, x.stride(among: batch),
              mean.baseAddress, sum.baseAddress, product.baseAddress)
          case .double:
            unsafe tfn_row_sums_f64(
              batch, view.outer, view.count, view.inner, doubles, x.doubles,
              x.stride(among: batch), mean.baseAddress, sum.baseAddress, product.baseAddress)
          }
        }
      }
    }
    return (sum, product)
  }

  /// Overwrites the tensor with `offset + sum over terms of factor (x - mean)`, or adds to it.
  ///
  /// - Parameters:
  ///   - view: the rows, of which each has numbers of its own in every list.
  ///   - terms: as many images, or one that serves all; the tensor may be one of them.
  ///   - offset: what is added to each row, `nil` for zeros.
  ///   - adds: whether the sum is added.
  package func set(
    rows view: RowView, sumOf terms: [RowTerm], offset: [Double]? = nil, adding adds: Bool = false
  ) {
    check(view)
    let (batch, rows) = (shape.batch, shape.batch * view.rows)
    precondition(
      terms.allSatisfy {
        serves($0.tensor, shape) && $0.tensor.block == 1 && $0.factor?.count ?? rows == rows
          && $0.mean?.count ?? rows == rows
      } && offset?.count ?? rows == rows, "\(terms.count) terms of rows of \(shape)")
    var numbers: [Double] = []
    for term in terms { numbers += (term.factor ?? []) + (term.mean ?? []) }
    numbers += offset ?? []
    let strides = terms.map { $0.tensor.stride(among: batch) }
    unsafe numbers.withUnsafeBufferPointer { numbers in
      var next = numbers.baseAddress
      func take(_ list: [Double]?) -> UnsafePointer<Double>? {
        guard list != nil, let here = unsafe next else { return nil }
        unsafe next = here + rows
        return unsafe here
      }
      var factors: [UnsafePointer<Double>?] = unsafe []
      var means: [UnsafePointer<Double>?] = unsafe []
      for term in terms {
        unsafe factors.append(take(term.factor))
        unsafe means.append(take(term.mean))
      }
      let last = unsafe take(offset)
      let tensors = terms.map(\.tensor)
      switch precision {
      case .float:
        unsafe withTerms(tensors, [], { unsafe UnsafePointer($0.floats) }) { x, _ in
          unsafe tfn_row_affine_f32(
            batch, view.outer, view.count, view.inner, terms.count, x.baseAddress, strides,
            factors, means, last, adds ? 1 : 0, floats)
        }
      case .double:
        unsafe withTerms(tensors, [], { unsafe UnsafePointer($0.doubles) }) { x, _ in
          unsafe tfn_row_affine_f64(
            batch, view.outer, view.count, view.inner, terms.count, x.baseAddress, strides,
            factors, means, last, adds ? 1 : 0, doubles)
        }
      }
    }
  }

  /// `y = exp(x) / sum of exp(x)` over each row, or its logarithm.
  package func softmax(_ view: RowView, logarithm: Bool = false, into y: Tensor) {
    check(view)
    precondition(hasLayout(y) && !overlaps(y), "softmax of \(shape) into \(y.shape)")
    let outer = shape.batch * view.outer
    switch precision {
    case .float:
      unsafe tfn_softmax_f32(
        outer, view.count, view.inner, logarithm ? 1 : 0, floats, y.floats)
    case .double:
      unsafe tfn_softmax_f64(
        outer, view.count, view.inner, logarithm ? 1 : 0, doubles, y.doubles)
    }
  }

  /// The derivative of softmax, which is its own transpose: `y (u - sum of u y)` over each row.
  ///
  /// - Parameters:
  ///   - view: the rows.
  ///   - y: the values of the softmax, as many images or one that serves all.
  ///   - result: overwritten; it may be this tensor.
  package func softmaxDerivative(_ view: RowView, at y: Tensor, into result: Tensor) {
    check(view)
    precondition(
      hasLayout(result) && serves(y, shape) && y.block == 1, "softmax of \(shape) at \(y.shape)")
    let batch = shape.batch
    switch precision {
    case .float:
      unsafe tfn_softmax_derivative_f32(
        batch, view.outer, view.count, view.inner, floats, y.floats, y.stride(among: batch),
        result.floats)
    case .double:
      unsafe tfn_softmax_derivative_f64(
        batch, view.outer, view.count, view.inner, doubles, y.doubles, y.stride(among: batch),
        result.doubles)
    }
  }

  private func check(_ view: RowView) {
    precondition(
      block == 1 && view.outer * view.count * view.inner == shape.imageCount,
      "rows \(view) of \(shape)")
  }
}
