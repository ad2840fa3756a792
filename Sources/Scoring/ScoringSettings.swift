public import Formats
internal import Networks
public import Tensors

/// What the scores of a run depend on besides architecture, search space and seed.
public struct ScoringSettings: Hashable, Sendable {
  /// The axes of VKDNW.
  public var fisher: FisherSettings
  /// Images of the minibatch.
  public var batch: Int
  /// Independent initialisations whose scores are averaged.
  public var initializations: Int
  /// The element type of activations.
  public var precision: Precision

  /// Creates settings from a recipe, with what deviates from it.
  public init(
    recipe: Recipe = .default, batch: Int? = nil, initializations: Int? = nil,
    precision: Precision = .float
  ) {
    fisher = recipe.fisher
    self.batch = batch ?? recipe.batch
    self.initializations = initializations ?? recipe.initializations
    self.precision = precision
  }
}

extension ScoringSettings {
  /// The settings of a record whose proxy reads a minibatch and has none of its own.
  public var minibatchSettings: [String: SettingValue] {
    [
      "batch": .integer(batch), "inits": .integer(initializations),
      "precision": .text(precision.rawValue),
    ]
  }
}

extension FisherSettings {
  /// The axes as settings of a record.
  ///
  /// The rounding of the smoothing constants, the quantiles and the pullbacks are there only where they are not
  /// those that records without them have: the factor's rounding, nine deciles, and all pullbacks.
  public var settings: [String: SettingValue] {
    let place: SettingValue
    switch position {
    case .fraction(let fraction): place = .number(fraction)
    case .random: place = .text("random")
    }
    var settings: [String: SettingValue] = [
      "factor": .text(factor.rawValue), "batchNorm": .text(normalization.rawValue),
      "smoothing": .number(smoothing), "weights": .text(tensors.rawValue),
      "dimension": .integer(dimension), "weightsPerTensor": .integer(weightsPerTensor),
      "position": place,
    ]
    if rounding != factor.impliedRounding {
      settings["smoothingRounding"] = .text(rounding.rawValue)
    }
    if quantiles != .deciles { settings["quantiles"] = .text(quantiles.rawValue) }
    if case .combinations(let count) = pullbacks { settings["pullbacks"] = .integer(count) }
    return settings
  }

  /// Whether the axes among the settings of a record are these.
  public func areAxes(of record: [String: SettingValue]) -> Bool {
    var classes: Int?
    if case .integer(let count) = record["classes"] { classes = count }
    let own = resolved(classes: classes).settings
    let names = Set(own.keys).union(["smoothingRounding", "quantiles", "pullbacks"])
    return names.allSatisfy { record[$0] == own[$0] }
  }
}

extension ScoringSettings {
  /// The settings that a record of `vkdnw` was made with, as far as it holds them; what it lacks is that of
  /// the default recipe.
  ///
  /// - Parameter record: the settings of the record.
  public init(record: [String: SettingValue]) {
    func text(_ name: String) -> String? {
      if case .text(let text) = record[name] { text } else { nil }
    }
    func integer(_ name: String) -> Int? {
      if case .integer(let number) = record[name] { number } else { nil }
    }
    func number(_ name: String) -> Double? {
      switch record[name] {
      case .number(let number): number
      case .integer(let number): Double(number)
      case .text, nil: nil
      }
    }
    self.init(
      batch: integer("batch"), initializations: integer("inits"),
      precision: text("precision").flatMap(Precision.init) ?? .float)
    fisher = FisherSettings(
      factor: text("factor").flatMap(FisherFactor.init) ?? fisher.factor,
      normalization: text("batchNorm").flatMap(NormalizationMode.init) ?? fisher.normalization,
      smoothing: number("smoothing").map { min(max($0, 0), 1) } ?? fisher.smoothing,
      smoothingRounding: text("smoothingRounding").flatMap(SmoothingRounding.init),
      tensors: text("weights").flatMap(WeightTensors.init) ?? fisher.tensors,
      dimension: max(integer("dimension") ?? fisher.dimension, 1),
      weightsPerTensor: max(integer("weightsPerTensor") ?? fisher.weightsPerTensor, 1),
      position: text("position") == "random"
        ? .random : number("position").map(WeightPosition.fraction) ?? fisher.position,
      quantiles: text("quantiles").flatMap(SpectrumQuantiles.init) ?? .deciles,
      pullbacks: integer("pullbacks").map { .combinations(max($0, 1)) } ?? .all)
  }
}

/// A named bundle of everything that a VKDNW score depends on besides network and seed.
///
/// `released` and `paper` are fixed for ever; `default` and `fast` may improve with a new version, which
/// every record names.
public enum Recipe: String, Hashable, Sendable, CaseIterable {
  /// The setting that ranks real accuracies best for its price.
  case `default`
  /// What the authors' released code computes.
  case released
  /// What the paper's text describes.
  case paper
  /// Few and small images, with which the recommended ranking is as good in an eighth of the time.
  case fast

  /// The axes of VKDNW.
  public var fisher: FisherSettings {
    switch self {
    case .default, .fast:
      FisherSettings(
        factor: .exact, normalization: .calibrated, smoothing: 0, tensors: .tensors,
        pullbacks: nil)
    case .released:
      FisherSettings(
        factor: .released, normalization: .fresh, smoothing: 0.05, tensors: .tensors)
    case .paper:
      FisherSettings(factor: .exact, normalization: .fresh, smoothing: 0, tensors: .layers)
    }
  }

  /// Images of the minibatch.
  public var batch: Int {
    switch self {
    case .default: 16
    case .released, .paper: 64
    case .fast: 4
    }
  }

  /// Rows and columns of an image.
  ///
  /// - Parameter usual: those that the space has.
  /// - Returns: the same, or with `fast` a quarter, but eight at least; large images stay a multiple of 32,
  ///   so that whatever halves or divides them still does.
  public func resolution(usual: Int) -> Int {
    guard self == .fast, usual > 8 else { return usual }
    let quarter = max((usual + 3) / 4, 8)
    return min(quarter < 32 ? quarter : (quarter + 31) / 32 * 32, usual)
  }

  /// Independent initialisations whose scores are averaged.
  public var initializations: Int { 1 }
}
