extension CSV {
  /// One record as a line of comma-separated values, without an end of line.
  ///
  /// A field is quoted where it holds a comma, a quote or a line break, where it begins with a
  /// byte-order mark, and where it is empty and alone, so that reading gives the fields back.
  ///
  /// - Parameter fields: the texts of the record; at least one.
  /// - Returns: the line; it spans several where a field holds line breaks.
  public static func line(_ fields: [String]) -> String {
    precondition(!fields.isEmpty, "a record of comma-separated values needs at least one field")
    return fields.map { quotedIfNeeded($0, isAlone: fields.count == 1) }.joined(separator: ",")
  }

  private static func quotedIfNeeded(_ field: String, isAlone: Bool) -> String {
    let needsQuotes =
      field.isEmpty
      ? isAlone
      : field.unicodeScalars.first == "\u{feff}"
        || field.utf8.contains { byte in
          switch byte {
          case UInt8(ascii: ","), UInt8(ascii: "\""), UInt8(ascii: "\n"), UInt8(ascii: "\r"): true
          default: false
          }
        }
    guard needsQuotes else { return field }
    // Scalars, because a line break after a carriage return is one character with it.
    var quoted = "\""
    for scalar in field.unicodeScalars {
      if scalar == "\"" { quoted.unicodeScalars.append(scalar) }
      quoted.unicodeScalars.append(scalar)
    }
    quoted.unicodeScalars.append("\"")
    return quoted
  }
}

extension CSV {
  /// A field that a spreadsheet shows as the text that it is.
  ///
  /// A spreadsheet takes a cell that begins with `=`, `+`, `-`, `@`, a tab or a line break for a formula, and
  /// computes it. An apostrophe in front keeps it from that. Numbers stay as they are.
  ///
  /// - Parameter field: the text of a cell.
  /// - Returns: the field, with an apostrophe where it needs one.
  public static func guarded(_ field: String) -> String {
    guard let first = field.unicodeScalars.first else { return field }
    switch first {
    // The wide forms of East Asian keyboards mean the same.
    case "=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠":
      return isNumber(field) ? field : "'" + field
    default:
      return field
    }
  }

  /// Whether a field is a finite number in digits.
  private static func isNumber(_ field: String) -> Bool {
    let isPlain = field.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"),
        UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"):
        true
      default: false
      }
    }
    return isPlain && Double(field) != nil
  }
}
