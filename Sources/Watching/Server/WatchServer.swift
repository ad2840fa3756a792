internal import Dispatch
internal import FlyingFox
internal import FlyingSocks
internal import Formats
internal import Foundation
internal import Synchronization

/// A server of this machine alone that shows what is watched.
package final class WatchServer: Sendable {
  /// Why there is no server.
  package enum Failure: Error, Hashable, Sendable, CustomStringConvertible {
    /// Another process listens on the port.
    case taken(port: UInt16)
    /// The operating system refuses the port.
    case refused(port: UInt16)
    /// Anything else, in the words of the operating system.
    case other(String)

    /// One line that names the port.
    package var description: String {
      switch self {
      case .taken(let port):
        "port \(port): another process listens on it; without --port one that is free is taken"
      case .refused(let port):
        "port \(port): this user may not listen on it; without --port one that is free is taken"
      case .other(let reason): "the page cannot be served: \(PrintableText.line(reason))"
      }
    }
  }

  /// What the thread that starts the server waits for.
  private struct State {
    var port: UInt16?
    var failure: Failure?
  }

  /// How many seconds the operating system may take to let us listen.
  private static let patience = 10.0

  let watch: Watch
  let drawings: Drawings
  private let port: UInt16
  private let token = AccessToken()
  private let state = Mutex(State())

  /// Prepares a server.
  ///
  /// - Parameters:
  ///   - watch: what is shown.
  ///   - port: the port to listen on, 0 for any that is free.
  ///   - drawer: draws the networks that somebody asks for, on one thread.
  package init(of watch: Watch, port: UInt16, drawer: @escaping NetworkDrawer) {
    self.watch = watch
    drawings = Drawings(by: drawer)
    self.port = port
  }

  /// Why the server has ended, `nil` while it has not.
  package var failure: Failure? { state.withLock { $0.failure } }

  /// Begins to listen on 127.0.0.1, and goes on as long as the process lives.
  ///
  /// - Returns: the address of the page, with the token.
  /// - Throws: ``Failure`` where it cannot listen.
  package func start() throws(Failure) -> String {
    let server: HTTPServer
    do {
      server = HTTPServer(
        address: try .inet(ip4: "127.0.0.1", port: port), timeout: 60, logger: .disabled,
        handler: ClosureHTTPHandler { [self] request in await response(to: request) })
    } catch {
      throw failure(of: error)
    }
    let isDecided = DispatchSemaphore(value: 0)
    Task.detached { [self] in
      do {
        try await server.run()
        fail(.other("it has stopped listening"))
      } catch {
        fail(failure(of: error))
      }
      isDecided.signal()
    }
    Task.detached { [self] in
      do {
        try await server.waitUntilListening(timeout: Self.patience)
        if case .ip4(_, let port)? = await server.listeningAddress {
          state.withLock { $0.port = port }
        } else {
          fail(.other("it has no address"))
        }
      } catch {
        fail(failure(of: error))
      }
      isDecided.signal()
    }
    isDecided.wait()
    if let failure { throw failure }
    guard let port = state.withLock({ $0.port }) else { throw .other("it has no port") }
    return "http://127.0.0.1:\(port)/\(token.text)/"
  }

  /// Which requests are answered, `nil` before it is known on which port they come.
  var check: RequestCheck? {
    state.withLock { $0.port }.map { RequestCheck(token: token, port: $0) }
  }

  /// Notes why there is no server, unless another reason was there first.
  private func fail(_ failure: Failure) {
    state.withLock { $0.failure = $0.failure ?? failure }
  }

  private func failure(of error: any Error) -> Failure {
    guard case .failed(_, let number, let words)? = error as? SocketError else {
      return .other("\(error)")
    }
    switch number {
    case EADDRINUSE: return .taken(port: port)
    case EACCES, EPERM: return .refused(port: port)
    default: return .other(words)
    }
  }
}
