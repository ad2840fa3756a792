public import Formats
internal import Networks
public import Tensors

/// One decile of the eigenvalues of the Fisher information: what a ranking is learned from where the
/// entropy is too little.
///
/// Decile `k` is the quantile at `k / 10` of the eigenvalues that ``VKDNW`` takes the entropy of. Tybl and
/// Neumann, CVPR 2025, make nine features of them for their model-driven rankings.
public struct VKDNWDecile: FisherProxy {
  /// Which decile, 1 to 9.
  public let number: Int

  /// The deciles 1 to 9.
  public static let all = (1...9).map(VKDNWDecile.init)

  /// Creates a proxy.
  ///
  /// - Parameter number: which decile, 1 to 9.
  public init(_ number: Int) {
    precondition((1...9).contains(number), "there is no decile \(number)")
    self.number = number
  }

  /// `vkdnw-decile-1` to `vkdnw-decile-9`.
  public var name: String { "vkdnw-decile-\(number)" }
  /// What it measures.
  public var summary: String { "decile \(number) of the Fisher information's eigenvalues" }

  /// Those of every proxy of the spectrum but the quantiles of the entropy.
  public func settings(_ settings: ScoringSettings) -> [String: SettingValue] {
    var fisher = settings.fisher
    fisher.quantiles = .deciles
    return fisher.settings.merging(settings.minibatchSettings) { $1 }
  }

  /// The decile, undefined if the Fisher information overflows.
  public func score(of candidate: Candidate) throws(BackendError) -> Score {
    .read(try candidate.fisherSpectrum(at: .noise), as: "decile") {
      $0.quantile(Double(number) / 10)
    }
  }
}
