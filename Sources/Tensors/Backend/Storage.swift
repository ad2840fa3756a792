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
