public import Formats
public import Studies

/// The speed of one cell on this machine.
public struct BenchmarkReport: Report {
  private let speed: SpeedMeasurement
  private let cell: String
  private let settings: [String: SettingValue]
  private let threads: Int
  private let populations: [Int]

  /// Creates a report.
  ///
  /// - Parameters:
  ///   - speed: what was measured.
  ///   - cell: the canonical text of the cell.
  ///   - settings: the settings of the score.
  ///   - threads: the workers that shared the images.
  ///   - populations: numbers of networks whose time is told.
  public init(
    _ speed: SpeedMeasurement, cell: String, settings: [String: SettingValue], threads: Int,
    populations: [Int]
  ) {
    self.speed = speed
    self.cell = cell
    self.settings = settings
    self.threads = threads
    self.populations = populations
  }

  /// The measurements, and how long whole populations would take at this speed.
  public var table: String {
    var table = TextTable([("cell", .left), (cell, .left)])
    table.add(["threads", "\(threads)"])
    table.add(["seconds", significant(speed.seconds, 4)])
    table.add(["convolutions alone", significant(speed.convolutionBoundSeconds, 4)])
    table.add(["share of the bound", decimals(speed.boundShare, 3)])
    table.add(["networks/s", significant(speed.networksPerSecond, 4)])
    table.add(["GFLOP/s", decimals(speed.gflops, 1)])
    table.add(["peak memory", decimals(Double(speed.peakMemoryBytes) / 1e6, 0) + " MB"])
    let populations = populations.map { count in
      "\(grouped(count)) networks would take "
        + "\(BenchmarkReport.duration(Double(count) * speed.seconds)).\n"
    }
    return table.text + "\nAt the speed of this cell "
      + populations.joined(separator: "At the speed of this cell ")
  }

  private static func duration(_ seconds: Double) -> String {
    switch seconds {
    case ..<120: "\(significant(seconds, 3)) s"
    case ..<7200: "\(significant(seconds / 60, 3)) minutes"
    default: "\(significant(seconds / 3600, 3)) hours"
    }
  }

  /// The measurements, and what they were taken of.
  public var json: JSONValue {
    [
      "seconds": .number(speed.seconds),
      "convolutionBoundSeconds": .number(speed.convolutionBoundSeconds),
      "boundShare": .number(speed.boundShare),
      "networksPerSecond": .number(speed.networksPerSecond), "gflops": .number(speed.gflops),
      "peakMemoryBytes": .integer(speed.peakMemoryBytes), "cell": .text(cell),
      "threads": .integer(threads), "settings": JSONValue(settings: settings),
    ]
  }

  /// The one object.
  public var lines: [JSONValue] { [json] }

  /// The measurements.
  public var header: [String] {
    [
      "seconds", "convolution_bound_seconds", "bound_share", "networks_per_second", "gflops",
      "peak_memory_bytes",
    ]
  }

  /// One record.
  public var records: [[String]] {
    [
      [
        "\(speed.seconds)", "\(speed.convolutionBoundSeconds)", "\(speed.boundShare)",
        "\(speed.networksPerSecond)", "\(speed.gflops)", "\(speed.peakMemoryBytes)",
      ]
    ]
  }
}
