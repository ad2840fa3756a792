internal import CKernels

extension Tensor {
  /// Overwrites places of each image with those of another tensor, or adds to them.
  ///
  /// - Parameters:
  ///   - x: as many images as this tensor has, or one that serves all.
  ///   - box: the places of `x`, and those of this tensor, none of them twice.
  ///   - factor: what elements are multiplied by.
  ///   - adds: whether they are added.
  package func copy(
    _ x: Tensor, _ box: StridedBox, times factor: Double = 1, adding adds: Bool = false
  ) {
    check(box, [x, self])
    let batch = shape.batch
    let whole = box.images(batch, strides: [x.stride(among: batch), imageStride]).merged
    let (x, y) = (x, self)
    unsafe whole.run { extents, first, steps, axes in
      switch precision {
      case .float:
        unsafe tfn_copy_box_f32(
          axes, extents, steps, steps + axes, factor, adds ? 1 : 0, x.floats + first[0],
          y.floats + first[1])
      case .double:
        unsafe tfn_copy_box_f64(
          axes, extents, steps, steps + axes, factor, adds ? 1 : 0, x.doubles + first[0],
          y.doubles + first[1])
      }
    }
  }

  /// Overwrites places of each image with products of two tensors, or adds to them.
  ///
  /// - Parameters:
  ///   - a: as many images as this tensor has, or one that serves all; it may be this tensor.
  ///   - b: likewise.
  ///   - box: the places of `a`, of `b`, and of this tensor, none of the latter twice.
  ///   - adds: whether products are added.
  package func set(productOf a: Tensor, and b: Tensor, _ box: StridedBox, adding adds: Bool = false)
  {
    check(box, [a, b, self])
    let batch = shape.batch
    let strides = [a.stride(among: batch), b.stride(among: batch), imageStride]
    let whole = box.images(batch, strides: strides).merged
    let y = self
    unsafe whole.run { extents, first, steps, axes in
      switch precision {
      case .float:
        unsafe tfn_product_box_f32(
          axes, extents, steps, steps + axes, steps + 2 * axes, adds ? 1 : 0, a.floats + first[0],
          b.floats + first[1], y.floats + first[2])
      case .double:
        unsafe tfn_product_box_f64(
          axes, extents, steps, steps + axes, steps + 2 * axes, adds ? 1 : 0,
          a.doubles + first[0], b.doubles + first[1], y.doubles + first[2])
      }
    }
  }

  /// Overwrites the tensor with elementwise products of tensors of this layout, or adds to it.
  ///
  /// - Parameters:
  ///   - a: as many images as this tensor has, or one that serves all; it may be this tensor.
  ///   - b: likewise.
  ///   - adds: whether products are added.
  package func set(productOf a: Tensor, and b: Tensor, adding adds: Bool = false) {
    precondition(
      a.imageStride == imageStride && b.imageStride == imageStride,
      "\(a.shape) times \(b.shape) into \(shape)")
    let line = StridedBox.Operand(steps: [1])
    set(productOf: a, and: b, StridedBox([imageStride], [line, line, line]), adding: adds)
  }

