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
}
