internal import Scoring

/// Features that are named together.
public enum FeatureBundle: String, Hashable, Sendable, CaseIterable {
  /// The nine deciles of the Fisher information's eigenvalues.
  case vkdnwDeciles = "vkdnw-deciles"
  /// Their logarithms.
  case vkdnwLogDeciles = "vkdnw-log-deciles"
  /// The deciles, layers and FLOPs: VKDNW_m of Tybl and Neumann, CVPR 2025.
  case vkdnwModel = "vkdnw-m"
  /// The fourteen scores that the paper adds.
  case zeroCostScores = "zcs"
  /// Those but the condition number of the neural tangent kernel, which takes longer than all others.
  case cheapZeroCostScores = "zcs-without-ntk"

  /// The names of the sources.
  public var sources: [String] {
    switch self {
    case .vkdnwDeciles: VKDNWDecile.all.map(\.name)
    case .vkdnwLogDeciles: VKDNWDecile.all.map { "log(\($0.name))" }
    case .vkdnwModel: FeatureBundle.vkdnwDeciles.sources + ["layers", "flops"]
    case .zeroCostScores: FeatureBundle.cheapZeroCostScores.sources + ["ntk"]
    case .cheapZeroCostScores:
      [
        "expressivity", "progressivity", "trainability", "jacov", "gradsign", "zico", "zen",
        "gradnorm", "naswot", "synflow", "snip", "grasp", "linear-regions",
      ]
    }
  }
}
