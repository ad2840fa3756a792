internal import Formats
public import Ranking
internal import RealModule
public import Scoring
public import Spaces

/// The features that a ranking is learned from: sets of graph features, scores of proxies and their
/// logarithms.
public struct FeatureList: Sendable {
  /// Where features come from.
  public enum Source: Sendable {
    /// A set of graph features.
    case graph(GRAFFeatures)
    /// The score of a proxy, a single feature.
    case proxy(any Proxy)
    /// The natural logarithm of the score of a proxy, a single feature.
    case logarithm(any Proxy)

    /// The name on the command line and in model files.
    public var name: String {
      switch self {
      case .graph(let features): features.rawValue
      case .proxy(let proxy): proxy.name
      case .logarithm(let proxy): "log(\(proxy.name))"
      }
    }

    /// The proxy whose scores are read, `nil` for graph features.
    public var proxy: (any Proxy)? {
      switch self {
      case .graph: nil
      case .proxy(let proxy), .logarithm(let proxy): proxy
      }
    }

    /// The names of the features.
    var features: [String] {
      switch self {
      case .graph(let features): features.names
      case .proxy, .logarithm: [name]
      }
    }

    /// The source of a name, if there is one.
    init?(_ name: String, proxies: [any Proxy]) {
      let argument = Source.argument(of: name)
      if let features = GRAFFeatures(rawValue: name) {
        self = .graph(features)
      } else if let proxy = proxies.first(where: { $0.name == argument ?? name }) {
        self = argument == nil ? .proxy(proxy) : .logarithm(proxy)
      } else {
        return nil
      }
    }

    /// What a name takes the logarithm of, `nil` where it takes none.
    static func argument(of name: String) -> String? {
      name.hasPrefix("log(") && name.hasSuffix(")") ? String(name.dropFirst(4).dropLast()) : nil
    }
  }

  /// The names of sources and bundles that it was read from.
  public let text: String
  /// The sources in the order in which they are named.
  public let sources: [Source]
  /// The names of all features, source after source.
  public let names: [String]

  /// The features of a text: names of sources and of ``FeatureBundle``s with commas between them.
  ///
  /// - Parameters:
  ///   - text: the text; spaces around names are no matter.
  ///   - proxies: the proxies that there are.
  /// - Throws: the name that is unknown, or the feature that would be there twice.
  public init(
    parsing text: String, proxies: [any Proxy] = AllProxies.list
  ) throws(FeatureListError) {
    let parts = CollectionRanking.texts(in: text)
    try self.init(
      names: parts.flatMap { FeatureBundle(rawValue: $0)?.sources ?? [$0] }, proxies: proxies,
      text: parts.joined(separator: ","))
  }

  /// The features of sources that are given by their names.
  init(
    names: [String], proxies: [any Proxy], text: String? = nil
  ) throws(FeatureListError) {
    self.text = text ?? names.joined(separator: ",")
    var sources: [Source] = []
    var owners: [String: String] = [:]
    for name in names {
      guard let source = Source(name, proxies: proxies) else {
        throw .unknown(
          name,
          known: GRAFFeatures.allCases.map(\.rawValue) + FeatureBundle.allCases.map(\.rawValue)
            + proxies.map(\.name))
      }
      for feature in source.features {
        if let owner = owners[feature] { throw .repeated(feature, first: owner, second: name) }
        owners[feature] = name
      }
      sources.append(source)
    }
    self.sources = sources
    self.names = sources.flatMap(\.features)
  }

  /// The proxies whose scores are features, each once.
  public var proxies: [any Proxy] {
    var seen: Set<String> = []
    return sources.compactMap(\.proxy).filter { seen.insert($0.name).inserted }
  }
}

/// Why a text names no features, or networks have none.
public enum FeatureListError: Error, Hashable, Sendable {
  /// There is no source of the name.
  case unknown(String, known: [String])
  /// Two sources have the same feature.
  case repeated(String, first: String, second: String)
  /// No network has a score of the proxy; the text is the reason of the first.
  case undefined(String, reason: String)
}

