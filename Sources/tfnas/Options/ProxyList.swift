internal import ArgumentParser
internal import TrainingFreeNAS

/// Proxies as an option value: names with commas between them.
struct ProxyList: CustomStringConvertible {
  let proxies: [any Proxy]

  /// A list in which each proxy stands once, at its first place.
  init(_ proxies: [any Proxy]) {
    var seen: Set<String> = []
    self.proxies = proxies.filter { seen.insert($0.name).inserted }
  }

  /// The names with commas, as the option takes them.
  var description: String { proxies.map(\.name).joined(separator: ",") }

  /// The proxies of a text.
  ///
  /// - Throws: a usage error that lists the names that there are.
  static func parse(_ text: String) throws -> ProxyList {
    let names = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    return ProxyList(
      try names.map { name in
        guard let proxy = AllProxies.named(name) else {
          let known = AllProxies.list.map(\.name).joined(separator: ", ")
          throw ValidationError("unknown proxy '\(name)'; known are \(known)")
        }
        return proxy
      })
  }
}
