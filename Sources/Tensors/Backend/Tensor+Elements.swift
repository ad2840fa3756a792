public import RealModule

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
