/// The features that a ranking is learned from: sets of graph features, and scores of proxies.
public struct FeatureList: Sendable {
  /// Where features come from.
  public enum Source: Sendable {
    /// A set of graph features.
    case graph(GRAFFeatures)
    /// The score of a proxy, a single feature.
    case proxy(any Proxy)

    /// The name on the command line and in model files.
    public var name: String {
      switch self {
      case .graph(let features): features.rawValue
      case .proxy(let proxy): proxy.name
      }
    }

    /// The names of the features.
    var features: [String] {
      switch self {
      case .graph(let features): features.names
      case .proxy(let proxy): [proxy.name]
      }
    }
  }

  /// The sources in the order in which they are named.
  public let sources: [Source]
  /// The names of all features, source after source.
  public let names: [String]

  /// The features of a text: names of sources with commas between them.
  ///
  /// - Parameters:
  ///   - text: the text; spaces around names are no matter.
  ///   - proxies: the proxies that there are.
  /// - Throws: the name that is unknown, or the feature that would be there twice.
  public init(
    parsing text: String, proxies: [any Proxy] = AllProxies.list
  ) throws(FeatureListError) {
    try self.init(names: CollectionRanking.texts(in: text), proxies: proxies)
  }

  /// The features of sources that are given by their names.
  init(names: [String], proxies: [any Proxy]) throws(FeatureListError) {
    var sources: [Source] = []
    var owners: [String: String] = [:]
    for name in names {
      let source: Source
      if let features = GRAFFeatures(rawValue: name) {
        source = .graph(features)
      } else if let proxy = proxies.first(where: { $0.name == name }) {
        source = .proxy(proxy)
      } else {
        throw .unknown(
          name, known: GRAFFeatures.allCases.map(\.rawValue) + proxies.map(\.name))
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

  /// The proxies whose scores are features.
  public var proxies: [any Proxy] {
    sources.compactMap { if case .proxy(let proxy) = $0 { proxy } else { nil } }
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
