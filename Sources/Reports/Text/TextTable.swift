internal import Formats

/// Text in aligned columns under a line of titles, which fits into lines of a given width.
///
/// Where the room is scarce, long titles give way to short ones, then columns that may be shortened or
/// wrapped become narrower, then columns that say least are left out, which a line under the table tells;
/// and where nothing else helps, the columns are told in several tables with the same rows.
struct TextTable {
  /// On which side of its column a cell stands.
  enum Alignment {
    case left
    case right
  }

  /// What a column becomes where the room is scarce.
  enum Room: Hashable {
    /// It keeps its width.
    case whole
    /// Cells are shortened in their middle.
    case shortened(least: Int)
    /// Cells go on in the next line.
    case wrapped(least: Int)
  }

  /// A column.
  struct Column {
    let title: String
    let alignment: Alignment
    /// The title where the room is scarce.
    var shortTitle: String
    var room = Room.whole
    /// When it is left out: not at all, or those with larger numbers first.
    var omission = 0
    /// Cells where the room is scarce.
    var shortCell: (@Sendable (String) -> String)?

    /// Creates a column that keeps its width.
    init(_ title: String, _ alignment: Alignment, short: String? = nil) {
      self.title = title
      self.alignment = alignment
      shortTitle = short ?? title
    }

    /// The column with room to give.
    func with(_ room: Room) -> Column {
      var column = self
      column.room = room
      return column
    }

    /// The column with other cells where the room is scarce.
    func shortened(by shortCell: @escaping @Sendable (String) -> String) -> Column {
      var column = self
      column.shortCell = shortCell
      return column
    }

    /// The column as one that may be left out, those with larger numbers first.
    func omitted(_ omission: Int) -> Column {
      var column = self
      column.omission = omission
      return column
    }
  }

  private let columns: [Column]
  private var rows: [[String]] = []

  /// Starts a table.
  init(_ columns: [Column]) { self.columns = columns }

  /// Starts a table of columns that keep their width.
  init(_ columns: [(title: String, alignment: Alignment)]) {
    self.init(columns.map { Column($0.title, $0.alignment) })
  }

  /// Whether it has no rows.
  var isEmpty: Bool { rows.isEmpty }

  /// Adds a row with a cell for each column.
  mutating func add(_ cells: [String]) {
    precondition(
      cells.count == columns.count, "\(cells.count) cells for \(columns.count) columns")
    rows.append(cells.map { PrintableText.line($0) })
  }

  /// The lines, each with an end of line and without spaces before it.
  func text(_ layout: TableLayout) -> String {
    let all = Array(columns.indices)
    guard let limit = layout.width else { return block(plan(all, isShort: false), layout) }
    if let plan = plan(all, within: limit) { return block(plan, layout) }
    var shown = all
    var omitted: [String] = []
    while let least = shown.filter({ columns[$0].omission > 0 }).max(by: {
      columns[$0].omission < columns[$1].omission
    }) {
      shown.removeAll { $0 == least }
      omitted.append(columns[least].title)
      if let plan = plan(shown, within: limit) {
        return block(plan, layout) + Self.note(of: omitted, limit)
      }
    }
    return blocks(of: shown, within: limit).map { block($0, layout) }.joined(separator: "\n")
      + (omitted.isEmpty ? "" : Self.note(of: omitted, limit))
  }

  /// What is not shown, and how it can be seen.
  private static func note(of titles: [String], _ limit: Int) -> String {
    let text = "Not shown: \(titles.reversed().joined(separator: ", ")); see --wide and --columns."
    return FittedText.wrapped(text, to: limit).map { $0 + "\n" }.joined()
  }

  // MARK: Widths

  /// Which columns are shown, and how wide.
  private struct Plan {
    var columns: [Int]
    var widths: [Int]
    var isShort: Bool
  }

  private static let gap = 2

  private func title(_ column: Int, isShort: Bool) -> String {
    isShort ? columns[column].shortTitle : columns[column].title
  }

