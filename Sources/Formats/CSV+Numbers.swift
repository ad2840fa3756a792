extension CSV {
  /// The numbers of one column.
  ///
  /// Numbers are decimal, with an optional exponent, or infinities, and spaces around them are no
  /// matter. Where the delimiter is no comma, a comma may be the decimal mark; in a table with tabs only
  /// where the column shows that it separates no thousands. A number is missing where its cell is
  /// empty or says so: `nan`, `NA`, `N/A`, `None` or `null`, in capital letters or small ones.
  ///
  /// - Parameter name: the name of the column, exactly as the header spells it.
  /// - Returns: one number for each record, `nil` where it is missing; none is NaN.
  /// - Throws: a ``CSVError`` if there is no such column or more than one, or a cell is something else.
  public func numbers(in name: String) throws(CSVError) -> [Double?] {
    let column = try column(named: name)
    let cells = stride(from: column, to: fields.count, by: header.count)
    let readsCommas = mayReadCommas(in: cells)
    var numbers: [Double?] = []
    numbers.reserveCapacity(count)
    for index in cells {
      let trimmed = fields[index].utf8.trimmingBlanks
      if trimmed.isMissing {
        numbers.append(nil)
      } else if let number = trimmed.number(readingCommas: readsCommas) {
        numbers.append(number)
      } else {
        throw CSVError(
          file: file, position: positions[index], token: fields[index],
          problem: .notANumber(column: name))
      }
    }
    return numbers
  }

  /// The place and the text of a cell.
  ///
  /// - Parameters:
  ///   - record: the number of the record, from 0.
  ///   - name: the name of the column.
  /// - Returns: both, `nil` where the column does not exist.
  public func cell(_ record: Int, in name: String) -> (position: CSVPosition, text: String)? {
    guard let column = header.firstIndex(of: name) else { return nil }
    let index = record * header.count + column
    return (positions[index], fields[index])
  }

  /// Whether a comma in these cells is the decimal mark.
  private func mayReadCommas(in cells: StrideTo<Int>) -> Bool {
    if delimiter == .comma { return false }
    // Semicolons stand between fields just because commas stand in numbers.
    if delimiter == .semicolon { return true }
    return cells.contains { index in
      let cell = fields[index].utf8.trimmingBlanks
      guard let comma = cell.firstIndex(of: UInt8(ascii: ",")) else { return false }
      // `1,234` may be either; `0,12`, `1,5`, `1,5e3` and `0,123` may not.
      let decimals = cell[cell.index(after: comma)...]
      let whole = cell[..<comma].drop { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "+") }
      return decimals.count != 3 || whole.first == UInt8(ascii: "0")
        || decimals.contains { $0 < UInt8(ascii: "0") || $0 > UInt8(ascii: "9") }
    }
  }
}

extension Substring.UTF8View {
  /// Whether the text says that there is no number.
  fileprivate var isMissing: Bool {
    if isEmpty { return true }
    guard count <= 5 else { return false }
    let sign = first == UInt8(ascii: "-") || first == UInt8(ascii: "+") ? 1 : 0
    switch Substring(self.dropFirst(sign)).lowercased() {
    case "nan": return true
    case "na", "n/a", "#n/a", "<na>", "none", "null": return sign == 0
    default: return false
    }
  }

  /// The number that the text spells in decimal, or the infinity that it names, if it does.
  fileprivate func number(readingCommas: Bool) -> Double? {
    // The initialiser of Double also takes hexadecimal numbers and NaN.
    let isDecimal = allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"),
        UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"):
        true
      default: byte == UInt8(ascii: ",") && readingCommas
      }
    }
    if isDecimal {
      let text = Substring(self)
      if let number = Double(text) { return number }
      let commas = utf8Count(of: ",")
      guard commas == 1, !contains(UInt8(ascii: ".")) else { return nil }
      return Double(text.replacing(",", with: "."))
    }
    guard count <= 9 else { return nil }
    switch Substring(self).lowercased() {
    case "inf", "+inf", "infinity", "+infinity": return .infinity
    case "-inf", "-infinity": return -.infinity
    default: return nil
    }
  }

  private func utf8Count(of scalar: Unicode.Scalar) -> Int {
    reduce(0) { $0 + ($1 == UInt8(ascii: scalar) ? 1 : 0) }
  }
}

extension String.UTF8View {
  /// The text without spaces and tabs at its ends.
  fileprivate var trimmingBlanks: Substring.UTF8View {
    func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
    guard let start = firstIndex(where: { !isBlank($0) }),
      let last = lastIndex(where: { !isBlank($0) })
    else { return self[endIndex...] }
    return self[start...last]
  }
}
