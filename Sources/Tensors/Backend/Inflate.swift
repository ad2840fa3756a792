internal import CZlib

/// Why deflate data could not be read.
package enum InflateFault: Error, Hashable {
  /// They are not deflate data; the number of bytes that could be read.
  case damaged(read: Int)
  /// They stop before their end.
  case truncated
  /// They hold more bytes than were expected.
  case tooMany
  /// They hold fewer bytes than were expected, or bytes follow their end.
  case tooFew(Int)
  /// There is no memory.
  case outOfMemory
}

/// Inflates raw deflate data (RFC 1951).
///
/// - Parameters:
///   - bytes: the data, without a header around them.
///   - expectedCount: the number of bytes that they hold, as said elsewhere.
/// - Returns: that many bytes.
/// - Throws: ``InflateFault`` where the data are damaged or hold another number of bytes.
package func inflate(
  _ bytes: ArraySlice<UInt8>, expectedCount: Int
) throws(InflateFault) -> [UInt8] {
  // No data grow by more than this, so a false number is found before memory is asked for it.
  let limit = bytes.count.multipliedReportingOverflow(by: 1032)
  guard limit.overflow || expectedCount <= limit.partialValue else {
    throw .tooFew(limit.partialValue)
  }
  let result = try inflate(bytes, capacity: expectedCount)
  guard result.isComplete else { throw .tooMany }
  guard result.bytes.count == expectedCount else { throw .tooFew(result.bytes.count) }
  guard result.read == bytes.count else { throw .damaged(read: result.read) }
  return result.bytes
}

/// Inflates the first bytes of raw deflate data (RFC 1951).
///
/// - Parameters:
///   - bytes: the data, without a header around them.
///   - wanted: how many bytes are wanted, of which there must be as many.
/// - Returns: that many bytes.
/// - Throws: ``InflateFault`` where the data are damaged before, or hold fewer.
package func inflate(
  beginningOf bytes: ArraySlice<UInt8>, count wanted: Int
) throws(InflateFault) -> [UInt8] {
  let result = try inflate(bytes, capacity: wanted)
  guard result.bytes.count == wanted else { throw .tooFew(result.bytes.count) }
  return result.bytes
}

/// Inflates until the data end or so many bytes are full.
private func inflate(
  _ bytes: ArraySlice<UInt8>, capacity: Int
) throws(InflateFault) -> (bytes: [UInt8], read: Int, isComplete: Bool) {
  var (read, written, status) = (0, 0, Int32(TFN_INFLATE_DONE))
  let result = unsafe [UInt8](unsafeUninitializedCapacity: capacity) { target, count in
    status = unsafe bytes.withUnsafeBufferPointer { source in
      unsafe tfn_inflate(
        source.baseAddress, source.count, target.baseAddress, capacity, &read, &written)
    }
    count = written
  }
  switch status {
  case TFN_INFLATE_DONE: return (result, read, true)
  case TFN_INFLATE_TARGET_FULL: return (result, read, false)
  case TFN_INFLATE_TRUNCATED: throw .truncated
  case TFN_INFLATE_OUT_OF_MEMORY: throw .outOfMemory
  default: throw .damaged(read: read)
  }
}

/// The checksum CRC-32 of zip files.
package func crc32(_ bytes: ArraySlice<UInt8>) -> UInt32 {
  unsafe bytes.withUnsafeBufferPointer { source in
    unsafe tfn_crc32(source.baseAddress, source.count)
  }
}