  private func cell(_ text: String, of column: Int, isShort: Bool) -> String {
    isShort ? columns[column].shortCell?(text) ?? text : text
  }

  /// Columns as wide as it takes.
  private func plan(_ shown: [Int], isShort: Bool) -> Plan {
    Plan(
      columns: shown,
      widths: shown.map { column in
        rows.reduce(title(column, isShort: isShort).count) {
          max($0, cell($1[column], of: column, isShort: isShort).count)
        }
      }, isShort: isShort)
  }

  /// Columns that fit, `nil` where they do not.
  private func plan(_ shown: [Int], within limit: Int) -> Plan? {
    fitted(plan(shown, isShort: false), within: limit, isElastic: false)
      ?? fitted(plan(shown, isShort: true), within: limit, isElastic: true)
  }

  private func fitted(_ plan: Plan, within limit: Int, isElastic: Bool) -> Plan? {
    var plan = plan
    var excess =
      plan.widths.reduce(0, +) + Self.gap * max(plan.columns.count - 1, 0) - limit
    while excess > 0 {
      let elastic = plan.columns.indices.filter { place in
        isElastic && plan.widths[place] > least(plan.columns[place])
      }
      // The widest gives first, so that several become alike.
      guard let widest = elastic.max(by: { plan.widths[$0] < plan.widths[$1] }) else { return nil }
      plan.widths[widest] -= 1
      excess -= 1
    }
    return plan
  }

  private func least(_ column: Int) -> Int {
    switch columns[column].room {
    case .whole: .max
    case .shortened(let least), .wrapped(let least):
      max(least, columns[column].shortTitle.count)
    }
  }

  /// The first column with as many others as fit, then the first with the next ones, and so on.
  private func blocks(of shown: [Int], within limit: Int) -> [Plan] {
    guard let key = shown.first else { return [] }
    var blocks: [Plan] = []
    var part = [key]
    for column in shown.dropFirst() {
      if part.count > 1, plan(part + [column], within: limit) == nil {
        blocks.append(plan(part, within: limit) ?? plan(part, isShort: true))
        part = [key]
      }
      part.append(column)
    }
    blocks.append(plan(part, within: limit) ?? plan(part, isShort: true))
    return blocks
  }

  // MARK: Lines

  private func block(_ plan: Plan, _ layout: TableLayout) -> String {
    let titles = line(plan.columns.map { title($0, isShort: plan.isShort) }, plan)
    let head = layout.isBold ? "\u{1B}[1m\(titles)\u{1B}[0m\n" : titles + "\n"
    return head + rows.map { row in lines(of: row, plan) }.joined()
  }

  /// The lines of a row, more than one where cells go on in the next.
  private func lines(of row: [String], _ plan: Plan) -> String {
    let cells = zip(plan.columns, plan.widths).map { column, width in
      let text = cell(row[column], of: column, isShort: plan.isShort)
      return switch columns[column].room {
      case .whole: [text]
      case .shortened: [FittedText.shortened(text, to: width)]
      case .wrapped: FittedText.wrapped(text, to: width)
      }
    }
    let height = cells.map(\.count).max() ?? 1
    return (0..<height).map { number in
      line(cells.map { number < $0.count ? $0[number] : "" }, plan) + "\n"
    }.joined()
  }

  private func line(_ cells: [String], _ plan: Plan) -> String {
    var line = ""
    for (place, cell) in cells.enumerated() {
      if place > 0 { line += String(repeating: " ", count: Self.gap) }
      let padding = String(repeating: " ", count: max(plan.widths[place] - cell.count, 0))
      line += columns[plan.columns[place]].alignment == .left ? cell + padding : padding + cell
    }
    let end = line.lastIndex { $0 != " " }.map { line.index(after: $0) } ?? line.startIndex
    return String(line[..<end])
  }
}

extension TextTable.Column {
  /// Architectures, which are shortened in their middle.
  static func architecture(_ title: String = "architecture") -> Self {
    Self(title, .left).with(.shortened(least: 16))
  }
}
