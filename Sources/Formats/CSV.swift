/// A table read from comma-separated values, as RFC 4180 describes them.
///
/// The first record names the columns. Fields may stand in quotes, inside which commas, line breaks
/// and doubled quotes are data. Lines end with LF or CRLF, the last one may lack its end, and a
/// byte-order mark is passed over. Blank lines carry no record. White space is part of a field.
public struct CSV: Hashable, Sendable {
  /// The name of the file, for messages.
  public let file: String
  /// The names of the columns.
  public let header: [String]
  /// The fields of all records, one record after the other.
  private let fields: [String]
  /// Where each field starts.
  private let positions: [CSVPosition]

  /// Reads a table.
  ///
  /// Takes time proportional to the number of bytes.
  ///
  /// - Parameters:
  ///   - bytes: the content of a file, in UTF-8.
  ///   - file: the name of the file, for messages.
  /// - Throws: a ``CSVError`` if there is no header, a record has more or fewer fields than the
  ///   header, quotes are misplaced or not closed, or a field is not UTF-8.
  public init(_ bytes: [UInt8], file: String) throws(CSVError) {
    var scanner = CSVScanner(bytes, file: file)
    guard let header = try scanner.nextRecord() else {
      throw CSVError(file: file, position: scanner.position, token: nil, problem: .noHeader)
    }
    var fields: [String] = []
    var positions: [CSVPosition] = []
    while let record = try scanner.nextRecord() {
      guard record.count == header.count else {
        // The first field too many, or the last one before those that are missing.
        let culprit = record[min(header.count, record.count - 1)]
        throw CSVError(
          file: file, position: culprit.position, token: culprit.text,
          problem: .fieldCount(record.count, expected: header.count))
      }
      for field in record {
        fields.append(field.text)
        positions.append(field.position)
      }
    }
    self.file = file
    self.header = header.map(\.text)
    self.fields = fields
    self.positions = positions
  }

  /// The number of records below the header.
  public var count: Int { fields.count / header.count }

  /// The fields of one record, in the order of ``header``.
  public subscript(record: Int) -> ArraySlice<String> {
    precondition(
      record >= 0 && record < count, "record \(record) is not one of the \(count) of \(file)")
    return fields[record * header.count..<(record + 1) * header.count]
  }

  /// Where a record starts in the file.
  ///
  /// - Parameter record: the number of the record, from 0.
  /// - Returns: the place of its first field.
  public func position(of record: Int) -> CSVPosition {
    precondition(
      record >= 0 && record < count, "record \(record) is not one of the \(count) of \(file)")
    return positions[record * header.count]
  }

  /// The texts of one column.
  ///
  /// - Parameter name: the name of the column, exactly as the header spells it.
  /// - Returns: one text for each record.
  /// - Throws: a ``CSVError`` if there is no such column or more than one.
  public func texts(in name: String) throws(CSVError) -> [String] {
    let column = try column(named: name)
    return (0..<count).map { fields[$0 * header.count + column] }
  }

  /// The numbers of one column.
  ///
  /// Numbers are decimal, with an optional exponent, and spaces around them are no matter.
  ///
  /// - Parameter name: the name of the column, exactly as the header spells it.
  /// - Returns: one number for each record, `nil` for an empty cell.
  /// - Throws: a ``CSVError`` if there is no such column or more than one, or a cell is neither
  ///   empty nor a finite number, such as `nan`.
  public func numbers(in name: String) throws(CSVError) -> [Double?] {
    let column = try column(named: name)
    var numbers: [Double?] = []
    numbers.reserveCapacity(count)
    for index in stride(from: column, to: fields.count, by: header.count) {
      let text = fields[index]
      let trimmed = text.utf8.trimmingBlanks
      if trimmed.isEmpty {
        numbers.append(nil)
      } else if let number = trimmed.decimalNumber {
        numbers.append(number)
      } else {
        throw CSVError(
          file: file, position: positions[index], token: text, problem: .notANumber(column: name))
      }
    }
    return numbers
  }

  private func column(named name: String) throws(CSVError) -> Int {
    let matches = header.indices.filter { header[$0] == name }
    guard let column = matches.first else {
      throw CSVError(file: file, position: nil, token: name, problem: .noColumn(header))
    }
    guard matches.count == 1 else {
      throw CSVError(file: file, position: nil, token: name, problem: .ambiguousColumn)
    }
    return column
  }
}

extension Substring.UTF8View {
  /// The finite number that the text spells in decimal, if it does.
  fileprivate var decimalNumber: Double? {
    // The initialiser of Double also takes hexadecimal numbers, infinities and NaN.
    let isDecimal = allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"),
        UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"):
        true
      default: false
      }
    }
    guard isDecimal, let number = Double(Substring(self)), number.isFinite else { return nil }
    return number
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
