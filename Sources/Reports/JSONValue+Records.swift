internal import Ranking
public import TrainingFreeNAS

extension JSONValue {
  /// Settings of a record as an object with sorted names.
  public init(settings: [String: SettingValue]) {
    self = .object(
      settings.sorted { $0.key < $1.key }.map { name, setting in
        switch setting {
        case .integer(let value): Member(name, .integer(value))
        case .number(let value): Member(name, .number(value))
        case .text(let value): Member(name, .text(value))
        }
      })
  }

  /// A metric with its interval; all three are `null` where the metric is undefined.
  init(_ estimate: Estimate?) {
    self = [
      "value": .optional(estimate?.value), "low": .optional(estimate?.low),
      "high": .optional(estimate?.high),
    ]
  }

  /// Counts by name, the names sorted.
  init(counts: [String: Int]) {
    self = .object(
      counts.sorted { $0.key < $1.key }.map { Member($0.key, .integer($0.value)) })
  }
}
