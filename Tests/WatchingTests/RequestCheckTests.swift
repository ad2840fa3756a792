import Testing
import Watching

/// Who is answered.
@Suite struct RequestCheckTests {
  private static let token = AccessToken(text: "0123456789abcdef")
  private let check = RequestCheck(token: token, port: 8123)

  private func verdict(
    _ path: String, method: String = "GET", host: String? = "127.0.0.1:8123", origin: String? = nil
  ) -> RequestCheck.Verdict {
    check.verdict(method: method, path: path, host: host, origin: origin)
  }

  @Test func ownRequests() {
    #expect(verdict("/0123456789abcdef/") == .allowed(name: ""))
    #expect(verdict("/0123456789abcdef/scores") == .allowed(name: "scores"))
    #expect(verdict("/0123456789abcdef/a/b") == .allowed(name: "a/b"))
    #expect(verdict("/0123456789abcdef") == .incomplete)
    #expect(verdict("/0123456789abcdef/", method: "HEAD") == .allowed(name: ""))
    #expect(verdict("/0123456789abcdef/", host: "LocalHost:8123") == .allowed(name: ""))
    for origin in ["http://127.0.0.1:8123", "http://localhost:8123"] {
      #expect(verdict("/0123456789abcdef/", origin: origin) == .allowed(name: ""))
    }
  }

  @Test(arguments: [
    "", "/", "//", "0123456789abcdef/", "/0123456789abcde/", "/0123456789abcdef0/",
    "/0123456789ABCDEF/", "/x/0123456789abcdef/", "/?0123456789abcdef",
    "http://127.0.0.1:8123/0123456789abcdef/", "/%30123456789abcdef/",
  ])
  func withoutTheToken(path: String) { #expect(verdict(path) == .forbidden) }

  @Test(arguments: [
    nil, "", "127.0.0.1", "127.0.0.1:8124", "localhost", "evil.example:8123",
    "127.0.0.1:8123.evil.example", "evil.example@127.0.0.1:8123", "[::1]:8123", "0.0.0.0:8123",
    "127.0.0.1:08123",
  ])
  func ofAnotherHost(host: String?) {
    #expect(verdict("/0123456789abcdef/", host: host) == .forbidden)
  }

  @Test(arguments: [
    "", "null", "https://127.0.0.1:8123", "http://127.0.0.1", "http://evil.example:8123",
    "http://127.0.0.1:8123/", "127.0.0.1:8123", "http://",
  ])
  func ofAnotherOrigin(origin: String) {
    #expect(verdict("/0123456789abcdef/", origin: origin) == .forbidden)
  }

  @Test(arguments: ["POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "", "get"])
  func thatWouldChange(method: String) {
    #expect(verdict("/0123456789abcdef/", method: method) == .notAllowed)
  }

  @Test func theUsualPort() {
    let check = RequestCheck(token: Self.token, port: 80)
    for host in ["127.0.0.1", "127.0.0.1:80", "localhost"] {
      #expect(
        check.verdict(method: "GET", path: "/0123456789abcdef/", host: host, origin: nil)
          == .allowed(name: ""))
    }
  }

  @Test func tokens() {
    let tokens = (0..<100).map { _ in AccessToken() }
    #expect(Set(tokens.map(\.text)).count == 100)
    for token in tokens {
      #expect(token.text.utf8.count == 32 && token.text.allSatisfy { $0.isHexDigit })
      #expect(token.matches(token.text))
      #expect(!token.matches("") && !token.matches(token.text + "0"))
      #expect(!token.matches(token.text.dropLast()) && !token.matches(AccessToken().text))
    }
  }
}
