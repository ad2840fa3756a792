public import Formats
internal import Networks
internal import RealModule
public import Tensors

/// The Zen score: how far the last features move with the images, corrected for batch normalisation.
///
/// With weights from N(0, 1), f the features before the global pooling, noise x and e:
/// `ln mean over images of sum |f(x) - f(x + 0.01 e)|` plus `ln sqrt(mean over channels of the running
/// variance)` for each batch normalisation. As in the code that the VKDNW paper uses, the running
/// variance starts at 1 and moves by a tenth with each of the two passes. Lin et al., *Zen-NAS: A
/// Zero-Shot NAS for High-Performance Image Recognition*, ICCV 2021.
public struct Zen: Proxy {
  /// Creates the proxy.
  public init() {}

  /// `zen`.
  public var name: String { "zen" }
  /// What it measures.
  public var summary: String { "sensitivity of the last features to noise, batch norm undone" }
  /// More sensitive is better.
  public var higherIsBetter: Bool { true }
  /// Weights and noise.
  public var needs: ProxyNeeds { [.weights, .inputs, .severalImages] }
  /// Two minibatches.
  public var cost: String { "2 forward" }
  /// The sum of its passes.
  public func passes(batch: Int, classes: Int) -> Double { 2 }
  /// The paper.
  public var citation: String { "Lin et al., ICCV 2021" }

  /// Minibatch, initialisations, precision, and that the weights are from N(0, 1).
  public func settings(_ settings: ScoringSettings) -> [String: SettingValue] {
    settings.minibatchSettings.merging([
      "zenInitializer": .text(Initializer.standardNormal.rawValue),
      "zenPerturbation": .number(ZenTerms.perturbation),
    ]) { $1 }
  }

  /// The score, undefined where the features do not depend on the images.
  public func score(of candidate: Candidate) throws(BackendError) -> Score {
    let terms = try candidate.value(of: ZenTerms(.standardNormal))
    return Self.score(terms, from: terms.first.map { _ in 1 })
  }

  /// The score with running variances that start at given values.
  static func score(_ terms: ZenTerms.Value, from start: [Double]) -> Score {
    guard terms.difference.isFinite else {
      return .undefined("the last features are not finite")
    }
    guard terms.difference > 0 else {
      return .undefined("the last features do not depend on the images")
    }
    let scales = logarithms(terms, from: start)
    guard scales.allSatisfy(\.isFinite) else {
      return .undefined("a batch normalisation has no unbiased variance")
    }
    return .value(Double.log(terms.difference) + scales.reduce(0, +))
  }

  /// `ln sqrt(mean running variance)` of each batch normalisation after both passes.
  package static func logarithms(_ terms: ZenTerms.Value, from start: [Double]) -> [Double] {
    RunningVariances(start).updated(with: terms.first).updated(with: terms.second).means
      .map { Double.log($0) / 2 }
  }
}

/// The Zen score as the VKDNW paper's code computed it.
///
/// There the running variances of batch normalisation did not start at 1 but at what the proxies
/// before had left (`LeftVariances`): a state of the run that changes the ranking.
public struct ZenReleased: Proxy {
  /// Creates the proxy.
  public init() {}

  /// `zen-released`.
  public var name: String { "zen-released" }
  /// What it measures.
  public var summary: String { "zen with the running variances that other proxies left" }
  /// More sensitive is better.
  public var higherIsBetter: Bool { true }
  /// Weights, noise and images; no labels.
  public var needs: ProxyNeeds { [.weights, .inputs, .images, .severalImages, .secondMinibatch] }
  /// Five minibatches and all images singly, some of them shared.
  public var cost: String { "5 forward, 1 forward of each image" }
  /// Those of the proxies before it, and its own two.
  public func passes(batch: Int, classes: Int) -> Double { 6 }
  /// Where it was used.
  public var citation: String { "Tybl and Neumann, CVPR 2025 (code)" }

  /// Those of `zen`; the other proxies have Kaiming weights.
  public func settings(_ settings: ScoringSettings) -> [String: SettingValue] {
    Zen().settings(settings)
  }

  /// The score, undefined where the features do not depend on the images.
  public func score(of candidate: Candidate) throws(BackendError) -> Score {
    let left = try candidate.value(of: LeftVariances())
    return Zen.score(try candidate.value(of: ZenTerms(.standardNormal)), from: left)
  }
}
