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

  /// The proxy of a name, if there is one.
  public static func named(_ name: String) -> (any Proxy)? {
    list.first { $0.name == name }
  }
}
