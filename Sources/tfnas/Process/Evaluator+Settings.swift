internal import Formats
internal import Scoring

extension Evaluator {
  /// The settings of all proxies together.
  var mergedSettings: [String: SettingValue] {
    var merged = space.settings
    for proxy in proxies {
      merged.merge(allSettings(of: proxy)) { $1 }
    }
    return merged
  }

  /// Says with `--verbose` what is computed, and how.
  func tellSettings() {
    Diagnostics.detail(
      "\(space.name): \(proxies.map(\.name).joined(separator: ", ")); seed \(seed), threads "
        + "\(threads), \(SettingValue.canonical(mergedSettings))")
  }
}
