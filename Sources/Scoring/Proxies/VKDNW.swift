public import Formats
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

/// A proxy that reads the spectrum of the Fisher information: what all of them have in common.
///
/// Tybl and Neumann, *Training-free Neural Architecture Search through Variance of Knowledge of Deep
/// Network Weights*, CVPR 2025.
public protocol FisherProxy: Proxy {}

extension FisherProxy {
  /// Weights that are easier, or more evenly easy, to estimate.
  public var higherIsBetter: Bool { true }
  /// Weights and a minibatch; no labels.
  public var needs: ProxyNeeds { [.weights, .inputs] }
  /// One forward pass, and backward passes of activations only; proxies of one setting share them.
  public var cost: String { "1 forward, min(classes - 1, features, pullbacks) activation backward" }
  /// The factor has rank `classes - 1`; where there are fewer features than that, they are pulled back,
  /// which this does not count, nor that fewer may be asked for.
  public func passes(batch: Int, classes: Int) -> Double { Double(classes) }
  /// The paper.
  public var citation: String { "Tybl and Neumann, CVPR 2025" }

  /// All axes, minibatch, initialisations and precision.
  public func settings(_ settings: ScoringSettings) -> [String: SettingValue] {
    settings.fisher.settings.merging(settings.minibatchSettings) { $1 }
  }
}

extension Candidate {
  /// The spectrum of the Fisher information under the settings of the run, `nil` where it overflows.
  package func fisherSpectrum(at minibatch: MinibatchRole) throws(BackendError) -> FisherSpectrum? {
    let request = FisherRequest(settings.fisher, batch: batch)
    return try value(of: FisherSpectra([request], at: minibatch))[request] ?? nil
  }
}

extension Score {
  /// The entropy of a spectrum, undefined where there is none.
  static func entropy(of spectrum: FisherSpectrum?) -> Score {
    read(spectrum, as: "entropy", \.entropy)
  }

  /// A number that is read off a spectrum, undefined where there is none.
  static func read(
    _ spectrum: FisherSpectrum?, as name: String, _ number: (FisherSpectrum) -> Double
  ) -> Score {
    guard let spectrum else { return .undefined("the Fisher information is not finite") }
    return Score(number(spectrum), otherwise: "the \(name) is not finite")
  }
}

/// VKDNW under axes of its own, next to others of one run that share its passes.
///
/// Its records are those that ``VKDNW`` or ``VKDNWImages`` have under these axes, to the last bit.
public struct VKDNWVariant: FisherProxy {
  /// What is read.
  public enum Input: Hashable, Sendable {
    /// Noise, as ``VKDNW`` does.
    case noise
    /// Images, as ``VKDNWImages`` does.
    case images
  }

  /// The axes.
  public let fisher: FisherSettings
  /// Images of its minibatch.
  public let batch: Int
  /// What is read.
  public let input: Input
  /// The axes and batches of all variants that are scored together, its own included.
  private let family: [FisherRequest]

  /// Variants that are scored together.
  ///
  /// - Parameters:
  ///   - axes: the axes and the images of the minibatch of each; pullbacks that are left open are all.
  ///   - input: what all of them read.
  /// - Returns: a variant for each, in their order.
  public static func family(
    _ axes: [(fisher: FisherSettings, batch: Int)], input: Input
  ) -> [VKDNWVariant] {
    // Each says what it is, whatever networks it is computed of.
    let family = axes.map { FisherRequest($0.fisher.resolved(classes: nil), batch: $0.batch) }
    return family.map {
      VKDNWVariant(fisher: $0.settings, batch: $0.batch, input: input, family: family)
    }
  }

  private var original: any Proxy { input == .noise ? VKDNW() : VKDNWImages() }

  /// `vkdnw` or `vkdnw-images`.
  public var name: String { original.name }
  /// The name and the axes.
  public var key: String {
    "\(name) \(SettingValue.canonical(fisher.settings)) \(batch)"
  }
  /// What it measures.
  public var summary: String { original.summary }
  /// Those of the proxy that it is a variant of.
  public var needs: ProxyNeeds { original.needs }

  /// Its own axes and batch; initialisations and precision are those of the run.
  public func settings(_ settings: ScoringSettings) -> [String: SettingValue] {
    var settings = settings
    settings.fisher = fisher
    settings.batch = batch
    return original.settings(settings)
  }

  /// The entropy, undefined if the Fisher information overflows.
  public func score(of candidate: Candidate) throws(BackendError) -> Score {
    let spectra = try candidate.value(
      of: FisherSpectra(family, at: input == .noise ? .noise : .images))
    return .entropy(of: spectra[FisherRequest(fisher, batch: batch)] ?? nil)
  }
}

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

/// The single ranking of the VKDNW paper: networks by layer count, equal ones by their entropy.
///
/// The value is `layers + entropy`, equation 12. Layer counts differ by whole numbers and the entropy
/// can exceed one, so the order is that of the pair, which `ranking` takes as its lexicographic dense
/// rank instead of comparing sums.
public struct VKDNWSingle: FisherProxy {
  /// Creates the proxy.
  public init() {}

  /// `vkdnw-single`.
  public var name: String { "vkdnw-single" }
  /// What it measures.
  public var summary: String { "layers, equal counts by vkdnw" }
  /// `layers + entropy`, for reading; rankings compare the pair.
  public func score(of candidate: Candidate) throws(BackendError) -> Score {
    let entropy = try candidate.score(VKDNW())
    let layers = try candidate.score(Layers())
    guard let entropy = entropy.value, let layers = layers.value else { return entropy }
    return .value(layers + entropy)
  }
}

/// VKDNW over images in the place of noise, the input that the paper compares noise with.
///
/// Tybl and Neumann, CVPR 2025, Table V: real images rank no better than noise.
public struct VKDNWImages: FisherProxy {
  /// Creates the proxy.
  public init() {}

  /// `vkdnw-images`.
  public var name: String { "vkdnw-images" }
  /// What it measures.
  public var summary: String { "vkdnw over images instead of noise" }
  /// Weights and images; no labels.
  public var needs: ProxyNeeds { [.weights, .inputs, .images] }

  /// The entropy, undefined if the Fisher information overflows.
  public func score(of candidate: Candidate) throws(BackendError) -> Score {
    .entropy(of: try candidate.fisherSpectrum(at: .images))
  }
}
