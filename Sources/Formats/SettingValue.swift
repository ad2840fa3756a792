/// One setting of a record.
public enum SettingValue: Hashable, Sendable, CustomStringConvertible {
  /// A whole number.
  case integer(Int)
  /// A number.
  case number(Double)
  /// A name.
  case text(String)

  /// The value as JSON; texts are names that need no escapes beyond quote and backslash.
  public var description: String {
    switch self {
    case .integer(let value): "\(value)"
    case .number(let value): "\(value)"
    case .text(let value): SettingValue.quoted(value)
    }
  }

  static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case let control where control.value < 0x20:
        let digits = String(control.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }

  /// Canonical JSON of some settings: sorted keys, no white space.
  ///
  /// Equal settings give equal text on every machine, so the text, or its hash, can be a key.
  public static func canonical(_ settings: [String: SettingValue]) -> String {
    "{"
      + settings.sorted { $0.key < $1.key }.map { "\(quoted($0.key)):\($0.value)" }
      .joined(separator: ",") + "}"
  }
}

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
}
