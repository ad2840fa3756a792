internal import Foundation
internal import TrainingFreeNAS

/// Text in aligned columns under a line of titles.
struct TextTable {
  /// On which side of its column a cell stands.
  enum Alignment {
    case left
    case right
  }

  private let alignments: [Alignment]
  private var rows: [[String]]

  /// Starts a table with the titles of its columns.
  init(_ columns: [(title: String, alignment: Alignment)]) {
    alignments = columns.map(\.alignment)
    rows = [columns.map(\.title)]
  }

  /// Adds a row with a cell for each column.
  mutating func add(_ cells: [String]) {
    precondition(
      cells.count == alignments.count, "\(cells.count) cells for \(alignments.count) columns")
    rows.append(cells.map { PrintableText.line($0) })
  }

  /// The lines, each with an end of line and without spaces before it.
  var text: String {
    let widths = alignments.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      let cells = row.indices.map { column in
        let padding = String(repeating: " ", count: widths[column] - row[column].count)
        return alignments[column] == .left ? row[column] + padding : padding + row[column]
      }
      let line = cells.joined(separator: "  ")
      let end = line.lastIndex { $0 != " " }.map { line.index(after: $0) } ?? line.startIndex
      return line[..<end] + "\n"
    }.joined()
  }
}

/// A number with some decimals, a dash where there is none.
func decimals(_ number: Double?, _ places: Int) -> String {
  number.map { String(format: "%.\(places)f", $0) } ?? "-"
}

/// A number with some significant digits.
func significant(_ number: Double, _ digits: Int = 6) -> String {
  String(format: "%.\(digits)g", number)
}

/// A whole number with a comma between thousands.
func grouped(_ number: Int) -> String {
  var digits = String(number.magnitude)
  var place = digits.count - 3
  while place > 0 {
    digits.insert(",", at: digits.index(digits.startIndex, offsetBy: place))
    place -= 3
  }
  return number < 0 ? "-" + digits : digits
}
