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
