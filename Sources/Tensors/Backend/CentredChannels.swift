internal import CKernels

extension Tensor {
  /// Sums over batch and area of each channel, about a given centre.
  ///
  /// With `d = self - mean[c]` and `w = weight`, or `w = d` where there is no weight, the result is
  /// `sum of w` and `sum of w d`: with a mean of zeros the plain moments, with the channel's mean the
  /// variance without cancellation, and with a cotangent as weight what a normalisation pulls back.
  ///
  /// - Parameters:
  ///   - mean: the centre of each channel.
  ///   - weight: a tensor of the same layout, or `nil`.
  /// - Returns: the two sums for each channel, in double.
  package func centredMoments(about mean: [Double], weight: Tensor? = nil) -> (
    sum: [Double], product: [Double]
  ) {
    precondition(
      mean.count == shape.channels && weight.map(hasLayout) ?? true,
      "\(mean.count) means for \(shape) with weight \(String(describing: weight?.shape))")
    let lanes = blocks * block
    let centre = padded(mean)
    var sum = [Double](repeating: 0, count: lanes)
    var product = sum
    unsafe centre.withUnsafeBufferPointer { centre in
      unsafe sum.withUnsafeMutableBufferPointer { sum in
        unsafe product.withUnsafeMutableBufferPointer { product in
          switch precision {
          case .float:
            unsafe tfn_centred_moments_f32(
              shape.batch, blocks, shape.area, block, floats, centre.baseAddress, weight?.floats,
              sum.baseAddress, product.baseAddress)
          case .double:
            unsafe tfn_centred_moments_f64(
              shape.batch, blocks, shape.area, block, doubles, centre.baseAddress, weight?.doubles,
              sum.baseAddress, product.baseAddress)
          }
        }
      }
    }
    return (Array(sum.prefix(shape.channels)), Array(product.prefix(shape.channels)))
  }

  /// The five sums that a dual walk takes at a normalisation, in double for each channel: with
  /// `d = self - mean` those of `u`, `u d`, `v`, `v d` and `u w`.
  package func dualMoments(about mean: [Double], _ u: Tensor, _ v: Tensor, _ w: Tensor)
    -> [[Double]]
  {
    precondition(hasLayout(u) && hasLayout(v) && hasLayout(w), "operands of \(shape) differ")
    guard block == 16, precision == .float else {
      let zeros = [Double](repeating: 0, count: shape.channels)
      let (first, second) = (
        centredMoments(about: mean, weight: u), centredMoments(about: mean, weight: v)
      )
      return [
        first.sum, first.product, second.sum, second.product,
        w.centredMoments(about: zeros, weight: u).product,
      ]
    }
    let lanes = blocks * block
    let centre = padded(mean)
    var sums = [Double](repeating: 0, count: 5 * lanes)
    unsafe centre.withUnsafeBufferPointer { centre in
      unsafe sums.withUnsafeMutableBufferPointer { sums in
        unsafe tfn_dual_moments_f32(
          shape.batch, blocks, shape.area, floats, centre.baseAddress, u.floats, v.floats, w.floats,
          sums.baseAddress)
      }
    }
    return (0..<5).map { Array(sums[$0 * lanes..<$0 * lanes + shape.channels]) }
  }

  /// The mean of the first places of each channel: a number near its values, for sums about it.
  package func roughChannelMeans() -> [Double] {
    var means = [Double](repeating: 0, count: blocks * block)
    let places = Swift.min(shape.area, 16)
    for c in 0..<blocks {
      for l in 0..<block {
        var sum = 0.0
        for i in 0..<places {
          let at = (c * shape.area + i) * block + l
          sum += unsafe precision == .float ? Double(floats[at]) : doubles[at]
        }
        means[c * block + l] = sum / Double(places)
      }
    }
    return Array(means.prefix(shape.channels))
  }

  func hasLayout(_ other: Tensor) -> Bool {
    shape == other.shape && block == other.block && precision == other.precision
  }

  /// Lanes without a channel get zero, which keeps them zero in every result.
  private func padded(_ numbers: [Double]) -> [Double] {
    precondition(numbers.count == shape.channels, "\(numbers.count) numbers for \(shape)")
    return numbers + [Double](repeating: 0, count: blocks * block - numbers.count)
  }
}