extension FeatureListError: CustomStringConvertible {
  /// One line that names the token.
  public var description: String {
    switch self {
    case .unknown(let name, let known):
      "unknown feature set '\(SafeTensorsError.printable(name))'; known are "
        + known.joined(separator: ", ")
    case .repeated(let feature, let first, let second):
      first == second
        ? "'\(second)' is there twice"
        : "'\(second)' has the feature '\(feature)', which '\(first)' has too"
    case .undefined(let proxy, let reason): "no network has a score of '\(proxy)': \(reason)"
    }
  }
}

/// Features that are named together.
public enum FeatureBundle: String, Hashable, Sendable, CaseIterable {
  /// The nine deciles of the Fisher information's eigenvalues.
  case vkdnwDeciles = "vkdnw-deciles"
  /// Their logarithms.
  case vkdnwLogDeciles = "vkdnw-log-deciles"
  /// The deciles, layers and FLOPs: VKDNW_m of Tybl and Neumann, CVPR 2025.
  case vkdnwModel = "vkdnw-m"
  /// The fourteen scores that the paper adds.
  case zeroCostScores = "zcs"
  /// Those but the condition number of the neural tangent kernel, which takes longer than all others.
  case cheapZeroCostScores = "zcs-without-ntk"

  /// The names of the sources.
  public var sources: [String] {
    switch self {
    case .vkdnwDeciles: VKDNWDecile.all.map(\.name)
    case .vkdnwLogDeciles: VKDNWDecile.all.map { "log(\($0.name))" }
    case .vkdnwModel: FeatureBundle.vkdnwDeciles.sources + ["layers", "flops"]
    case .zeroCostScores: FeatureBundle.cheapZeroCostScores.sources + ["ntk"]
    case .cheapZeroCostScores:
      [
        "expressivity", "progressivity", "trainability", "jacov", "gradsign", "zico", "zen",
        "gradnorm", "naswot", "synflow", "snip", "grasp", "linear-regions",
      ]
    }
  }
}

extension FeatureList {
  /// What stands for an undefined score, by proxy: the worst score that there is.
  ///
  /// - Parameter scores: the scores of ``proxies`` by name.
  /// - Returns: a finite number for each proxy.
  /// - Throws: the first proxy of which there is no score.
  public func fallbacks(of scores: [String: [Score]]) throws(FeatureListError) -> [String: Double] {
    var fallbacks: [String: Double] = [:]
    for proxy in proxies {
      let column = scores[proxy.name, default: []]
      let values = column.compactMap(\.value)
      guard let worst = proxy.higherIsBetter ? values.min() : values.max() else {
        throw .undefined(proxy.name, reason: column.first?.reason ?? "there are no networks")
      }
      fallbacks[proxy.name] = worst
    }
    return fallbacks
  }

  /// The features of networks.
  ///
  /// Scores are taken as they are, whichever direction is the good one: a forest does not care.
  ///
  /// - Parameters:
  ///   - architectures: the networks.
  ///   - scores: the scores of ``proxies`` by name, one for each network.
  ///   - fallbacks: what stands for an undefined score, by proxy.
  /// - Returns: a row for each network and a column for each of ``names``.
  /// - Throws: the first number that is missing or not finite.
  public func table(
    of architectures: [NASBench201Architecture], scores: [String: [Score]],
    fallbacks: [String: Double]
  ) throws(FeatureMatrixError) -> FeatureMatrix {
    var rows: [[Double]] = []
    rows.reserveCapacity(architectures.count)
    for (number, architecture) in architectures.enumerated() {
      var row: [Double] = []
      row.reserveCapacity(names.count)
      func value(of proxy: any Proxy) -> Double {
        scores[proxy.name]?[number].value ?? fallbacks[proxy.name] ?? .nan
      }
      for source in sources {
        switch source {
        case .graph(let features): row += features.values(of: architecture)
        case .proxy(let proxy): row.append(value(of: proxy))
        case .logarithm(let proxy): row.append(FeatureList.logarithm(value(of: proxy)))
        }
      }
      rows.append(row)
    }
    return try FeatureMatrix(rows: rows, featureCount: names.count)
  }

  /// What is below is rounding: an eigenvalue of 0 must not be a feature of minus infinity.
  private static let least = 1e-30

  /// `ln max(x, 1e-30)`, and what is no number stays none.
  static func logarithm(_ value: Double) -> Double {
    value.isNaN ? value : Double.log(max(value, least))
  }
}
