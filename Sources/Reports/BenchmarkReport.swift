public import Formats
public import Studies

/// The speed of one network on this machine.
public struct BenchmarkReport: Report {
  private let speed: SpeedMeasurement
  private let architecture: String
  private let settings: [String: SettingValue]
  private let threads: Int
  private let populations: [Int]

  /// Creates a report.
  ///
  /// - Parameters:
  ///   - speed: what was measured.
  ///   - architecture: the canonical text of the architecture.
  ///   - settings: the settings of the score.
  ///   - threads: the workers that shared the images.
  ///   - populations: numbers of networks whose time is told.
  public init(
    _ speed: SpeedMeasurement, architecture: String, settings: [String: SettingValue], threads: Int,
    populations: [Int]
  ) {
    self.speed = speed
    self.architecture = architecture
    self.settings = settings
    self.threads = threads
    self.populations = populations
  }

  /// The measurements, and how long whole populations would take at this speed.
  public func table(_ layout: TableLayout) -> String {
    var facts = FactList()
    facts.add("architecture", architecture)
    facts.add("threads", "\(threads)")
    facts.add("seconds", significant(speed.seconds, 4))
    facts.add("kernels alone", significant(speed.convolutionBoundSeconds, 4))
    facts.add("share of the bound", decimals(speed.boundShare, 3))
    facts.add("networks/s", significant(speed.networksPerSecond, 4))
    facts.add("GFLOP/s", decimals(speed.gflops, 1))
    facts.add("peak memory", decimals(Double(speed.peakMemoryBytes) / 1e6, 0) + " MB")
    let times = populations.map { count in
      layout.paragraph(
        "At the speed of this network \(grouped(count)) networks would take "
          + "\(BenchmarkReport.duration(Double(count) * speed.seconds)).")
    }
    return facts.text(layout) + "\n" + times.joined()
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
      "peakMemoryBytes": .integer(speed.peakMemoryBytes), "architecture": .text(architecture),
      "threads": .integer(threads), "settings": JSONValue(settings: settings),
    ]
  }

  /// The one object.
  public var lines: [JSONValue] { [json] }

  /// The measurements.
  public var header: [String] {
    [
      "seconds", "convolutionBoundSeconds", "boundShare", "networksPerSecond", "gflops",
      "peakMemoryBytes",
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
