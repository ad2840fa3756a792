/// Which requests are answered.
package struct RequestCheck: Sendable {
  /// What a request is about.
  package enum Verdict: Hashable, Sendable {
    /// It gets what has this name, empty for the page.
    case allowed(name: String)
    /// It has to come again with a slash at the end of the path.
    case incomplete
    /// It comes from a page of another server, or has not got the token.
    case forbidden
    /// It would change something.
    case notAllowed
  }

  private let token: AccessToken
  private let hosts: Set<String>

  /// Creates a check.
  ///
  /// - Parameters:
  ///   - token: what the first part of each path must be.
  ///   - port: the port that is listened on.
  package init(token: AccessToken, port: UInt16) {
    self.token = token
    let names = ["127.0.0.1", "localhost"]
    // Browsers leave out the usual port.
    hosts = Set(names.map { "\($0):\(port)" } + (port == 80 ? names : []))
  }

  /// Judges a request.
  ///
  /// The host is looked at because a page of another server can give its own name our address, and then counts as
  /// ours for the browser (DNS rebinding).
  ///
  /// - Parameters:
  ///   - method: the method, such as `GET`.
  ///   - path: the path without the query.
  ///   - host: the header `Host`.
  ///   - origin: the header `Origin`, which browsers send along with some requests.
  /// - Returns: what becomes of it.
  package func verdict(
    method: String, path: String, host: String?, origin: String?
  ) -> Verdict {
    guard let host, hosts.contains(host.lowercased()) else { return .forbidden }
    if let origin {
      let scheme = "http://"
      guard origin.hasPrefix(scheme),
        hosts.contains(origin.dropFirst(scheme.count).lowercased())
      else { return .forbidden }
    }
    guard ["GET", "HEAD"].contains(method) else { return .notAllowed }
    let parts = path.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count >= 2, parts[0].isEmpty, token.matches(parts[1]) else { return .forbidden }
    return parts.count == 3 ? .allowed(name: String(parts[2])) : .incomplete
  }
}