  /// Overwrites places of each image with sums of elements or of products, or adds to them.
  ///
  /// Sums are taken in double, in a fixed order.
  ///
  /// - Parameters:
  ///   - a: as many images as this tensor has, or one that serves all.
  ///   - b: likewise, or `nil` for ones.
  ///   - kept: the places of `a`, of `b` and of this tensor that have a sum each.
  ///   - summed: what is added up for each of them: the places of `a` and `b` from there.
  ///   - factor: what sums are multiplied by.
  ///   - adds: whether sums are added.
  package func set(
    sumOf a: Tensor, times b: Tensor?, kept: StridedBox, summed: StridedBox,
    factor: Double = 1, adding adds: Bool = false
  ) {
    let ones = b ?? a
    check(kept, [a, ones, self])
    for (place, tensor) in [a, ones].enumerated() {
      let first = kept.operands[place].range(kept.extents)
      let run = summed.operands[place].range(summed.extents)
      precondition(
        first.lowerBound + run.lowerBound >= 0
          && first.upperBound + run.upperBound < tensor.imageStride,
        "sums of \(a.shape) into \(shape)")
    }
    let inner = summed.merged.axes(atLeast: 1)
    if inner.extents.count > Int(TFN_AXES) {
      // More axes than the kernel takes: one place of the outermost after the other.
      var rest = StridedBox(
        Array(inner.extents.dropFirst()),
        inner.operands.map {
          StridedBox.Operand(first: $0.first, steps: Array($0.steps.dropFirst()))
        })
      for step in 0..<inner.extents[0] {
        set(sumOf: a, times: b, kept: kept, summed: rest, factor: factor, adding: adds || step > 0)
        for operand in rest.operands.indices {
          rest.operands[operand].first += inner.operands[operand].steps[0]
        }
      }
      return
    }
    let batch = shape.batch
    let strides = [a.stride(among: batch), ones.stride(among: batch), imageStride]
    let outer = kept.images(batch, strides: strides).merged.axes(atLeast: 1)
    let y = self
    let shift = inner.operands.map(\.first)
    let numbers = inner.extents + inner.operands.flatMap(\.steps)
    unsafe numbers.withUnsafeBufferPointer { numbers in
      guard let run = numbers.baseAddress else { return }
      let n = inner.extents.count
      unsafe outer.run(atLeast: 1) { extents, first, steps, axes in
        switch precision {
        case .float:
          unsafe tfn_dot_box_f32(
            axes, extents, steps, steps + axes, steps + 2 * axes, n, run, run + n, run + 2 * n,
            factor, adds ? 1 : 0, a.floats + first[0] + shift[0],
            b.map { unsafe UnsafePointer($0.floats + first[1] + shift[1]) }, y.floats + first[2])
        case .double:
          unsafe tfn_dot_box_f64(
            axes, extents, steps, steps + axes, steps + 2 * axes, n, run, run + n, run + 2 * n,
            factor, adds ? 1 : 0, a.doubles + first[0] + shift[0],
            b.map { unsafe UnsafePointer($0.doubles + first[1] + shift[1]) }, y.doubles + first[2])
        }
      }
    }
  }

  /// Sets every element to a number, but for lanes without a channel.
  package func fill(_ number: Double) {
    switch precision {
    case .float: unsafe floats.update(repeating: Float(number), count: storedCount)
    case .double: unsafe doubles.update(repeating: number, count: storedCount)
    }
    if number != 0 { clearPadding() }
  }

  /// Whether places lie in one image of each tensor, and images fit those of the last one.
  private func check(_ box: StridedBox, _ tensors: [Tensor]) {
    precondition(
      box.operands.count >= tensors.count
        && zip(tensors, box.operands).allSatisfy { tensor, operand in
          let range = operand.range(box.extents)
          return range.lowerBound >= 0 && range.upperBound < tensor.imageStride
            && tensor.precision == precision
            && (tensor.shape.batch == shape.batch || tensor.shape.batch == 1)
        }, "\(box) in \(tensors.map(\.shape))")
  }
}

extension StridedBox {
  /// Calls a kernel with as many axes as it takes at a time: the extents, the first place of each operand,
  /// the steps of one operand after the other, and the number of axes.
  func run(
    atLeast least: Int = 2,
    _ kernel: (UnsafePointer<Int>, [Int], UnsafePointer<Int>, Int) -> Void
  ) {
    guard extents.count <= Int(TFN_AXES) else {
      var inner = StridedBox(
        Array(extents.dropFirst()),
        operands.map { Operand(first: $0.first, steps: Array($0.steps.dropFirst())) })
      for _ in 0..<extents[0] {
        unsafe inner.run(atLeast: least, kernel)
        for operand in operands.indices {
          inner.operands[operand].first += operands[operand].steps[0]
        }
      }
      return
    }
    let box = axes(atLeast: least)
    let numbers = box.extents + box.operands.flatMap(\.steps)
    unsafe numbers.withUnsafeBufferPointer { numbers in
      guard let base = numbers.baseAddress else { return }
      unsafe kernel(
        base, box.operands.map(\.first), base + box.extents.count, box.extents.count)
    }
  }
}
