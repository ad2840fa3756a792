public import Formats
public import Scoring

/// The settings of some ablations, scored together on the same networks, weights and images.
///
/// Whatever an ablation does not vary is that of the run. Spectra of one network that differ in what is
/// read off its walks share these (``VKDNWVariant``), so ablations cost less together than apart.
public struct AblationStudy: Sendable {
  /// One setting of an ablation.
  public struct Setting: Sendable {
    /// What is varied.
    public let ablation: Ablation
    /// The value of what is varied.
    public let label: String
    /// The label of the setting of the same ablation that this one is compared with.
    public let reference: String?
    /// The ranking.
    public let ranking: CollectionRanking

    /// The scores of the ranking's proxies by their names, as it takes them.
    ///
    /// - Parameter scores: the scores by the key of the proxy.
    /// - Returns: the scores by the name of the proxy.
    public func columns(of scores: [String: [Score]]) -> [String: [Score]] {
      ranking.proxies.reduce(into: [:]) { $0[$1.name] = scores[$1.key] }
    }
  }

  /// The settings, ablation after ablation.
  public let settings: [Setting]
  /// What has to be scored, each once.
  public let proxies: [any Proxy]
  /// The settings of the run that scores it.
  public let scoring: ScoringSettings

  /// What is not varied: the axes, initialisations and precision.
  public var fixed: [String: SettingValue] {
    var settings = VKDNW().settings(scoring)
    // Each ablation has its own.
    settings["batch"] = nil
    return settings
  }

  /// The batches that the paper compares.
  public static let publishedBatches = [8, 16, 32, 64, 128]

  /// The settings of ablations.
  ///
  /// - Parameters:
  ///   - ablations: what is varied, one thing at a time.
  ///   - base: what is not varied.
  ///   - batch: images of every minibatch whose size is not varied, `nil` for those of the paper, 32 where
  ///     tensors and their weights are counted and 64 otherwise, and 32 for batch normalisation.
  ///   - batches: the sizes where they are varied; the largest is what others are compared with.
  /// - Throws: ``CollectionRankingError`` where an expression cannot be read.
  public init(
    _ ablations: [Ablation], base: ScoringSettings, batch: Int?,
    batches: [Int] = publishedBatches
  ) throws(CollectionRankingError) {
    var plan = AblationPlan(base: base, batch: batch, batches: batches)
    for ablation in ablations { plan.add(ablation) }
    try self.init(plan)
  }

  private init(_ plan: AblationPlan) throws(CollectionRankingError) {
    let noise = VKDNWVariant.family(plan.axes(of: .noise), input: .noise)
    let images = VKDNWVariant.family(plan.axes(of: .images), input: .images)
    let variants = Dictionary(
      (noise + images).map { (VKDNWAxes($0), $0) }
    ) { first, _ in first }
    var settings: [Setting] = []
    for draft in plan.settings {
      var proxies: [any Proxy] = [
        Layers(), FLOPs(), Jacov(), Expressivity(), Trainability(), Progressivity(),
      ]
      if let axes = draft.axes, let variant = variants[axes] { proxies.append(variant) }
      settings.append(
        Setting(
          ablation: draft.ablation, label: draft.label, reference: draft.reference,
          ranking: try CollectionRanking(parsing: draft.expression, proxies: proxies)))
    }
    self.settings = settings
    var seen: Set<String> = []
    proxies = settings.flatMap(\.ranking.proxies).filter { seen.insert($0.key).inserted }
    scoring = plan.scoring
  }
}

/// A choice that rankings depend on, and that is varied while all else stays the same.
public enum Ablation: String, Hashable, Sendable, CaseIterable {
  /// Which of the five ranks the product of equation 15 takes.
  case components
  /// Images of the minibatch.
  case batch
  /// Noise or images, at several batches.
  case input
  /// How many tensors have a weight in the Fisher information.
  case dimension
  /// Where the single weight of a tensor lies.
  case position
  /// How many weights a tensor has in the Fisher information.
  case weightsPerLayer = "weights-per-layer"
  /// How far a score is the layer count again.
  case orthogonality
  /// Where batch normalisation takes its statistics from.
  case batchNorm = "batch-norm"
  /// How the covariance of the labels enters.
  case factor
  /// The share of the uniform distribution in the predicted one.
  case smoothing

  /// What is varied, in a few words.
  public var title: String {
    switch self {
    case .components: "components of the rank product"
    case .batch: "images of the minibatch"
    case .input: "noise or images"
    case .dimension: "tensors in the Fisher information"
    case .position: "position of the weight in its tensor"
    case .weightsPerLayer: "weights of each tensor"
    case .orthogonality: "Kendall tau-b against the number of layers"
    case .batchNorm: "statistics of batch normalisation"
    case .factor: "factor of the label covariance"
    case .smoothing: "smoothing of the predicted distribution"
    }
  }

  /// The tables of Tybl and Neumann, CVPR 2025, that show the same, `nil` where none does.
  public var publishedTable: String? {
    switch self {
    case .components: "Tables III and IX"
    case .batch, .input: "Table V"
    case .dimension: "Table VII"
    case .position, .weightsPerLayer: "Table VIII"
    case .orthogonality: "Table IV"
    case .batchNorm, .factor, .smoothing: nil
    }
  }
}
