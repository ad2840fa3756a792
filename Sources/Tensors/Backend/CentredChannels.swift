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

  /// Mean and biased variance of each channel over batch and area.
  ///
  /// A second pass about the mean of the first corrects both: a mean far larger than the deviation
  /// costs no digits, as it does where the squared mean is subtracted from the mean of squares.
  package func channelStatistics() -> (mean: [Double], variance: [Double]) {
    let n = Double(shape.batch * shape.area)
    let first = centredMoments(about: [Double](repeating: 0, count: shape.channels)).sum
    let rough = first.map { $0 / n }
    let second = centredMoments(about: rough)
    let correction = second.sum.map { $0 / n }
    let variance = zip(second.product, correction).map { square, correction in
      let variance = square / n - correction * correction
      // Rounding may go below zero; what is not a number must stay so.
      return variance < 0 ? 0 : variance
    }
    return (zip(rough, correction).map { $0 + $1 }, variance)
  }

  /// `y = factor[c] (self - mean[c]) + offset[c] + otherFactor[c] other`, rounded once.
  ///
  /// - Parameters:
  ///   - factor: the factor of each channel.
  ///   - mean: the centre of each channel.
  ///   - offset: what is added to each channel, or `nil` for zeros.
  ///   - other: a second tensor of the same layout with its factor for each channel, or `nil`.
  ///   - y: the result, of the same layout; it may be one of the operands.
  package func centredAffine(
    factor: [Double], about mean: [Double], offset: [Double]? = nil,
    adding other: (tensor: Tensor, factor: [Double])? = nil, into y: Tensor
  ) {
    precondition(
      factor.count == shape.channels && mean.count == shape.channels && hasLayout(y)
        && (other.map { hasLayout($0.tensor) } ?? true),
      "\(factor.count) factors and \(mean.count) means for \(shape) into \(y.shape)")
    let zeros = [Double](repeating: 0, count: shape.channels)
    let numbers =
      padded(mean) + padded(factor) + padded(offset ?? zeros) + padded(other?.factor ?? zeros)
    let lanes = blocks * block
    unsafe numbers.withUnsafeBufferPointer { numbers in
      guard let base = numbers.baseAddress else { return }
      switch precision {
      case .float:
        unsafe tfn_centred_affine_f32(
          shape.batch, blocks, shape.area, block, floats, base, base + lanes, base + 2 * lanes,
          other?.tensor.floats, base + 3 * lanes, y.floats)
      case .double:
        unsafe tfn_centred_affine_f64(
          shape.batch, blocks, shape.area, block, doubles, base, base + lanes, base + 2 * lanes,
          other?.tensor.doubles, base + 3 * lanes, y.doubles)
      }
    }
  }

  /// The whole batch as one image with as many channels, so that a gate can differ by image.
  package var joinedImages: Tensor {
    viewed(
      as: TensorShape(
        channels: shape.batch * blocks * block, height: shape.height, width: shape.width))
  }

  /// Overwrites the tensor with the elements of another one of the same layout.
  package func copy(_ other: Tensor) { combine(plain: [other]) }

  private func hasLayout(_ other: Tensor) -> Bool {
    shape == other.shape && block == other.block && precision == other.precision
  }

  /// Lanes without a channel get zero, which keeps them zero in every result.
  private func padded(_ numbers: [Double]) -> [Double] {
    precondition(numbers.count == shape.channels, "\(numbers.count) numbers for \(shape)")
    return numbers + [Double](repeating: 0, count: blocks * block - numbers.count)
  }
}

extension ConvolutionKernel {
  /// Puts row-major weights in double into the layout of this kernel, rounded where it is 32-bit.
  package func pack(_ weights: [Double], into target: Tensor) throws(BackendError) {
    precondition(
      weights.count == geometry.weightCount, "\(weights.count) for \(geometry.weightShape)")
    switch target.precision {
    case .float: try pack(weights.map(Float.init), into: target)
    // Double kernels read row-major weights.
    case .double: target.images(0..<1).write(weights)
    }
  }
}

extension Tensor {
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

  /// Adds vectors of equal length to this one, in their order; the sums are in double.
  package func accumulate(_ others: [Tensor]) {
    precondition(
      others.allSatisfy { $0.storedCount == storedCount && $0.precision == precision },
      "vectors of other lengths than \(storedCount)")
    guard !others.isEmpty else { return }
    switch precision {
    case .float:
      unsafe withTerms(others, [], { unsafe UnsafePointer($0.floats) }) { terms, _ in
        unsafe tfn_accumulate_f32(storedCount, terms.count, terms.baseAddress, floats)
      }
    case .double:
      unsafe withTerms(others, [], { unsafe UnsafePointer($0.doubles) }) { terms, _ in
        unsafe tfn_accumulate_f64(storedCount, terms.count, terms.baseAddress, doubles)
      }
    }
  }
}
