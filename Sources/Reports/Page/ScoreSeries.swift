public import Formats
public import Scoring
public import Spaces

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

  /// Whether it is `vkdnw` as released but for the images of the minibatch.
  public func isReleased(batch: Int) -> Bool {
    proxy == VKDNW().name && settings["batch"] == .integer(batch)
      && Recipe.released.fisher.areAxes(of: settings)
  }

  /// The data set with these classes and this resolution, if there is one.
  public var dataset: BenchmarkDataset? {
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

extension [ScoreSeries] {
  /// The series that an evaluator's records of a proxy belong to; of several files the one that holds
  /// most.
  func fullest(
    of proxy: any Proxy, by evaluator: Evaluator<NASBench201Space>
  ) -> ScoreSeries? {
    let settings = evaluator.allSettings(of: proxy)
    return filter {
      $0.proxy == proxy.name && $0.seed == evaluator.seed && $0.settings == settings
    }.max { $0.records.count < $1.records.count }
  }
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
  /// - Returns: the groups by data set; those of an ablation of `vkdnw` last, and else those with many
  ///   proxies first.
  public static func groups(of series: [ScoreSeries]) -> [ScoreGroup] {
    // Settings that many series share go first; of one series in two stores, the one with more networks.
    let shared = series.reduce(into: [String: Int]()) { $0[$1.text, default: 0] += 1 }
    func weight(_ one: ScoreSeries) -> (Int, Int) { (one.settings.count, shared[one.text] ?? 0) }
    let ordered = series.sorted { left, right in
      let (l, r) = (weight(left), weight(right))
      if l != r { return l > r }
      return (left.text, left.proxy, left.seed, -left.records.count, left.store)
        < (right.text, right.proxy, right.seed, -right.records.count, right.store)
    }
    var groups: [ScoreGroup] = []
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
    groups = groups.enumerated().sorted {
      $0.element.precedence.lexicographicallyPrecedes($1.element.precedence)
        || ($0.element.precedence == $1.element.precedence && $0.offset < $1.offset)
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

  /// The recipe that `vkdnw` was computed with, `nil` where its axes are those of none.
  var recipe: Recipe? {
    guard let known = series["vkdnw"]?.settings else { return nil }
    return Recipe.allCases.first { $0.fisher.areAxes(of: known) }
  }

  /// Whether `vkdnw` was computed with axes that are those of no recipe, as ablations do.
  var isAblation: Bool { series["vkdnw"] != nil && recipe == nil }

  /// What decides on the order of groups, the smaller the earlier.
  private var precedence: [Int] {
    let measured = series.keys.count { !(AllProxies.named($0) is any CostProxy) }
    return [
      BenchmarkDataset.allCases.firstIndex(of: dataset) ?? 0, isAblation ? 1 : 0, -measured,
      recipe.flatMap(Recipe.allCases.firstIndex) ?? Recipe.allCases.count,
    ]
  }

  /// The files that hold the measured scores, each once.
  var stores: [String] {
    let measured = series.values.filter { !(AllProxies.named($0.proxy) is any CostProxy) }
    return Set((measured.isEmpty ? Array(series.values) : measured).map(\.store)).sorted()
  }

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
