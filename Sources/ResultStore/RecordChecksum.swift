internal import Formats
internal import Scoring

extension Evaluation {
  /// A hash of everything that the record says, which a store keeps beside it.
  ///
  /// FNV-1a takes in one byte after another by maps that have an inverse, so records that differ in one
  /// byte never have the same hash, and others one of 2^64 by accident.
  var checksum: Int64 {
    var digest = Digest()
    for text in [space, architecture, proxy, settings, kernels, version] {
      digest.add(text)
      // No text holds a NUL, so that none can pass for the end of another.
      digest.add(UInt8(0))
    }
    digest.add(bits: seed)
    switch score {
    case .value(let number):
      digest.add(UInt8(1))
      digest.add(bits: number.bitPattern)
    case .undefined(let reason):
      digest.add(UInt8(2))
      digest.add(reason)
    }
    digest.add(bits: seconds.bitPattern)
    return Int64(bitPattern: digest.value)
  }
}

extension Digest {
  fileprivate mutating func add(bits: UInt64) {
    add(UInt32(truncatingIfNeeded: bits))
    add(UInt32(truncatingIfNeeded: bits >> 32))
  }
}
