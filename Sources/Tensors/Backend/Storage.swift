/// Owned, 64-byte aligned memory that a tensor is a view of.
///
/// The memory is zero when it is made, so the padding of a blocked layout starts as zero. It is not
/// `Sendable`: whoever shares it between threads does so through `WorkerTeam`, which states the rule.
@safe
package final class Storage {
  let memory: UnsafeMutableRawPointer
  let byteCount: Int

  package init(byteCount: Int) {
    self.byteCount = byteCount
    unsafe memory = UnsafeMutableRawPointer.allocate(
      byteCount: max(byteCount, 64), alignment: 64)
    unsafe memory.initializeMemory(as: UInt8.self, repeating: 0, count: max(byteCount, 64))
  }

  deinit { unsafe memory.deallocate() }

  /// A typed pointer to element `offset`.
  func pointer<T>(_ type: T.Type, at offset: Int) -> UnsafeMutablePointer<T> {
    unsafe memory.assumingMemoryBound(to: type) + offset
  }
}
