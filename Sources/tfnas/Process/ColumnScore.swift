internal import Formats
internal import Ranking
internal import Scoring

/// A column of a table, or an expression over its columns.
struct ColumnScore {
  /// The column without the quotes that it was given in, or the expression as it was given.
  let name: String
  private let expression: RankExpression
  private let columns: [String: [Double?]]

  /// Reads the columns that a text needs: the one of that name, or those of the expression it is.
  ///
  /// - Throws: 65 where there is no such column or it holds no numbers, 64 where the text is no
  ///   expression; both with the place.
  init(_ text: String, in table: CSV) throws {
    expression = try Self.expression(text, in: table)
    name = expression.soleName ?? text
    columns = Dictionary(
      uniqueKeysWithValues: try expression.names.map { ($0, try table.numbers(in: $0)) })
  }

  /// Reads a column.
  ///
  /// - Throws: ``CSVError`` where the table has it twice or it holds something else than numbers.
  init(column name: String, in table: CSV) throws(CSVError) {
    self.name = name
    expression = RankExpression(column: name)
    columns = [name: try table.numbers(in: name)]
  }

  /// The name of a column without the quotes that it may be given in.
  static func column(_ text: String, in table: CSV) -> String {
    if table.header.contains(text) { return text }
    return (try? RankExpression(parsing: text))?.soleName ?? text
  }

  private static func expression(_ text: String, in table: CSV) throws -> RankExpression {
    if table.header.contains(text) { return RankExpression(column: text) }
    let expression: RankExpression
    do { expression = try RankExpression(parsing: text, where: table.header.contains) } catch {
      if case .unknownName(let name, difference: nil) = error.problem,
        (try? RankExpression(parsing: text))?.soleName == name
      {
        return RankExpression(column: name)
      }
      let status: ExitStatus = if case .unknownName = error.problem { .badData } else { .usage }
      throw CommandError(
        status, "\(table.file): '\(text)' is no column and no expression over columns: \(error)")
    }
    guard !expression.names.isEmpty else {
      throw CommandError(.usage, "\(CollectionRankingError.constant(text))")
    }
    return expression
  }

  /// Whether a record has all values.
  func isComplete(_ record: Int) -> Bool { columns.values.allSatisfy { $0[record] != nil } }

  /// The names of the columns with an infinite value, each with the numbers of their records.
  var infinite: [(column: String, records: [Int])] {
    columns.sorted { $0.key < $1.key }.compactMap { name, values in
      let records = values.indices.filter { values[$0]?.isInfinite == true }
      return records.isEmpty ? nil : (name, records)
    }
  }

  /// The scores of some records, ranked among themselves.
  ///
  /// - Parameters:
  ///   - records: the numbers of records; in ranks, one without a value ties with the worst.
  ///   - sign: what each column is multiplied with, -1 where lower values are better.
  /// - Returns: one score for each of the records, `nil` where the expression has no value.
  func values(of records: [Int], times sign: Double) -> [Double?] {
    expression.values(
      of: columns.mapValues { column in
        ScoreColumn(records.map { column[$0].map { sign * $0 } })
      }, count: records.count)
  }
}
