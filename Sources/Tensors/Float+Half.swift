extension Float {
  /// The single-precision number equal to a half-precision one.
  ///
  /// The type `Float16` does not exist on every platform.
  package init(half: UInt32) {
    let sign = (half & 0x8000) << 16
    let magnitude = half & 0x7FFF
    switch magnitude {
    case 0..<0x0400:
      // Subnormal: a multiple of 2^-24.
      self.init(bitPattern: sign | (Float(magnitude) * 0x1p-24).bitPattern)
    case 0x7C00...:
      // Infinity and NaN keep the largest exponent and the payload.
      self.init(bitPattern: sign | 0x7F80_0000 | (magnitude & 0x03FF) << 13)
    default:
      // The bias of the exponent grows from 15 to 127.
      self.init(bitPattern: sign | (magnitude << 13 + 112 << 23))
    }
  }
}
