internal import CKernels

extension Tensor {
  /// Adds the products of the channels of two tensors, summed over batch and places.
  ///
  /// `products[i, j] += sum of (self[i] - mean[i]) (other[j] - otherMean[j])` over the places of
  /// `other`. Where this tensor has `ratio` times as many rows and columns, one place of each
  /// `ratio x ratio` square is read.
  ///
  /// - Parameters:
  ///   - other: a tensor with as many images.
  ///   - mean: the centre of each channel of this tensor, `nil` for zeros.
  ///   - otherMean: the centre of each channel of the other, `nil` for zeros.
  ///   - ratio: rows of this tensor for each row of the other.
  ///   - place: which place of a square is read, row by row.
  ///   - products: `channels x other.channels` sums, row-major.
  package func addChannelProducts(
    with other: Tensor, about mean: [Double]? = nil, _ otherMean: [Double]? = nil, ratio: Int = 1,
    place: Int = 0, to products: inout [Double]
  ) {
    precondition(
      shape.batch == other.shape.batch && precision == other.precision
        && shape.height == ratio * other.shape.height && shape.width == ratio * other.shape.width
        && products.count == shape.channels * other.shape.channels
        && (0..<ratio * ratio).contains(place),
      "products of \(shape) and \(other.shape) into \(products.count) places")
    guard block == other.block else {
      // Tensors of two layouts meet where maps of few channels are read: rare, and small.
      return addChannelProducts(
        of: values(), with: other, about: mean, otherMean, ratio: ratio, place: place,
        to: &products)
    }
    let (rows, columns) = (blocks * block, other.blocks * other.block)
    func padded(_ list: [Double]?, _ count: Int, _ lanes: Int) -> [Double] {
      precondition(list?.count ?? count == count, "means for \(count) channels")
      let numbers = list ?? [Double](repeating: 0, count: count)
      return numbers + [Double](repeating: 0, count: lanes - count)
    }
    let centres =
      padded(mean, shape.channels, rows) + padded(otherMean, other.shape.channels, columns)
    var sums = [Double](repeating: 0, count: rows * columns)
    unsafe centres.withUnsafeBufferPointer { centres in
      unsafe sums.withUnsafeMutableBufferPointer { sums in
        guard let first = centres.baseAddress else { return }
        switch precision {
        case .float:
          unsafe tfn_channel_products_f32(
            shape.batch, blocks, other.blocks, other.shape.height, other.shape.width, block, ratio,
            place / ratio, place % ratio, floats, first, other.floats, first + rows,
            sums.baseAddress)
        case .double:
          unsafe tfn_channel_products_f64(
            shape.batch, blocks, other.blocks, other.shape.height, other.shape.width, block, ratio,
            place / ratio, place % ratio, doubles, first, other.doubles, first + rows,
            sums.baseAddress)
        }
      }
    }
    for i in 0..<shape.channels {
      for j in 0..<other.shape.channels {
        products[i * other.shape.channels + j] += sums[i * columns + j]
      }
    }
  }

  /// The same for row-major values of this tensor, image by image.
  private func addChannelProducts(
    of own: [Double], with other: Tensor, about mean: [Double]?, _ otherMean: [Double]?, ratio: Int,
    place: Int, to products: inout [Double]
  ) {
    let (theirs, area) = (other.values(), other.shape.area)
    for image in 0..<shape.batch {
      var left = Matrix(rows: shape.channels, columns: area)
      for channel in 0..<shape.channels {
        let start = (image * shape.channels + channel) * shape.area
        for row in 0..<other.shape.height {
          for column in 0..<other.shape.width {
            let source =
              (ratio * row + place / ratio) * shape.width + ratio * column + place % ratio
            left[channel, row * other.shape.width + column] =
              own[start + source] - (mean?[channel] ?? 0)
          }
        }
      }
      let count = other.shape.channels * area
      var right = Matrix(
        rows: other.shape.channels, columns: area,
        values: Array(theirs[image * count..<(image + 1) * count]))
      if let otherMean {
        for channel in 0..<right.rows {
          for k in 0..<area { right[channel, k] -= otherMean[channel] }
        }
      }
      for (k, value) in left.times(right, transposingOther: true).values.enumerated() {
        products[k] += value
      }
    }
  }
}
