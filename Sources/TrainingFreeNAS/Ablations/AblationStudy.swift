internal import Networks

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

    /// The value of each network.
    ///
    /// - Parameters:
    ///   - scores: the scores by the key of the proxy, one for each network.
    ///   - count: the number of networks.
    /// - Returns: one number for each network, higher is better, `nil` where there is none.
    public func values(of scores: [String: [Score]], count: Int) -> [Double?] {
      ranking.values(of: columns(of: scores), count: count)
    }

    /// The scores of the ranking's proxies by their names.
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
    var plan = Plan(base: base, batch: batch, batches: batches)
    for ablation in ablations { plan.add(ablation) }
    try self.init(plan)
  }

  private init(_ plan: Plan) throws(CollectionRankingError) {
    let noise = VKDNWVariant.family(plan.axes(of: .noise), input: .noise)
    let images = VKDNWVariant.family(plan.axes(of: .images), input: .images)
    let variants = Dictionary(
      (noise + images).map { (Axes($0), $0) }
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

/// What tells one variant of VKDNW from another.
private struct Axes: Hashable {
  var fisher: FisherSettings
  var batch: Int
  var input: VKDNWVariant.Input = .noise

  init(_ fisher: FisherSettings, _ batch: Int, _ input: VKDNWVariant.Input = .noise) {
    self.fisher = fisher
    self.batch = batch
    self.input = input
  }

  init(_ variant: VKDNWVariant) {
    self.init(variant.fisher, variant.batch, variant.input)
  }
}

/// The settings of a study before the variants know each other.
private struct Plan {
  struct Draft {
    let ablation: Ablation
    let label: String
    let reference: String?
    let expression: String
    let axes: Axes?
  }

  let base: ScoringSettings
  let batch: Int?
  let batches: [Int]
  private(set) var settings: [Draft] = []

  init(base: ScoringSettings, batch: Int?, batches: [Int]) {
    self.base = base
    self.batch = batch
    self.batches = batches
  }

  private static let single = "dense(layers, vkdnw)"
  private static let singleOfImages = "dense(layers, vkdnw-images)"

  /// The settings of the run: its batch is that of proxies other than VKDNW.
  var scoring: ScoringSettings {
    var settings = base
    settings.batch = batch ?? 64
    return settings
  }

  func axes(of input: VKDNWVariant.Input) -> [(fisher: FisherSettings, batch: Int)] {
    var seen: Set<Axes> = []
    return settings.compactMap(\.axes).filter { $0.input == input && seen.insert($0).inserted }
      .map { ($0.fisher, $0.batch) }
  }

  private mutating func add(
    _ ablation: Ablation, _ label: String, against reference: String?, _ expression: String,
    _ axes: Axes? = nil
  ) {
    settings.append(
      Draft(
        ablation: ablation, label: label, reference: label == reference ? nil : reference,
        expression: expression, axes: axes))
  }

  /// Adds the single ranking under deviating axes.
  private mutating func vary(
    _ ablation: Ablation, _ label: String, against reference: String, batch: Int,
    _ change: (inout FisherSettings) -> Void
  ) {
    var fisher = base.fisher
    change(&fisher)
    add(ablation, label, against: reference, Plan.single, Axes(fisher, batch))
  }

  mutating func add(_ ablation: Ablation) {
    switch ablation {
    case .components: addComponents()
    case .batch:
      for batch in batches {
        vary(.batch, "\(batch)", against: "\(batches.max() ?? 0)", batch: batch) { _ in }
      }
    case .input:
      for batch in batches {
        let noise = "noise, \(batch)"
        vary(.input, noise, against: noise, batch: batch) { _ in }
        add(
          .input, "images, \(batch)", against: noise, Plan.singleOfImages,
          Axes(base.fisher, batch, .images))
      }
    case .dimension:
      for dimension in [8, 16, 32, 64, 128, 256] {
        vary(.dimension, "\(dimension)", against: "128", batch: batch ?? 32) {
          $0.dimension = dimension
        }
      }
    case .position:
      for fraction in [0, 0.2, 0.4, 0.6, 0.8, 1] {
        let label = fraction == fraction.rounded() ? "\(Int(fraction))" : "\(fraction)"
        vary(.position, label, against: "0", batch: batch ?? 64) {
          $0.position = .fraction(fraction)
        }
      }
      vary(.position, "random", against: "0", batch: batch ?? 64) { $0.position = .random }
    case .weightsPerLayer:
      for count in [1, 2, 4, 8] {
        vary(.weightsPerLayer, "\(count)", against: "1", batch: batch ?? 32) {
          // As in the paper, so that eight weights of each still fit.
          $0.dimension = 32
          $0.weightsPerTensor = count
        }
      }
    case .orthogonality:
      add(
        .orthogonality, "vkdnw", against: nil, "vkdnw", Axes(base.fisher, batch ?? 64))
      for name in ["trainability", "expressivity", "progressivity"] {
        add(.orthogonality, name, against: nil, name)
      }
    case .batchNorm:
      for mode in [NormalizationMode.fresh, .calibrated, .identity] {
        vary(.batchNorm, mode.rawValue, against: "fresh", batch: batch ?? 32) {
          $0.normalization = mode
        }
      }
    case .factor:
      for factor in FisherFactor.allCases {
        vary(.factor, factor.rawValue, against: "exact", batch: batch ?? 64) {
          $0.factor = factor
        }
      }
    case .smoothing:
      for share in [0, 0.01, 0.05, 0.2, 0.5] {
        vary(.smoothing, share == 0 ? "0" : "\(share)", against: "0", batch: batch ?? 64) {
          // The released factor takes roots of negative numbers where a class is improbable.
          $0.factor = .exact
          $0.smoothing = share
        }
      }
    }
  }

  /// All products of the five ranks, in the order of the paper: fewer first.
  private mutating func addComponents() {
    let names = ["V", "J", "E", "T", "F"]
    let ranks = [
      "rank(\(Plan.single))", "rank(jacov)", "rank(expressivity)", "rank(trainability)",
      "rank(flops)",
    ]
    // Members as bits, the first component highest, so that larger numbers stand first.
    let subsets = (1..<32).sorted {
      ($0.nonzeroBitCount, -$0) < ($1.nonzeroBitCount, -$1)
    }.map { bits in names.indices.filter { bits & (16 >> $0) != 0 } }
    let axes = Axes(base.fisher, batch ?? 64)
    for subset in subsets {
      add(
        .components, subset.map { names[$0] }.joined(separator: ", "),
        against: names.joined(separator: ", "),
        subset.map { ranks[$0] }.joined(separator: "*"), subset.contains(0) ? axes : nil)
    }
  }
}
