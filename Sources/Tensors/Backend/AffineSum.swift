internal import CKernels

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

extension Tensor {
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

  /// The whole batch as one image with as many channels, so that a gate can differ by image.
  package var joinedImages: Tensor {
    viewed(
      as: TensorShape(
        channels: shape.batch * blocks * block, height: shape.height, width: shape.width))
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
