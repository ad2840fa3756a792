/// A JSON document, whose text depends on nothing but its value.
///
/// Members keep the order in which they were given. Numbers have the fewest digits that read back
/// as the same double.
public indirect enum JSONValue: Hashable, Sendable {
  /// A member of an object.
  public struct Member: Hashable, Sendable {
    /// The name.
    public let name: String
    /// The value.
    public let value: JSONValue

    /// Creates a member.
    public init(_ name: String, _ value: JSONValue) {
      self.name = name
      self.value = value
    }
  }

  /// `null`.
  case null
  /// `true` or `false`.
  case boolean(Bool)
  /// A whole number.
  case integer(Int)
  /// A whole number that may be beyond the largest signed one, such as a seed.
  case unsigned(UInt64)
  /// A finite number.
  case number(Double)
  /// A text.
  case text(String)
  /// Values in order.
  case array([JSONValue])
  /// Members in order, each name once.
  case object([Member])

  /// A number, or `null` where there is none.
  public static func optional(_ number: Double?) -> JSONValue {
    number.map(JSONValue.number) ?? .null
  }

  /// The document without white space, on one line.
  public var compact: String {
    var text = ""
    write(to: &text, indentation: nil)
    return text
  }

  /// The document with a line for each member, and lists of plain values on one line.
  public var pretty: String {
    var text = ""
    write(to: &text, indentation: 0)
    return text
  }

  private var isPlain: Bool {
    switch self {
    case .array, .object: false
    default: true
    }
  }

  private func write(to text: inout String, indentation: Int?) {
    switch self {
    case .null: text += "null"
    case .boolean(let value): text += value ? "true" : "false"
    case .integer(let value): text += "\(value)"
    case .unsigned(let value): text += "\(value)"
    case .number(let value):
      precondition(value.isFinite, "\(value) is no JSON number")
      text += "\(value)"
    case .text(let value): JSONValue.quote(value, into: &text)
    case .array(let values):
      if let indentation, !values.allSatisfy(\.isPlain) {
        JSONValue.block("[", "]", values, to: &text, indentation: indentation) { value, text in
          value.write(to: &text, indentation: indentation + 2)
        }
      } else {
        text += "["
        for (position, value) in values.enumerated() {
          if position > 0 { text += indentation == nil ? "," : ", " }
          value.write(to: &text, indentation: indentation)
        }
        text += "]"
      }
    case .object(let members):
      let colon = indentation == nil ? ":" : ": "
      JSONValue.block("{", "}", members, to: &text, indentation: indentation) { member, text in
        JSONValue.quote(member.name, into: &text)
        text += colon
        member.value.write(to: &text, indentation: indentation.map { $0 + 2 })
      }
    }
  }

  private static func block<Element>(
    _ open: String, _ close: String, _ elements: [Element], to text: inout String,
    indentation: Int?, write: (Element, inout String) -> Void
  ) {
    text += open
    for (position, element) in elements.enumerated() {
      if position > 0 { text += "," }
      if let indentation { text += "\n" + String(repeating: " ", count: indentation + 2) }
      write(element, &text)
    }
    if let indentation, !elements.isEmpty {
      text += "\n" + String(repeating: " ", count: indentation)
    }
    text += close
  }

  private static func quote(_ value: String, into text: inout String) {
    text += "\""
    for scalar in value.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\t": text += "\\t"
      case "\r": text += "\\r"
      case "\u{0}"..<" ":
        let digits = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: text.unicodeScalars.append(scalar)
      }
    }
    text += "\""
  }
}

extension JSONValue: ExpressibleByDictionaryLiteral {
  /// An object with the members of a literal, in its order.
  public init(dictionaryLiteral elements: (String, JSONValue)...) {
    self = .object(elements.map { Member($0.0, $0.1) })
  }
}

extension JSONValue: ExpressibleByStringLiteral {
  /// A text.
  public init(stringLiteral value: String) { self = .text(value) }
}

extension JSONValue: ExpressibleByArrayLiteral {
  /// The values of a literal, in its order.
  public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
}

extension JSONValue: ExpressibleByIntegerLiteral {
  /// The whole number of a literal.
  public init(integerLiteral value: Int) { self = .integer(value) }
}

extension JSONValue: ExpressibleByBooleanLiteral {
  /// `true` or `false`.
  public init(booleanLiteral value: Bool) { self = .boolean(value) }
}
