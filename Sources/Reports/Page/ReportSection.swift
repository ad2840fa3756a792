public import Figures
public import Ranking

/// One part of the report: what was published beside what was found, and how it was found.
///
/// Whatever belongs into the report is brought into this form; the page knows no other.
public struct ReportSection: Sendable {
  /// A metric of a row.
  public struct Value: Sendable {
    /// What the paper prints, `nil` where it prints nothing.
    public let published: Double?
    /// What was found, `nil` where nothing was computed or the metric is undefined.
    public let ours: Estimate?
    /// Whether both speak of the same thing.
    public let isComparable: Bool
    /// Whether the row has this metric at all.
    public let isApplicable: Bool

    /// A metric that a row does not have.
    public static let none = Value(
      published: nil, ours: nil, isComparable: false, isApplicable: false)

    /// Creates a metric.
    public init(
      published: Double?, ours: Estimate?, isComparable: Bool = true, isApplicable: Bool = true
    ) {
      self.isApplicable = isApplicable
      self.published = published
      self.ours = ours
      self.isComparable = isComparable
    }

    /// Where our interval lies as seen from the published value, `nil` where nothing is compared.
    public var verdict: String? {
      isComparable
        ? PublishedComparison.Standing(ours, published: published)?.rawValue : nil
    }
  }

  /// A line of a table.
  public struct Row: Sendable {
    /// What was ranked.
    public let name: String
    /// What the paper calls it, `nil` where it is not in the paper.
    public let published: String?
    /// The networks, `nil` where it was not run.
    public let networks: Int?
    /// The metrics, one for each of the table's.
    public let values: [Value]

    /// Creates a line.
    public init(name: String, published: String? = nil, networks: Int?, values: [Value]) {
      self.name = name
      self.published = published
      self.networks = networks
      self.values = values
    }
  }

  /// A table.
  public struct Table: Sendable {
    /// What it shows.
    public let title: String
    /// The title of the names.
    public let subject: String
    /// The titles of the metrics.
    public let metrics: [String]
    /// The lines, each with a value for each metric.
    public let rows: [Row]

    /// Creates a table.
    public init(title: String, subject: String, metrics: [String], rows: [Row]) {
      precondition(
        rows.allSatisfy { $0.values.count == metrics.count },
        "\(rows.map(\.values.count)) values for \(metrics.count) metrics")
      self.title = title
      self.subject = subject
      self.metrics = metrics
      self.rows = rows
    }
  }

  /// A table of anything.
  public struct Listing: Sendable {
    /// What it shows.
    public let title: String
    /// The titles of its columns.
    public let columns: [String]
    /// The lines, each with a cell for each column.
    public let rows: [[String]]

    /// Creates a table.
    public init(title: String, columns: [String], rows: [[String]]) {
      precondition(
        rows.allSatisfy { $0.count == columns.count },
        "\(rows.map(\.count)) cells for \(columns.count) columns")
      self.title = title
      self.columns = columns
      self.rows = rows
    }
  }

  /// A command and what it is for.
  public struct Command: Hashable, Sendable {
    /// What it computes.
    public let purpose: String
    /// The line for a shell.
    public let line: String

    /// Creates a command.
    public init(_ purpose: String, _ line: String) {
      self.purpose = purpose
      self.line = line
    }
  }

  /// Its anchor: lower-case letters, digits and hyphens.
  public let name: String
  /// What it is about.
  public let title: String
  /// Paragraphs before the tables.
  public var text: [String]
  /// The tables of metrics.
  public var tables: [Table]
  /// Other tables.
  public var listings: [Listing]
  /// The figures.
  public var figures: [Figure]
  /// What follows from it, in a line.
  public var conclusion: String?
  /// The settings behind the numbers.
  public var settings: [(name: String, value: String)]
  /// The commands that make the numbers.
  public var commands: [Command]

  /// Creates a part.
  public init(
    name: String, title: String, text: [String] = [], tables: [Table] = [],
    listings: [Listing] = [], figures: [Figure] = [], conclusion: String? = nil,
    settings: [(name: String, value: String)] = [], commands: [Command] = []
  ) {
    self.name = name
    self.title = title
    self.text = text
    self.tables = tables
    self.listings = listings
    self.figures = figures
    self.conclusion = conclusion
    self.settings = settings
    self.commands = commands
  }

  /// How often each verdict was found, in the order of the verdicts.
  var verdicts: [(verdict: String, count: Int)] {
    let found = tables.flatMap(\.rows).flatMap(\.values).compactMap(\.verdict)
    return PublishedComparison.Standing.allCases.map { standing in
      (standing.rawValue, found.count { $0 == standing.rawValue })
    }
  }
}
