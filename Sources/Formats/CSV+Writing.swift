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
