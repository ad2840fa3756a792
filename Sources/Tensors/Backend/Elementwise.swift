internal import CKernels

extension Tensor {
  /// `y = max(x, 0)`, and NaN where `x` is NaN; `y` may be this tensor.
  package func rectify(into y: Tensor) {
    precondition(hasLayout(y), "\(shape) into \(y.shape)")
    switch precision {
    case .float: unsafe tfn_relu_f32(storedCount, floats, y.floats)
    case .double: unsafe tfn_relu_f64(storedCount, doubles, y.doubles)
    }
  }

  /// Overwrites the tensor with a sum of terms, some of them gated.
  ///
  /// `self[r] = sum of plain[r] + (gate > 0 ? sum of gated[r] : 0)`, elementwise. The gate holds one
  /// image and applies to every image `r` of the batch; it must not be part of this tensor. The tensor
  /// may be one of the terms.
  package func combine(plain: [Tensor], gated: [Tensor] = [], gate: Tensor? = nil) {
    precondition(
      plain.count + gated.count > 0 && (gated.isEmpty || gate != nil),
      "a sum of \(plain.count) plain and \(gated.count) gated terms")
    precondition(
      plain.allSatisfy(hasLayout) && gated.allSatisfy(hasLayout), "terms of \(shape) differ")
    if let gate {
      precondition(
        gate.shape == shape.with(batch: 1) && gate.block == block && gate.precision == precision
          && !overlaps(gate),
        "a gate of \(gate.shape) for \(shape)")
    }
    switch precision {
    case .float:
      unsafe withTerms(plain, gated, { unsafe UnsafePointer($0.floats) }) { plain, gated in
        unsafe tfn_combine_f32(
          shape.batch, imageStride, plain.count, plain.baseAddress, gated.count, gated.baseAddress,
          gate?.floats, floats)
      }
    case .double:
      unsafe withTerms(plain, gated, { unsafe UnsafePointer($0.doubles) }) { plain, gated in
        unsafe tfn_combine_f64(
          shape.batch, imageStride, plain.count, plain.baseAddress, gated.count, gated.baseAddress,
          gate?.doubles, doubles)
      }
    }
  }

  /// Overwrites the tensor with the elements of `x` where a gate is positive, and 0 elsewhere.
  ///
  /// - Parameters:
  ///   - x: of this layout; it may be this tensor.
  ///   - gate: as many images, or one that serves all.
  package func set(_ x: Tensor, gatedBy gate: Tensor) {
    if gate.shape.batch == shape.batch {
      joinedImages.combine(plain: [], gated: [x.joinedImages], gate: gate.joinedImages)
    } else {
      combine(plain: [], gated: [x], gate: gate)
    }
  }

  /// Term lists live on the stack: this runs thousands of times a network.
  func withTerms<T>(
    _ plain: [Tensor], _ gated: [Tensor], _ pointer: (Tensor) -> UnsafePointer<T>,
    _ body: (
      UnsafeMutableBufferPointer<UnsafePointer<T>?>, UnsafeMutableBufferPointer<UnsafePointer<T>?>
    ) -> Void
  ) {
    unsafe withUnsafeTemporaryAllocation(of: UnsafePointer<T>?.self, capacity: plain.count) { p in
      unsafe withUnsafeTemporaryAllocation(of: UnsafePointer<T>?.self, capacity: gated.count) {
        g in
        for (i, term) in plain.enumerated() {
          unsafe p.initializeElement(at: i, to: pointer(term))
        }
        for (i, term) in gated.enumerated() {
          unsafe g.initializeElement(at: i, to: pointer(term))
        }
        unsafe body(p, g)
      }
    }
  }

  /// `y = scale[c] x + shift[c]` for every channel `c`.
  ///
  /// `scale` and `shift` are vectors of `blocks * block` elements, zero beyond the last channel; `y`
  /// may be this tensor.
  package func affine(scale: Tensor, shift: Tensor, into y: Tensor) {
    precondition(
      hasLayout(y) && scale.precision == precision && shift.precision == precision
        && scale.storedCount >= blocks * block && shift.storedCount >= blocks * block,
      "\(shape) with scale \(scale.shape) into \(y.shape)")
    switch precision {
    case .float:
      unsafe tfn_affine_f32(
        shape.batch, blocks, shape.area, block, floats, scale.floats, shift.floats, y.floats)
    case .double:
      unsafe tfn_affine_f64(
        shape.batch, blocks, shape.area, block, doubles, scale.doubles, shift.doubles, y.doubles)
    }
  }

  /// `y = scale[c] x` for every channel `c`.
  package func scale(by scale: Tensor, into y: Tensor) {
    precondition(
      hasLayout(y) && scale.storedCount >= blocks * block,
      "\(shape) with scale \(scale.shape) into \(y.shape)")
    switch precision {
    case .float:
      unsafe tfn_affine_f32(
        shape.batch, blocks, shape.area, block, floats, scale.floats, nil, y.floats)
    case .double:
      unsafe tfn_affine_f64(
        shape.batch, blocks, shape.area, block, doubles, scale.doubles, nil, y.doubles)
    }
  }
}
