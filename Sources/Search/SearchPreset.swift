internal import Networks
public import Scoring
public import Spaces

/// The rank product and the settings of a search, by name.
public enum SearchPreset: String, Hashable, Sendable, CaseIterable {
  /// The product of ranks that is recommended.
  case `default`
  /// The entropy of the Fisher information's eigenvalues with Jacov and size, the product of searches before
  /// there was a recommended one.
  case vkdnw
  /// What the released script of VKDNW says.
  ///
  /// With its 1,000 classes the released factor is not finite, so VKDNW has no number in this preset.
  case released = "R"
  /// The search that the authors logged on 29 October 2024; its batch of 16 is inferred from its scores.
  case logged = "H"
  /// What the paper's text says; the start, which it does not name, is that of the released script.
  case paper = "P"
}

/// Everything about a search that a preset fixes and an option may change.
public struct SearchDefaults: Sendable {
  /// The scores whose ranks are multiplied.
  public var components: [SearchComponent]
  /// The settings of their proxies.
  public var settings: ScoringSettings
  /// What is accepted.
  public var constraints: SearchConstraints
  /// The population constant.
  public var population: Int
  /// Candidates that are scored.
  public var evaluations: Int
  /// The seed of proposals, weights and inputs.
  public var seed: UInt64
  /// Classes and resolution.
  public var sizes: SpaceSizes
  /// The images of proxies that read some.
  public var images: any ImageSource
}

extension SearchDefaults {
  /// The defaults of a search in any space, in NAS-Bench-201 for one.
  ///
  /// The product of the ranks of VKDNW, Jacov and size, of ``SearchPreset/vkdnw``, is the one whose best networks of
  /// a sample of 1,000 of NAS-Bench-201 are the most accurate on CIFAR-10; the five ranks of the paper find
  /// networks of many convolutions without a skip connection.
  ///
  /// - Parameters:
  ///   - preset: `default` or `vkdnw`; the others have settings of the MobileNetV2 space and count as `default`.
  ///   - sizes: classes and resolution of the space.
  /// - Returns: the defaults.
  public static func common(_ preset: SearchPreset = .default, sizes: SpaceSizes) -> SearchDefaults
  {
    SearchDefaults(
      components: preset == .vkdnw
        ? [.proxy(VKDNW()), .proxy(Jacov()), .parameters] : SearchComponent.recommended,
      settings: ScoringSettings(recipe: .default),
      constraints: SearchConstraints(), population: 32, evaluations: 1000, seed: 0, sizes: sizes,
      images: SyntheticImages())
  }

  /// The defaults of a search in the MobileNetV2 space.
  public static func mobileNetV2(_ preset: SearchPreset) -> SearchDefaults {
    SearchDefaults(
      components: preset.components, settings: preset.settings,
      constraints: SearchConstraints(layers: preset.layers, flops: preset.flops),
      population: 1024, evaluations: 100_000,
      seed: preset == .logged || preset == .released ? 123 : 0,
      sizes: preset.sizes, images: NoiseImages())
  }
}

extension SearchPreset {
  /// The scores whose ranks are multiplied in the MobileNetV2 space.
  ///
  /// The paper's text names VKDNW with size, Jacov, expressivity, trainability and complexity; its
  /// released code and its logged runs have progressivity in the place of Jacov, and VKDNW without size.
  var components: [SearchComponent] {
    let azNAS: [SearchComponent] = [.proxy(Expressivity()), .proxy(Trainability()), .complexity]
    return switch self {
    case .default: SearchComponent.recommended
    case .vkdnw: [.proxy(VKDNW()), .proxy(Jacov())] + azNAS
    case .paper: [.layersThen(VKDNW()), .proxy(Jacov())] + azNAS
    case .released, .logged:
      [
        .complexity, .proxy(Expressivity()), .proxy(Progressivity()), .proxy(Trainability()),
        .proxy(VKDNW()),
      ]
    }
  }

  /// The settings of the proxies in the MobileNetV2 space.
  var settings: ScoringSettings {
    switch self {
    case .default, .vkdnw:
      var settings = ScoringSettings(recipe: .default)
      settings.fisher.tensors = .layers
      return settings
    case .paper: return ScoringSettings(recipe: .paper)
    case .released, .logged:
      var settings = ScoringSettings(recipe: .released, batch: self == .logged ? 16 : 64)
      // The recipe is what the same authors released for NAS-Bench-201.
      settings.fisher.normalization = .updated
      settings.fisher.tensors = .sampled
      settings.fisher.quantiles = .eleven
      return settings
    }
  }

  /// The architecture whose neighbours come first in the MobileNetV2 space.
  public var start: MobileNetV2Architecture { self == .logged ? .zico450 : .releasedStart }
  /// How likely mutations draw types of blocks in the MobileNetV2 space.
  public var typeWeights: MobileNetV2Mutation.TypeWeights {
    isOurs ? .uniform : .released
  }
  /// How costs are counted in the MobileNetV2 space.
  public var counting: MobileNetV2Domain.Counting { isOurs ? .exact : .released }

  /// Whether costs and mutations are ours, not those of the released script.
  private var isOurs: Bool { self == .default || self == .vkdnw }

  /// The layers that the search accepts, as the space counts them.
  var layers: ClosedRange<Int> { self == .logged ? 13...15 : 1...14 }
  /// The multiply-accumulates that the search accepts.
  var flops: Int { self == .logged ? 480_000_000 : 450_000_000 }
  /// Those of the space, which the logged run had too; script and paper have the classes of ImageNet.
  var sizes: SpaceSizes {
    switch self {
    case .default, .vkdnw, .logged: MobileNetV2Space.sizes
    case .released, .paper: SpaceSizes(classes: 1000, resolution: 224)
    }
  }
}
