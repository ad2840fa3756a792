internal import Networks
internal import Scoring

/// What tells one variant of VKDNW from another.
struct VKDNWAxes: Hashable {
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
struct AblationPlan {
  struct Draft {
    let ablation: Ablation
    let label: String
    let reference: String?
    let expression: String
    let axes: VKDNWAxes?
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
    var seen: Set<VKDNWAxes> = []
    return settings.compactMap(\.axes).filter { $0.input == input && seen.insert($0).inserted }
      .map { ($0.fisher, $0.batch) }
  }

  private mutating func add(
    _ ablation: Ablation, _ label: String, against reference: String?, _ expression: String,
    _ axes: VKDNWAxes? = nil
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
    add(ablation, label, against: reference, AblationPlan.single, VKDNWAxes(fisher, batch))
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
          .input, "images, \(batch)", against: noise, AblationPlan.singleOfImages,
          VKDNWAxes(base.fisher, batch, .images))
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
        .orthogonality, "vkdnw", against: nil, "vkdnw", VKDNWAxes(base.fisher, batch ?? 64))
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
      "rank(\(AblationPlan.single))", "rank(jacov)", "rank(expressivity)", "rank(trainability)",
      "rank(flops)",
    ]
    // Members as bits, the first component highest, so that larger numbers stand first.
    let subsets = (1..<32).sorted {
      ($0.nonzeroBitCount, -$0) < ($1.nonzeroBitCount, -$1)
    }.map { bits in names.indices.filter { bits & (16 >> $0) != 0 } }
    let axes = VKDNWAxes(base.fisher, batch ?? 64)
    for subset in subsets {
      add(
        .components, subset.map { names[$0] }.joined(separator: ", "),
        against: names.joined(separator: ", "),
        subset.map { ranks[$0] }.joined(separator: "*"), subset.contains(0) ? axes : nil)
    }
  }
}
