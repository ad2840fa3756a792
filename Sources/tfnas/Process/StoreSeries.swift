internal import Formats
internal import Foundation
internal import Reports
internal import ResultStore
internal import Scoring
internal import Spaces

/// What stores hold, in the form that the report takes.
enum StoreSeries {
  /// A setting as JSON has it.
  private struct Setting: Decodable {
    let value: SettingValue

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let text = try? container.decode(String.self) {
        value = .text(text)
      } else if let whole = try? container.decode(Int.self) {
        value = .integer(whole)
      } else {
        value = .number(try container.decode(Double.self))
      }
    }
  }

  /// The series of NAS-Bench-201 in a store whose proxies are known.
  ///
  /// - Throws: 65 or 66 where the store cannot be read or holds what cannot be understood.
  static func read(_ path: String) throws -> [ScoreSeries] {
    let store = try ResultStore(readingFrom: path)
    var result: [ScoreSeries] = []
    var unknown: Set<String> = []
    for (series, _) in try store.series() where series.space == NASBench201Space.name {
      guard AllProxies.named(series.proxy) != nil else {
        unknown.insert(series.proxy)
        continue
      }
      let settings: [String: Setting]
      do {
        settings = try JSONDecoder().decode(
          [String: Setting].self, from: Data(series.settings.utf8))
      } catch {
        throw CommandError(
          .badData, "\(path): the settings of '\(series.proxy)' are no flat JSON object")
      }
      var records: [NASBench201Architecture: Evaluation] = [:]
      for (text, record) in try store.evaluations(in: series) {
        records[try ArchitectureList.parse(text, at: "\(path): an architecture")] = record
      }
      result.append(
        ScoreSeries(
          store: path, proxy: series.proxy,
          settings: Dictionary(
            uniqueKeysWithValues: settings.map { name, setting in
              (name, exact(setting.value, of: name, in: series.settings))
            }),
          seed: series.seed, records: records))
    }
    try store.close()
    if !unknown.isEmpty {
      Diagnostics.say(
        "\(path): proxies that are not known here are left out: "
          + unknown.sorted().joined(separator: ", "))
    }
    return result
  }

  /// A number that the text writes with a fraction is none of the whole ones, even where the fraction
  /// is zero.
  private static func exact(
    _ value: SettingValue, of name: String, in text: String
  ) -> SettingValue {
    if case .integer(let whole) = value, text.contains("\"\(name)\":\(whole).0") {
      .number(Double(whole))
    } else {
      value
    }
  }
}
