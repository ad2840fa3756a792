/// A batch of images in the layout `[batch, channel blocks, height, width, channels of a block]`.
///
/// A tensor is a view: copies and sub-batches share the elements. A block of one channel is the
/// usual NCHW layout. Where a block is larger than the channels that are left, the lanes without a
/// channel hold zero; every kernel keeps it so.
@safe
public struct Tensor {
  /// The extents.
  public let shape: TensorShape
  /// The element type.
  public let precision: Precision
  /// Channels that lie side by side.
  public let block: Int
  let storage: Storage
  let offset: Int

  init(storage: Storage, offset: Int, shape: TensorShape, precision: Precision, block: Int) {
    precondition(
      (offset + shape.batch * Tensor.imageStride(shape, block: block)) * precision.stride
        <= storage.byteCount, "a tensor \(shape) at \(offset) leaves its storage")
    self.storage = storage
    self.offset = offset
    self.shape = shape
    self.precision = precision
    self.block = block
  }

  /// Creates a tensor of zeros with memory of its own.
  public init(_ shape: TensorShape, precision: Precision, block: Int = 1) {
    let count = shape.batch * Tensor.imageStride(shape, block: block)
    self.init(
      storage: Storage(byteCount: count * precision.stride), offset: 0, shape: shape,
      precision: precision, block: block)
  }

  /// Elements of one image, the padding of the last block included.
  package static func imageStride(_ shape: TensorShape, block: Int) -> Int {
    (shape.channels + block - 1) / block * block * shape.area
  }

  /// Blocks of channels.
  public var blocks: Int { (shape.channels + block - 1) / block }
  /// Elements from one image to the next.
  public var imageStride: Int { blocks * block * shape.area }
  /// Elements of the batch, padding included.
  package var storedCount: Int { shape.batch * imageStride }

  /// The images of a range as a tensor that shares their elements.
  public func images(_ range: Range<Int>) -> Tensor {
    precondition(
      range.lowerBound >= 0 && range.upperBound <= shape.batch,
      "images \(range) of a batch of \(shape.batch)")
    return Tensor(
      storage: storage, offset: offset + range.lowerBound * imageStride,
      shape: shape.with(batch: range.count), precision: precision, block: block)
  }

  /// The same elements as images of another shape with as many stored elements.
  package func viewed(as shape: TensorShape) -> Tensor {
    precondition(
      shape.batch * Tensor.imageStride(shape, block: block) <= storedCount,
      "\(self.shape) holds no \(shape)")
    return Tensor(
      storage: storage, offset: offset, shape: shape, precision: precision, block: block)
  }

  /// Whether a tensor has these images, or one that stands for all of them.
  func serves(_ other: Tensor, _ shape: TensorShape) -> Bool {
    other.precision == precision && (other.shape == shape || other.shape == shape.with(batch: 1))
  }

  /// Elements from the image for one of `batch` images to the image for the next.
  func stride(among batch: Int) -> Int { shape.batch == batch ? imageStride : 0 }

  /// The addresses of the elements.
  package var addresses: Range<UInt> {
    let start = unsafe UInt(bitPattern: storage.memory) + UInt(offset * precision.stride)
    return start..<start + UInt(storedCount * precision.stride)
  }

  /// Whether the tensors share elements, which most kernels forbid for what they read and write.
  package func overlaps(_ other: Tensor) -> Bool { addresses.overlaps(other.addresses) }

  var floats: UnsafeMutablePointer<Float> { unsafe storage.pointer(Float.self, at: offset) }
  var doubles: UnsafeMutablePointer<Double> { unsafe storage.pointer(Double.self, at: offset) }
}
