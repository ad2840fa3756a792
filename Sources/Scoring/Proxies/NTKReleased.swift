public import Formats
internal import Networks
public import Tensors

/// The condition number of `NTK` as the VKDNW paper's code computed it.
///
/// There the masks of ones that SNIP had put on the weights were still trainable: the product of each
/// weight w of a convolution or linear layer counts with the factor `1 + w^2`.
public struct NTKReleased: Proxy {
  /// Creates the proxy.
  public init() {}

  /// `ntk-released`.
  public var name: String { "ntk-released" }
  /// What it measures.
  public var summary: String { "ntk with the masks that the released code left in place" }
  /// Better conditioned is better.
  public var higherIsBetter: Bool { true }
  /// What `ntk` needs.
  public var needs: ProxyNeeds { NTK().needs }
  /// What `ntk` costs, and it is shared.
  public var cost: String { NTK().cost }
  /// Those of `ntk`.
  public func passes(batch: Int, classes: Int) -> Double { Double(1 + 2 * batch) }
  /// Where it was used.
  public var citation: String { "Tybl and Neumann, CVPR 2025 (code)" }

  /// Minibatch, initialisations and precision.
  public func settings(_ settings: ScoringSettings) -> [String: SettingValue] {
    settings.minibatchSettings
  }

  /// Minus the condition number, undefined where the kernel is 0 or overflows.
  public func score(of candidate: Candidate) throws(BackendError) -> Score {
    let kernel = try candidate.value(
      of: TangentKernel(of: candidate, at: CandidatePoint(.images)))
    return try NTK.negativeCondition(of: kernel.masked)
  }
}
