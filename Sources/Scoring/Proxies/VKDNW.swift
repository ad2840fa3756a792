internal import Networks
public import Tensors

/// The variance of knowledge of deep network weights: how evenly a network's weights can be estimated.
///
/// The entropy of the nine deciles of the eigenvalues of the Fisher information of selected weights
/// (`FisherInformation`, `FisherSpectrum`), or of eleven quantiles (`SpectrumQuantiles`). Tybl and
/// Neumann, *Training-free Neural Architecture Search through Variance of Knowledge of Deep Network
/// Weights*, CVPR 2025.
///
/// Where the Fisher information is not finite, the released code goes on with a spectrum of zeros, whose
/// entropy is 0; here the score is undefined, and a search ranks it below all numbers.
public struct VKDNW: FisherProxy {
  /// Creates the proxy.
  public init() {}

  /// `vkdnw`.
  public var name: String { "vkdnw" }
  /// What it measures.
  public var summary: String { "entropy of the deciles of the Fisher information's eigenvalues" }

  /// The entropy, undefined if the Fisher information overflows.
  public func score(of candidate: Candidate) throws(BackendError) -> Score {
    .entropy(of: try candidate.fisherSpectrum(at: .noise))
  }
}
