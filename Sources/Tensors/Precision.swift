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
