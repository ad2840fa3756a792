#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// Owned, 64-byte aligned memory that a tensor is a view of.
///
/// The memory is zero when it is made, so the padding of a blocked layout starts as zero; the system gives
/// the pages of a large one as they are first written. It is not
/// `Sendable`: whoever shares it between threads does so through `WorkerTeam`, which states the rule.
@safe
package final class Storage {
  let memory: UnsafeMutableRawPointer
  let byteCount: Int
  private let block: UnsafeMutableRawPointer

  package init(byteCount: Int) {
    self.byteCount = byteCount
    guard let block = unsafe calloc(max(byteCount, 64) + 64, 1) else {
      preconditionFailure("no memory for \(byteCount) bytes")
    }
    unsafe self.block = block
    unsafe memory = block.alignedUp(toMultipleOf: 64)
  }

  deinit { unsafe free(block) }

  /// A typed pointer to element `offset`.
  func pointer<T>(_ type: T.Type, at offset: Int) -> UnsafeMutablePointer<T> {
    unsafe memory.assumingMemoryBound(to: type) + offset
  }
}
