/// The element type of a tensor.
public enum Precision: String, Hashable, Sendable, CaseIterable {
  /// 32-bit elements, in the layout that this processor's convolutions like best.
  case float
  /// 64-bit elements in plain row-major layout: slower, for checking other implementations.
  case double

  /// Bytes of one element.
  package var stride: Int {
    switch self {
    case .float: 4
    case .double: 8
    }
  }

  /// Whether a deviation in units of the mean is that of rounding.
  ///
  /// Numbers that are equal in truth vary by some units in the last place; the bounds leave a factor of
  /// about ten for sums of them, and real features are far above.
  package func isRounding(_ relativeDeviation: Double) -> Bool {
    relativeDeviation <= (self == .float ? 1e-6 : 1e-12)
  }
}

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
