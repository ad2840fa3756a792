internal import Formats
internal import Ranking

extension JSONValue {
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
