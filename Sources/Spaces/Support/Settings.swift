internal import Formats

extension [String: SettingValue] {
  /// A setting that is a whole number.
  func integer(_ name: String) -> Int? {
    if case .integer(let value) = self[name] { value } else { nil }
  }
}
