/// Every proxy that can be asked for by name.
public enum AllProxies {
  /// The proxies, in the order in which they are listed.
  public static let list: [any Proxy] = [
    VKDNW(),
    VKDNWSingle(),
    Layers(),
    FLOPs(),
    ParameterCount(),
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
