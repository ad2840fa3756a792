/// Memory for the tensors of one network that is kept for the next network.
///
/// Tensors are handed out one after another and all given back at once by `reset`. After the largest
/// network has been seen, no more memory is asked of the system: the steady state of a worker.
package final class Arena {
  private var chunks: [(storage: Storage, used: Int)] = []

  /// Bytes that the arena holds.
  package private(set) var capacity = 0
  private let minimumChunk: Int

  package init(minimumChunk: Int = 1 << 20) {
    self.minimumChunk = minimumChunk
  }

  /// Takes back every tensor.
  ///
  /// Those handed out before must not be used any more.
  package func reset() {
    if chunks.count > 1 {
      // One chunk for all next time, made when the others are gone.
      chunks = []
      chunks = [(Storage(byteCount: capacity), 0)]
    }
    if !chunks.isEmpty { chunks[0].used = 0 }
  }

  /// Takes back every tensor, and gives all memory back.
  package func empty() {
    chunks = []
    capacity = 0
  }

  /// A tensor whose elements are whatever the memory held, except that padding lanes are zero.
  package func tensor(_ shape: TensorShape, precision: Precision, block: Int = 1) -> Tensor {
    let count = shape.batch * Tensor.imageStride(shape, block: block)
    let bytes = (count * precision.stride + 63) / 64 * 64
    let place: Int
    if let room = chunks.firstIndex(where: { $0.used + bytes <= $0.storage.byteCount }) {
      place = room
    } else {
      let size = max(bytes, minimumChunk)
      chunks.append((Storage(byteCount: size), 0))
      capacity += size
      place = chunks.count - 1
    }
    let tensor = Tensor(
      storage: chunks[place].storage, offset: chunks[place].used / precision.stride, shape: shape,
      precision: precision, block: block)
    chunks[place].used += bytes
    if shape.channels % block != 0 { tensor.clear() }
    return tensor
  }
}
