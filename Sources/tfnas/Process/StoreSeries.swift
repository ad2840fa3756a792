internal import Formats
internal import Foundation
internal import Reports
internal import ResultStore
internal import Scoring
internal import Search
internal import Spaces

/// What stores hold, in the form that the report takes.
struct StoreSeries {
  /// Scores of one proxy in a space without a benchmark.
  struct Chains {
    let store: String
    let proxy: String
    let settings: [String: SettingValue]
    let seed: UInt64
    let scores: [MobileNetV2Architecture: Score]
  }

  /// The series of NAS-Bench-201.
  private(set) var cells: [ScoreSeries] = []
  /// The series of the MobileNetV2 space.
  private(set) var chains: [Chains] = []

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

  /// Reads the series of a store whose space and proxies are known.
  ///
  /// - Throws: 65 or 66 where the store cannot be read or holds what cannot be understood.
  mutating func read(_ path: String) throws {
    let store = try ResultStore(readingFrom: path)
    var unknown: Set<String> = []
    for (series, _) in try store.series() {
      guard SpaceName(rawValue: series.space) != nil, AllProxies.named(series.proxy) != nil else {
        // A latency is no score, and searches store it beside theirs.
        if series.proxy != "latency" { unknown.insert(series.proxy) }
        continue
      }
      let settings = try Self.settings(of: series, in: path)
      let records = try store.evaluations(in: series)
      if series.space == NASBench201Space.name {
        cells.append(
          ScoreSeries(
            store: path, proxy: series.proxy, settings: settings, seed: series.seed,
            records: try Self.keyed(records) {
              try ArchitectureList.parse($0, at: "\(path): an architecture")
            }))
      } else {
        chains.append(
          Chains(
            store: path, proxy: series.proxy, settings: settings, seed: series.seed,
            scores: try Self.keyed(records) {
              try ArchitectureList.parseBlocks($0, at: "\(path): an architecture")
            }.mapValues(\.score)))
      }
    }
    try store.close()
    if !unknown.isEmpty {
      Diagnostics.say(
        "\(path): what is not known here is left out: "
          + unknown.sorted().joined(separator: ", "))
    }
  }

  private static func keyed<Architecture: Hashable>(
    _ records: [String: Evaluation], _ parse: (String) throws -> Architecture
  ) throws -> [Architecture: Evaluation] {
    var keyed: [Architecture: Evaluation] = [:]
    for (text, record) in records { keyed[try parse(text)] = record }
    return keyed
  }

  private static func settings(
    of series: EvaluationSeries, in path: String
  ) throws -> [String: SettingValue] {
    let settings: [String: Setting]
    do {
      settings = try JSONDecoder().decode([String: Setting].self, from: Data(series.settings.utf8))
    } catch {
      throw CommandError(
        .badData, "\(path): the settings of '\(series.proxy)' are no flat JSON object")
    }
    return Dictionary(
      uniqueKeysWithValues: settings.map { name, setting in
        (name, exact(setting.value, of: name, in: series.settings))
      })
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

  // MARK: Races

  /// Takes the series out that repeat others with fresh numbers, as the race of a search does.
  ///
  /// - Returns: the networks of NAS-Bench-201 that were scored again.
  mutating func takeRepetitions() -> Set<NASBench201Architecture> {
    let seeds = Set(cells.map(\.seed))
    let repeated = cells.filter { Self.repeats($0.seed, seeds) }
    cells.removeAll { Self.repeats($0.seed, seeds) }
    return Set(repeated.flatMap(\.records.keys))
  }

  /// Whether a seed is that of a repetition: the one of a search with a number in its upper half.
  private static func repeats(_ seed: UInt64, _ seeds: Set<UInt64>) -> Bool {
    seed >> 32 > 0 && seeds.contains(seed & 0xFFFF_FFFF)
  }

  /// The runs of the MobileNetV2 space: series with one seed whose settings agree.
  ///
  /// - Throws: an error of the sizes.
  func chainRuns() throws -> [ScoredRun<MobileNetV2Architecture>] {
    let seeds = Set(chains.map(\.seed))
    let repeated = Set(
      chains.filter { Self.repeats($0.seed, seeds) }.flatMap { $0.scores.keys })
    let ordered = chains.filter { !Self.repeats($0.seed, seeds) }.sorted {
      (-$0.scores.count, -$0.settings.count, $0.proxy, $0.seed, SettingValue.canonical($0.settings))
        < (
          -$1.scores.count, -$1.settings.count, $1.proxy, $1.seed,
          SettingValue.canonical($1.settings)
        )
    }
    var groups: [[Chains]] = []
    for series in ordered {
      let host = groups.firstIndex { group in
        group.allSatisfy { member in
          member.seed == series.seed && member.proxy != series.proxy
            && series.settings.allSatisfy {
              member.settings[$0.key] == nil || member.settings[$0.key] == $0.value
            }
        }
      }
      if let host { groups[host].append(series) } else { groups.append([series]) }
    }
    return try groups.compactMap { group in
      let settings = group.reduce(into: [String: SettingValue]()) {
        $0.merge($1.settings) { first, _ in first }
      }
      let space = MobileNetV2Space(record: settings)
      return try ScoredRun(
        Dictionary(group.map { ($0.proxy, $0.scores) }) { first, _ in first },
        space: MobileNetV2Space.name, settings: settings, seed: group[0].seed,
        stores: Set(group.map(\.store)).sorted(),
        repeated: repeated.intersection(group[0].scores.keys).count,
        products: SearchPreset.allCases.map { SearchDefaults.mobileNetV2($0).components },
        costs: { try space.costs(of: $0) })
    }
  }
}

extension MobileNetV2Space {
  /// The space of the networks of a record.
  init(record: [String: SettingValue]) {
    self.init()
    if case .integer(let classes) = record["classes"] { self.classes = classes }
    if case .integer(let resolution) = record["resolution"] { self.resolution = resolution }
    squeezeExcitation = record["squeezeExcitation"] == .text("on")
  }
}
