public import Formats
internal import Networks
internal import Tensors

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
