/// Every proxy that can be asked for by name.
public enum AllProxies {
  /// The proxies, in the order in which they are listed and computed: those that read one point of the
  /// network stand together, so that it is computed once.
  public static let list: [any Proxy] = [
    VKDNW(),
    VKDNWSingle(),
    Layers(),
    FLOPs(),
    ParameterCount(),
    // Noise.
    Expressivity(),
    Progressivity(),
    Trainability(),
    NASWOT(),
    LinearRegions(),
    SWAP(),
    SWAPRegularized(),
    MeCo(),
    GradNorm(),
    // Images.
    Jacov(),
    SNIP(),
    NTK(),
    NTKReleased(),
    GradNormLayers(),
    ZiCo(),
    // Points of their own.
    GradSign(),
    GradSignMean(),
    SynFlow(),
    ZenReleased(),
    Zen(),
  ]

  /// Where a proxy stands in the list; behind all where it is not in it.
  static func position(of proxy: any Proxy) -> Int {
    list.firstIndex { $0.name == proxy.name } ?? list.count
  }

  /// The proxy of a name, if there is one.
  public static func named(_ name: String) -> (any Proxy)? {
    list.first { $0.name == name }
  }
}
