internal import CKernels
public import RealModule

extension Tensor {
  /// Overwrites the tensor with row-major `[batch, channels, height, width]` values.
  public func write(_ values: [Float]) {
    precondition(values.count == shape.count, "\(values.count) values for \(shape)")
    switch precision {
    case .float:
      unsafe values.withUnsafeBufferPointer { source in
        guard let base = source.baseAddress else { return }
        unsafe tfn_block_f32(shape.batch, shape.channels, shape.area, block, base, floats)
      }
    case .double:
      write(values.map(Double.init))
    }
  }

  /// Overwrites the tensor with row-major `[batch, channels, height, width]` values, rounded where
  /// the elements are 32-bit.
  public func write(_ values: [Double]) {
    precondition(values.count == shape.count, "\(values.count) values for \(shape)")
    switch precision {
    case .float:
      write(values.map(Float.init))
    case .double:
      unsafe values.withUnsafeBufferPointer { source in
        guard let base = source.baseAddress else { return }
        unsafe tfn_block_f64(shape.batch, shape.channels, shape.area, block, base, doubles)
      }
    }
  }

  /// The values in row-major `[batch, channels, height, width]` order.
  public func values() -> [Double] {
    guard shape.count > 0 else { return [] }
    switch precision {
    case .float:
      let plain = unsafe [Float](unsafeUninitializedCapacity: shape.count) { target, count in
        if let base = target.baseAddress {
          unsafe tfn_unblock_f32(shape.batch, shape.channels, shape.area, block, floats, base)
        }
        count = shape.count
      }
      return plain.map(Double.init)
    case .double:
      return unsafe [Double](unsafeUninitializedCapacity: shape.count) { target, count in
        if let base = target.baseAddress {
          unsafe tfn_unblock_f64(shape.batch, shape.channels, shape.area, block, doubles, base)
        }
        count = shape.count
      }
    }
  }

  /// Writes the same values in the layout of another tensor, one of both being row-major.
  package func reorder(into other: Tensor) {
    precondition(
      other.shape == shape && other.precision == precision && !overlaps(other)
        && (block == other.block || block == 1 || other.block == 1),
      "\(shape) in blocks of \(block) into \(other.shape) in blocks of \(other.block)")
    if block == other.block { return other.copy(self) }
    let (b, c, a) = (shape.batch, shape.channels, shape.area)
    switch (precision, block == 1) {
    case (.float, true): unsafe tfn_block_f32(b, c, a, other.block, floats, other.floats)
    case (.float, false): unsafe tfn_unblock_f32(b, c, a, block, floats, other.floats)
    case (.double, true): unsafe tfn_block_f64(b, c, a, other.block, doubles, other.doubles)
    case (.double, false): unsafe tfn_unblock_f64(b, c, a, block, doubles, other.doubles)
    }
  }

  /// Takes the elements of a tensor of the same layout.
  public func copy(_ other: Tensor) {
    precondition(hasLayout(other), "a copy of \(other.shape) in \(shape)")
    unsafe (storage.memory + offset * precision.stride).copyMemory(
      from: other.storage.memory + other.offset * precision.stride,
      byteCount: storedCount * precision.stride)
  }

  /// Sets every element to zero.
  public func clear() {
    unsafe (storage.memory + offset * precision.stride).initializeMemory(
      as: UInt8.self, repeating: 0, count: storedCount * precision.stride)
  }
}

/// The element type of a tensor as a Swift type.
public protocol TensorElement: Real, BinaryFloatingPoint, Sendable {
  /// The precision that stands for it.
  static var precision: Precision { get }
}

extension Float: TensorElement {
  /// 32 bits.
  public static var precision: Precision { .float }
}

extension Double: TensorElement {
  /// 64 bits.
  public static var precision: Precision { .double }
}

extension Tensor {
  /// Calls `body` with the elements as they lie in memory: those of a blocked layout include the lanes
  /// without a channel, which must stay zero.
  ///
  /// - Parameters:
  ///   - type: the type of the elements, which must be that of the tensor's precision.
  ///   - body: reads and writes them.
  /// - Throws: what `body` throws.
  public func withElements<Element: TensorElement, Failure: Error>(
    _ type: Element.Type, _ body: (inout MutableSpan<Element>) throws(Failure) -> Void
  ) throws(Failure) {
    precondition(Element.precision == precision, "\(type) elements of a tensor in \(precision)")
    var span = unsafe MutableSpan(
      _unsafeStart: storage.pointer(Element.self, at: offset), count: storedCount)
    try body(&span)
  }

  /// Calls `body` with the elements of tensors as they lie in memory, to read them.
  public func readElements<Element: TensorElement, Failure: Error>(
    _ type: Element.Type, _ body: (Span<Element>) throws(Failure) -> Void
  ) throws(Failure) {
    precondition(Element.precision == precision, "\(type) elements of a tensor in \(precision)")
    let span = unsafe Span(
      _unsafeStart: storage.pointer(Element.self, at: offset), count: storedCount)
    try body(span)
  }

  /// Sets the lanes without a channel to zero, for maps that do not keep 0.
  package func clearPadding() {
    let lanes = shape.channels % block
    guard lanes != 0 else { return }
    let bytes = precision.stride
    for image in 0..<shape.batch {
      let last = offset + image * imageStride + (blocks - 1) * shape.area * block
      for place in 0..<shape.area {
        unsafe (storage.memory + (last + place * block + lanes) * bytes).initializeMemory(
          as: UInt8.self, repeating: 0, count: (block - lanes) * bytes)
      }
    }
  }
}
