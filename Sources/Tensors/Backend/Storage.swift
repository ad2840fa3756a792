internal import CKernels

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// Owned, 64-byte aligned memory that a tensor is a view of.
///
/// The memory is zero when it is made, so the padding of a blocked layout starts as zero. What is large
/// comes from the system page by page as it is first written, and goes back at once: an allocator would
/// keep it. A storage is not `Sendable`: whoever shares it between threads does so through `WorkerTeam`,
/// which states the rule.
@safe
package final class Storage {
  let memory: UnsafeMutableRawPointer
  let byteCount: Int
  private let isMapped: Bool

  /// From this size on memory comes from the system.
  private static let mapped = 1 << 20

  package init(byteCount: Int) {
    self.byteCount = byteCount
    isMapped = byteCount >= Self.mapped
    guard isMapped else {
      unsafe memory = UnsafeMutableRawPointer.allocate(
        byteCount: max(byteCount, 64), alignment: 64)
      unsafe memory.initializeMemory(as: UInt8.self, repeating: 0, count: max(byteCount, 64))
      return
    }
    let pages = unsafe mmap(
      nil, byteCount, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    guard let pages = unsafe pages, unsafe pages != MAP_FAILED else {
      tfn_note_exhaustion()
      preconditionFailure("no memory for \(byteCount) bytes")
    }
    unsafe memory = pages
  }

  deinit {
    if isMapped {
      unsafe munmap(memory, byteCount)
    } else {
      unsafe memory.deallocate()
    }
  }

  /// A typed pointer to element `offset`.
  func pointer<T>(_ type: T.Type, at offset: Int) -> UnsafeMutablePointer<T> {
    unsafe memory.assumingMemoryBound(to: type) + offset
  }
}

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
