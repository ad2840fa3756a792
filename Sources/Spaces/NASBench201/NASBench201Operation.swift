/// One of the five operations that an edge of a NAS-Bench-201 cell can carry.
///
/// The raw value is the text of the operation in architecture strings. All operations keep width
/// and resolution inside a cell.
public enum NASBench201Operation: String, CaseIterable, Sendable {
  /// The product of the input with zero.
  case none
  /// The identity.
  case skipConnect = "skip_connect"
  /// ReLU, 1×1 convolution without bias, batch norm.
  case convolution1x1 = "nor_conv_1x1"
  /// ReLU, 3×3 convolution with zero padding 1 and without bias, batch norm.
  case convolution3x3 = "nor_conv_3x3"
  /// 3×3 mean with stride 1 and padding 1; the padding does not count in the divisor.
  case averagePool3x3 = "avg_pool_3x3"

  /// The digit of the operation in ranks of the enumeration: 0 to 4 in the order of declaration.
  public var code: Int {
    switch self {
    case .none: 0
    case .skipConnect: 1
    case .convolution1x1: 2
    case .convolution3x3: 3
    case .averagePool3x3: 4
    }
  }

  /// The number of the operation in the tuples of NASLib and GRAF.
  ///
  /// Skip 0, none 1, 3×3 convolution 2, 1×1 convolution 3, average pool 4.
  public var nasLibCode: Int {
    switch self {
    case .skipConnect: 0
    case .none: 1
    case .convolution3x3: 2
    case .convolution1x1: 3
    case .averagePool3x3: 4
    }
  }

  /// Whether the operation has weights.
  public var isConvolution: Bool {
    self == .convolution1x1 || self == .convolution3x3
  }

  /// The operation with a code of the enumeration.
  ///
  /// - Parameter code: 0 to 4.
  init(code: Int) {
    precondition((0..<5).contains(code), "code \(code) is not one of the five operations, 0 to 4")
    self = Self.allCases[code]
  }
}
