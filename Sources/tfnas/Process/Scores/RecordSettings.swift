internal import Formats
internal import Foundation

/// The settings of a record, read from their text.
enum RecordSettings {
  /// A setting as JSON has it.
  private struct Setting: Decodable {
    let value: SettingValue

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let text = try? container.decode(String.self) {
        value = .text(text)
      } else if let whole = try? container.decode(Int.self) {
        value = .integer(whole)
      } else {
        value = .number(try container.decode(Double.self))
      }
    }
  }

  /// The settings of a text.
  ///
  /// - Returns: the settings; `nil` where the text is no flat object of JSON.
  static func parsed(_ text: String) -> [String: SettingValue]? {
    guard let settings = try? JSONDecoder().decode([String: Setting].self, from: Data(text.utf8))
    else { return nil }
    return Dictionary(
      uniqueKeysWithValues: settings.map { ($0, exact($1.value, of: $0, in: text)) })
  }

  /// A number that the text writes with a fraction is none of the whole ones, even where the fraction
  /// is zero.
  private static func exact(
    _ value: SettingValue, of name: String, in text: String
  ) -> SettingValue {
    if case .integer(let whole) = value, text.contains("\"\(name)\":\(whole).0") {
      .number(Double(whole))
    } else {
      value
    }
  }
}
