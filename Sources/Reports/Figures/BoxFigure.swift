public import Figures
internal import Ranking
public import Scoring

/// A size that Figures 3 and 4 of the VKDNW paper group networks by.
public enum BoxGrouping: Sendable {
  /// Figure 3: the number of layers with weights.
  case layers
  /// Figure 4: the number of parameters.
  case parameters

  /// The proxy that is the size.
  public var proxy: any Proxy {
    switch self {
    case .layers: Layers()
    case .parameters: ParameterCount()
    }
  }

  fileprivate var number: Int { self == .layers ? 3 : 4 }
  fileprivate var title: String {
    self == .layers ? "trainable layers" : "parameters (millions)"
  }
  fileprivate var name: String { self == .layers ? "trainable layers" : "parameters" }

  fileprivate func text(_ size: Double) -> String {
    self == .layers ? grouped(Int(size)) : NumberText.significant(size, digits: 2)
  }

  /// Tau in the titles of the paper's panels, of one run on ImageNet16-120.
  fileprivate var published: [String: Double] {
    switch self {
    case .layers:
      ["vkdnw": -0.11, "progressivity": 0.42, "expressivity": 0.56, "trainability": 0.25]
    case .parameters:
      ["vkdnw": 0.05, "progressivity": 0.42, "expressivity": 0.52, "trainability": 0.14]
    }
  }
}

extension Figure {
  /// The scores that Figures 3 and 4 show, in the order of their panels.
  public static let boxProxies: [any Proxy] = [
    VKDNW(), Progressivity(), Expressivity(), Trainability(),
  ]

  /// Figures 3 and 4 of the VKDNW paper: how scores follow the size of a network.
  ///
  /// - Parameters:
  ///   - collection: networks with the scores of ``boxProxies`` (or of some of them) and the size.
  ///   - grouping: the size.
  /// - Returns: `nil` where there is none of these scores, or no size.
  public static func boxes(
    of collection: ScoredCollection, by grouping: BoxGrouping
  ) -> Figure? {
    guard let sizes = collection.scores[grouping.proxy.name]?.map(\.value) else { return nil }
    let panels = boxProxies.compactMap { proxy -> Scene? in
      guard let scores = collection.scores[proxy.name] else { return nil }
      let values = collection.values(of: CollectionRanking(proxy)).values
      let defined = sizes.indices.filter { sizes[$0] != nil }
      let tau = kendallTau(defined.map { values[$0] }, defined.compactMap { sizes[$0] })
      var members: [Double: [Double]] = [:]
      for number in defined {
        guard let size = sizes[number] else { continue }
        members[size, default: []] += [scores[number].value].compactMap(\.self)
      }
      let paper = grouping.published[proxy.name].map { "; paper \(decimals($0, 2))" } ?? ""
      return BoxChart(
        title: "\(proxy.name): tau \(decimals(tau, 2))\(paper)", groupTitle: grouping.title,
        valueTitle: proxy.name,
        groups: members.keys.sorted().map { size in
          BoxChart.Group(grouping.text(size), members[size, default: []])
        }
      ).scene()
    }
    guard !panels.isEmpty else { return nil }
    return Figure(
      name: "figure-\(grouping.number)-\(collection.dataset.rawValue)",
      title: "Figure \(grouping.number): scores by the number of \(grouping.name)",
      caption:
        "\(collection.description). Median, quartiles, and whiskers to the last network within "
        + "1.5 interquartile ranges; networks beyond are not drawn. Tau is Kendall's tau-b of score and "
        + "number; the paper's is of one run with 9,445 networks on ImageNet16-120, and its vkdnw is that of the "
        + "released code (--recipe released), from which other recipes differ.",
      panels: panels)
  }
}
