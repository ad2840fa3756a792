public import Formats
public import Studies

/// The speed of proxies on one network on this machine.
public struct ProxySpeedReport: Report {
  private let speeds: ProxySpeeds
  private let architecture: String
  private let settings: [String: SettingValue]
  private let threads: Int

  /// Creates a report.
  ///
  /// - Parameters:
  ///   - speeds: what was measured.
  ///   - architecture: the canonical text of the architecture.
  ///   - settings: the settings of all proxies together.
  ///   - threads: the workers that shared the images.
  public init(
    _ speeds: ProxySpeeds, architecture: String, settings: [String: SettingValue], threads: Int
  ) {
    self.speeds = speeds
    self.architecture = architecture
    self.settings = settings
    self.threads = threads
  }

  /// A row for each proxy: its time, also in forward passes, and the forward passes that it needs.
  public func table(_ layout: TableLayout) -> String {
    var table = TextTable([
      ("proxy", .left), ("seconds", .right), ("forward passes", .right), ("needed", .right),
      ("ratio", .right),
    ])
    for row in speeds.rows {
      table.add([
        row.proxy, significant(row.seconds, 3), decimals(forwards(row), 2),
        decimals(row.passes, 2), row.passes > 0 ? decimals(ratio(row), 2) : "-",
      ])
    }
    let forward =
      "A forward pass of \(architecture) takes \(significant(speeds.forwardSeconds, 3)) s on "
      + "\(counted(threads, "thread")), vkdnw \(significant(speeds.vkdnwSeconds, 3)) s."
    let together =
      "All of these together take \(significant(speeds.togetherSeconds, 3)) s: "
      + "\(decimals(speeds.togetherSeconds / speeds.vkdnwSeconds, 2)) times vkdnw alone, and "
      + "\(decimals(speeds.togetherSeconds / sum, 2)) of the sum of their times."
    return table.text(layout) + "\n" + layout.paragraph(forward) + layout.paragraph(together)
  }

  private var sum: Double { speeds.rows.reduce(0) { $0 + $1.seconds } }
  private func forwards(_ row: ProxySpeeds.Row) -> Double { row.seconds / speeds.forwardSeconds }
  private func ratio(_ row: ProxySpeeds.Row) -> Double { forwards(row) / row.passes }

  /// The measurements, and what they were taken of.
  public var json: JSONValue {
    [
      "architecture": .text(architecture), "threads": .integer(threads),
      "settings": JSONValue(settings: settings),
      "forwardSeconds": .number(speeds.forwardSeconds),
      "vkdnwSeconds": .number(speeds.vkdnwSeconds),
      "togetherSeconds": .number(speeds.togetherSeconds), "proxies": .array(lines),
    ]
  }

  /// One object for each proxy.
  public var lines: [JSONValue] {
    speeds.rows.map { row in
      [
        "proxy": .text(row.proxy), "seconds": .number(row.seconds),
        "forwardPasses": .number(forwards(row)), "needed": .number(row.passes),
      ]
    }
  }

  /// The measurements.
  public var header: [String] { ["proxy", "seconds", "forwardPasses", "needed"] }

  /// One record for each proxy.
  public var records: [[String]] {
    speeds.rows.map { ["\($0.proxy)", "\($0.seconds)", "\(forwards($0))", "\($0.passes)"] }
  }
}
