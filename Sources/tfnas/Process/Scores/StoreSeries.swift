internal import Formats
internal import Reports
internal import ResultStore
internal import Scoring
internal import Search
internal import Spaces

/// What stores hold, in the form that the report takes.
struct StoreSeries {
  /// Scores of one proxy in another space.
  struct Other {
    let store: String
    let space: String
    let proxy: String
    let settings: [String: SettingValue]
    let seed: UInt64
    /// The scores by the texts of the architectures.
    let scores: [String: Score]
  }

  /// The series of NAS-Bench-201, which the publications speak of.
  private(set) var cells: [ScoreSeries] = []
  /// The series of all other spaces.
  private(set) var others: [Other] = []

  /// Reads the series of a store whose space and proxies are known.
  ///
  /// - Throws: 65 or 66 where the store cannot be read or holds what cannot be understood.
  mutating func read(_ path: String) throws {
    let store = try ResultStore(readingFrom: path)
    var unknown: Set<String> = []
    for series in Self.fullest(try store.series()) {
      guard AllSpaces.named(series.space) != nil, AllProxies.named(series.proxy) != nil else {
        // A latency is no score, and searches store it beside theirs.
        if series.proxy != "latency" { unknown.insert(series.proxy) }
        continue
      }
      guard let settings = RecordSettings.parsed(series.settings) else {
        throw CommandError(
          .badData, "\(path): the settings of '\(series.proxy)' are no flat JSON object")
      }
      let records = try store.evaluations(in: series)
      if series.space == NASBench201Space.name {
        cells.append(
          ScoreSeries(
            store: path, proxy: series.proxy, settings: settings, seed: series.seed,
            records: Dictionary(
              uniqueKeysWithValues: try records.map { text, record in
                let place = "\(path): an architecture"
                return (
                  try ArchitectureList.parse(text, at: place, in: NASBench201Space()), record
                )
              })))
      } else {
        others.append(
          Other(
            store: path, space: series.space, proxy: series.proxy, settings: settings,
            seed: series.seed, scores: records.mapValues(\.score)))
      }
    }
    try store.close()
    if !unknown.isEmpty {
      Diagnostics.say(
        "\(path): what is not known here is left out: "
          + unknown.sorted().joined(separator: ", "))
    }
  }

  /// Of series that differ in nothing but what computed them, the one with the most records.
  private static func fullest(
    _ all: [(series: EvaluationSeries, count: Int)]
  ) -> [EvaluationSeries] {
    var kept: [(series: EvaluationSeries, count: Int)] = []
    for entry in all {
      var plain = kept.last?.series
      plain?.kernels = entry.series.kernels
      // They stand in order, so that those that are alike are neighbours.
      if plain != entry.series {
        kept.append(entry)
      } else if let last = kept.last, last.count < entry.count {
        kept[kept.count - 1] = entry
      }
    }
    return kept.map(\.series)
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

  /// The runs of the other spaces: series of one space and seed whose settings agree.
  ///
  /// - Throws: 65 where an architecture cannot be read, and an error of the sizes.
  func runs() throws -> [any ReportedRun] {
    try AllSpaces.all.flatMap { space in try runs(in: space) }
  }

  private func runs(in space: some ListedSpace) throws -> [any ReportedRun] {
    let series = others.filter { $0.space == space.name }
    let seeds = Set(series.map(\.seed))
    let repeated = Set(
      series.filter { Self.repeats($0.seed, seeds) }.flatMap { $0.scores.keys })
    let ordered = series.filter { !Self.repeats($0.seed, seeds) }.sorted {
      (-$0.scores.count, -$0.settings.count, $0.proxy, $0.seed, SettingValue.canonical($0.settings))
        < (
          -$1.scores.count, -$1.settings.count, $1.proxy, $1.seed,
          SettingValue.canonical($1.settings)
        )
    }
    var groups: [[Other]] = []
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
      return try SpaceRun(
        Dictionary(group.map { ($0.proxy, $0.scores) }) { first, _ in first },
        of: space.configured(by: settings), settings: settings, seed: group[0].seed,
        stores: Set(group.map(\.store)).sorted(), repeated: repeated)
    }
  }
}
