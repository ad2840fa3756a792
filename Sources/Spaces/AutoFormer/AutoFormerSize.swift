/// One of the three spaces of AutoFormer: what its architectures choose from.
///
/// M. Chen, H. Peng, J. Fu and H. Ling, *AutoFormer: Searching Transformers for Visual Recognition*,
/// ICCV 2021. The sizes have no width of tokens in common.
public enum AutoFormerSize: String, CaseIterable, Sendable {
  /// 5 to 10 million parameters.
  case tiny
  /// 14 to 34 million parameters.
  case small
  /// 42 to 76 million parameters.
  case base

  /// Widths of tokens.
  public var embeddings: [Int] {
    switch self {
    case .tiny: [192, 216, 240]
    case .small: [320, 384, 448]
    case .base: [528, 576, 624]
    }
  }

  /// Numbers of heads of a layer.
  public var heads: [Int] {
    switch self {
    case .tiny: [3, 4]
    case .small: [5, 6, 7]
    case .base: [9, 10]
    }
  }

  /// Widths of a layer's perceptron by that of the tokens.
  public var ratios: [Double] { self == .tiny ? [3.5, 4] : [3, 3.5, 4] }

  /// Numbers of layers.
  public var depths: [Int] { self == .base ? [14, 15, 16] : [12, 13, 14] }
}
