public import Formats
internal import Networks
public import Tensors

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
