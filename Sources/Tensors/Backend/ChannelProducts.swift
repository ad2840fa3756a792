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
      shape.batch == other.shape.batch && block == other.block && precision == other.precision
        && shape.height == ratio * other.shape.height && shape.width == ratio * other.shape.width
        && products.count == shape.channels * other.shape.channels
        && (0..<ratio * ratio).contains(place),
      "products of \(shape) and \(other.shape) into \(products.count) places")
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
}
