/// One of the values that a parameter of a block can have.
public enum ChoiceValue: Hashable, Sendable, CustomStringConvertible {
  /// A number.
  case number(Double)
  /// A word, such as the name of an activation or of a block.
  case word(String)
  /// `true` or `false`.
  case flag(Bool)

  /// A whole number.
  static func whole(_ number: Int) -> ChoiceValue { .number(Double(number)) }

  /// The value of a text.
  init(_ text: String) {
    if let flag = Bool(text) {
      self = .flag(flag)
    } else if let number = Self.number(text) {
      self = .number(number)
    } else {
      self = .word(text)
    }
  }

  /// A decimal number; hexadecimal digits, infinities and the like are words.
  private static func number(_ text: String) -> Double? {
    let allowed = text.utf8.allSatisfy { (48...57).contains($0) || "+-.eE".utf8.contains($0) }
    guard allowed, text.utf8.contains(where: { (48...57).contains($0) }), let number = Double(text),
      number.isFinite
    else { return nil }
    return number == 0 ? 0 : number
  }

  /// The shortest text that is read as the same value.
  public var description: String {
    switch self {
    case .number(let number):
      number == number.rounded() && abs(number) < 1e15 ? "\(Int(number))" : "\(number)"
    case .word(let word): word
    case .flag(let flag): flag ? "true" : "false"
    }
  }
}
