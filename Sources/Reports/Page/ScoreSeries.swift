public import TrainingFreeNAS

/// The scores of one proxy under one setting and one seed, as a store holds them.
public struct ScoreSeries: Sendable {
  /// The file that holds them.
  public let store: String
  /// The name of the proxy.
  public let proxy: String
  /// The settings of the records, those of the search space included.
  public let settings: [String: SettingValue]
  /// The seed of weights and inputs.
  public let seed: UInt64
  /// The records by their architecture.
  public let records: [NASBench201Architecture: Evaluation]

  /// Creates a series.
  public init(
    store: String, proxy: String, settings: [String: SettingValue], seed: UInt64,
    records: [NASBench201Architecture: Evaluation]
  ) {
    self.store = store
    self.proxy = proxy
    self.settings = settings
    self.seed = seed
    self.records = records
  }

  /// The data set with these classes and this resolution, if there is one.
  var dataset: BenchmarkDataset? {
    BenchmarkDataset.allCases.first { dataset in
      settings["classes"] == .integer(dataset.classCount)
        && settings["resolution"] == .integer(dataset.resolution)
    }
  }

  /// The settings as one line, for an order that does not depend on that of the stores.
  fileprivate var text: String { SettingValue.canonical(settings) }

  /// What no other series of any store shares.
  fileprivate var identity: String { "\(proxy) \(seed) \(text)" }
}

/// Series that were computed with the same settings, as far as each depends on them.
public struct ScoreGroup: Sendable {
  /// The data set whose classes and resolution the networks have.
  public let dataset: BenchmarkDataset
  /// The seed of weights and inputs.
  public let seed: UInt64
  /// The settings of all series together.
  public private(set) var settings: [String: SettingValue]
  /// The series by the name of the proxy.
  public private(set) var series: [String: ScoreSeries] = [:]
  /// The proxies whose series stand in no group before this one.
  public private(set) var own: Set<String> = []

  /// Sorts series into groups.
  ///
  /// A series joins every group with its seed that agrees with all of its settings and has no other
  /// series of its proxy; one that joins none begins a group. Series with many settings go first, so
  /// that those with few do not decide. Series whose classes and resolution are those of no data set
  /// are left out.
  ///
  /// - Parameter series: the series of any number of stores.
  /// - Returns: the groups by data set, those with many proxies first.
  public static func groups(of series: [ScoreSeries]) -> [ScoreGroup] {
    var groups: [ScoreGroup] = []
    // Of one series in two stores, the one with more networks counts.
    let ordered = series.sorted { left, right in
      (right.settings.count, left.text, left.proxy, left.seed, right.records.count, left.store)
        < (
          left.settings.count, right.text, right.proxy, right.seed, left.records.count, right.store
        )
    }
    for one in ordered {
      guard let dataset = one.dataset, !one.records.isEmpty else { continue }
      let isKnown = groups.contains {
        $0.seed == one.seed && $0.series[one.proxy]?.settings == one.settings
      }
      if isKnown { continue }
      let hosts = groups.indices.filter { groups[$0].agrees(with: one) }
      for number in hosts { groups[number].add(one) }
      if hosts.isEmpty {
        var group = ScoreGroup(dataset: dataset, seed: one.seed, settings: [:])
        group.add(one)
        groups.append(group)
      }
    }
    let order = BenchmarkDataset.allCases
    groups = groups.enumerated().sorted { left, right in
      let (l, r) = (left.element, right.element)
      let (first, second) = (
        order.firstIndex(of: l.dataset) ?? 0, order.firstIndex(of: r.dataset) ?? 0
      )
      return (first, -l.series.count, left.offset) < (second, -r.series.count, right.offset)
    }.map(\.element)
    var claimed: Set<String> = []
    for number in groups.indices {
      groups[number].own = Set(
        groups[number].series.values.filter { claimed.insert($0.identity).inserted }
          .map(\.proxy))
    }
    return groups
  }

  private init(dataset: BenchmarkDataset, seed: UInt64, settings: [String: SettingValue]) {
    self.dataset = dataset
    self.seed = seed
    self.settings = settings
  }

  private func agrees(with one: ScoreSeries) -> Bool {
    one.seed == seed && one.dataset == dataset && series[one.proxy] == nil
      && one.settings.allSatisfy { settings[$0.key] == nil || settings[$0.key] == $0.value }
  }

  private mutating func add(_ one: ScoreSeries) {
    series[one.proxy] = one
    settings.merge(one.settings) { first, _ in first }
  }

  /// The files that hold the series, each once.
  var stores: [String] { Set(series.values.map(\.store)).sorted() }

  /// The skeleton of the networks.
  public var skeleton: NASBench201Skeleton {
    func number(_ name: String, _ otherwise: Int) -> Int {
      if case .integer(let value) = settings[name] { value } else { otherwise }
    }
    return NASBench201Skeleton(
      channels: number("width", 16), cells: number("cells", 5), classes: dataset.classCount,
      resolution: dataset.resolution)
  }
}
