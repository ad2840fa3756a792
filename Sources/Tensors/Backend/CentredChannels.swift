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

  /// `y = factor[c] (self - mean[c]) + offset[c] + otherFactor[c] other`.
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
    var terms = [AffineTerm(self, factor: factor, about: mean)]
    if let other { terms.append(AffineTerm(other.tensor, factor: other.factor)) }
    y.set(sumOf: terms, offset: offset)
  }

  /// Overwrites the tensor with `offset[c] + sum over terms of factor[c] (x - mean[c])`.
  ///
  /// - Parameters:
  ///   - terms: at least one, of this layout; the tensor may be any of them where there are at most
  ///     eight.
  ///   - offset: what is added to each channel, or `nil` for zeros.
  package func set(sumOf terms: [AffineTerm], offset: [Double]? = nil) {
    precondition(
      !terms.isEmpty && terms.allSatisfy { hasLayout($0.tensor) }, "terms of \(shape) differ")
    // The kernel takes eight terms at a time.
    precondition(
      terms.count <= 8 || !terms.contains { $0.tensor.overlaps(self) },
      "\(terms.count) terms onto one of them")
    setFew(Array(terms.prefix(8)), offset: offset)
    var rest = terms.dropFirst(8)
    while !rest.isEmpty {
      setFew([AffineTerm(self)] + rest.prefix(7), offset: nil)
      rest = rest.dropFirst(7)
    }
  }

  private func setFew(_ terms: [AffineTerm], offset: [Double]?) {
    let lanes = blocks * block
    var numbers: [Double] = []
    numbers.reserveCapacity((2 * terms.count + 1) * lanes)
    for term in terms {
      append(term.mean, else: 0, to: &numbers)
    }
    for term in terms {
      append(term.factor, else: 1, to: &numbers)
    }
    append(offset, else: 0, to: &numbers)
    unsafe numbers.withUnsafeBufferPointer { numbers in
      guard let means = numbers.baseAddress else { return }
      let factors = unsafe means + terms.count * lanes
      let offsets = unsafe factors + terms.count * lanes
      switch precision {
      case .float:
        unsafe withTerms(terms.map(\.tensor), [], { unsafe UnsafePointer($0.floats) }) { x, _ in
          unsafe tfn_affine_sum_f32(
            shape.batch, blocks, shape.area, block, terms.count, x.baseAddress, means, factors,
            offsets, floats)
        }
      case .double:
        unsafe withTerms(terms.map(\.tensor), [], { unsafe UnsafePointer($0.doubles) }) { x, _ in
          unsafe tfn_affine_sum_f64(
            shape.batch, blocks, shape.area, block, terms.count, x.baseAddress, means, factors,
            offsets, doubles)
        }
      }
    }
  }

  /// Lanes without a channel get zero, which keeps them zero in every result.
  private func append(_ list: [Double]?, else number: Double, to numbers: inout [Double]) {
    if let list {
      precondition(list.count == shape.channels, "\(list.count) numbers for \(shape)")
      numbers += list
    } else {
      for _ in 0..<shape.channels { numbers.append(number) }
    }
    for _ in shape.channels..<blocks * block { numbers.append(0) }
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

/// A term of a sum over tensors of one layout: `factor[c] (x - mean[c])`.
package struct AffineTerm {
  package let tensor: Tensor
  /// A factor for each channel, `nil` for ones.
  package let factor: [Double]?
  /// A centre for each channel, `nil` for zeros.
  package let mean: [Double]?

  package init(_ tensor: Tensor, factor: [Double]? = nil, about mean: [Double]? = nil) {
    self.tensor = tensor
    self.factor = factor
    self.mean = mean
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
