/// A table read from comma-separated values, as RFC 4180 describes them, or from such with another
/// delimiter.
///
/// The first record names the columns. Fields may stand in quotes, inside which delimiters, line breaks
/// and doubled quotes are data. Lines end with LF or CRLF, the last one may lack its end, and a
/// byte-order mark is passed over. Blank lines carry no record. White space is part of a field.
public struct CSV: Hashable, Sendable {
  /// The name of the file, for messages.
  public let file: String
  /// What stands between the fields.
  public let delimiter: CSVDelimiter
  /// The names of the columns.
  public let header: [String]
  /// Where each name stands.
  let headerPositions: [CSVPosition]
  /// The fields of all records, one record after the other.
  let fields: [String]
  /// Where each field starts.
  let positions: [CSVPosition]

  /// Reads a table.
  ///
  /// Takes time proportional to the number of bytes.
  ///
  /// - Parameters:
  ///   - bytes: the content of a file, in UTF-8.
  ///   - file: the name of the file, for messages.
  ///   - delimiter: what stands between the fields.
  /// - Throws: a ``CSVError`` if there is no header, a record has more or fewer fields than the
  ///   header, quotes are misplaced or not closed, or a field is not UTF-8.
  public init(
    _ bytes: [UInt8], file: String, delimiter: CSVDelimiter = .comma
  ) throws(CSVError) {
    if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
      throw CSVError(file: file, position: nil, token: nil, problem: .utf16)
    }
    var scanner = CSVScanner(bytes, file: file, delimiter: delimiter)
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
    self.delimiter = delimiter
    self.header = header.map(\.text)
    headerPositions = header.map(\.position)
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

  /// The number of the only column of a name.
  func column(named name: String) throws(CSVError) -> Int {
    let matches = header.indices.filter { header[$0] == name }
    guard let column = matches.first else {
      throw CSVError(file: file, position: nil, token: name, problem: .noColumn(header))
    }
    guard matches.count == 1 else {
      throw CSVError(
        file: file, position: headerPositions[matches[1]], token: name,
        problem: .ambiguousColumn(first: headerPositions[column]))
    }
    return column
  }

  /// The fields of one line, as lists of names have them: with commas between them, and in quotes where
  /// a name has a comma in it.
  ///
  /// - Parameter line: the line; an empty one is one empty field.
  /// - Returns: the fields, without their quotes.
  /// - Throws: a ``CSVError`` where quotes are misplaced or not closed.
  package static func fields(of line: String) throws(CSVError) -> [String] {
    var scanner = CSVScanner(Array(line.utf8), file: "")
    return try scanner.nextRecord()?.map(\.text) ?? [""]
  }
}
