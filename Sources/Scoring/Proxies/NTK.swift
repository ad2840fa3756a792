public import Formats
internal import Networks
public import Tensors

/// Minus the condition number of the neural tangent kernel.
///
/// `- largest / smallest eigenvalue` of `G G^T`, G_i being the gradient of the sum of the logits of
/// image i by the weights of convolutions, linear layers and the scales of normalisations, through the
/// statistics of the minibatch. The smallest eigenvalue counts as at least 2.2e-16 times the largest,
/// because rounding cannot tell it from that. Chen et al., *Neural Architecture Search on ImageNet in
/// Four GPU Hours* (TE-NAS), ICLR 2021.
public struct NTK: Proxy {
  /// Creates the proxy.
  public init() {}

  /// `ntk`.
  public var name: String { "ntk" }
  /// What it measures.
  public var summary: String { "minus the condition number of the neural tangent kernel" }
  /// Better conditioned is better.
  public var higherIsBetter: Bool { true }
  /// Weights and images; no labels.
  public var needs: ProxyNeeds { [.weights, .images, .severalImages] }
  /// A backward pass of the whole minibatch for each image.
  public var cost: String { "1 forward, a backward for each image" }
  /// A full backward pass for each image.
  public func passes(batch: Int, classes: Int) -> Double { Double(1 + 2 * batch) }
  /// The paper.
  public var citation: String { "Chen et al., ICLR 2021" }

  /// Minibatch, initialisations and precision.
  public func settings(_ settings: ScoringSettings) -> [String: SettingValue] {
    settings.minibatchSettings
  }

  /// Minus the condition number, undefined where the kernel is 0 or overflows.
  public func score(of candidate: Candidate) throws(BackendError) -> Score {
    let kernel = try candidate.value(
      of: TangentKernel(of: candidate, at: CandidatePoint(.images)))
    return try Self.negativeCondition(of: kernel.plain)
  }

  /// Minus the condition number of a kernel.
  static func negativeCondition(of kernel: Matrix) throws(BackendError) -> Score {
    guard kernel.values.allSatisfy(\.isFinite) else {
      return .undefined("the tangent kernel is not finite")
    }
    let eigenvalues = try kernel.symmetricEigenvalues()
    guard let smallest = eigenvalues.first, let largest = eigenvalues.last, largest > 0 else {
      return .undefined("the logits do not depend on any weight")
    }
    return Score(
      -largest / max(smallest, largest * 0x1p-52), otherwise: "the condition number overflows")
  }
}

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
