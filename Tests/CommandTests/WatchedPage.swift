import Foundation
import TestSupport
import Testing

/// `tfnas watch` as a process, asked as a browser would ask it, and as none would.
final class WatchedPage {
  /// What a server said.
  struct Response {
    let status: Int
    /// The headers, by their names in small letters.
    let headers: [String: String]
    let body: String
  }

  /// The address that was printed.
  let address: String
  let port: UInt16
  /// The path of the page, with slashes around the token.
  let path: String
  private let running: Tool.Running
  private let directory: TemporaryDirectory

  /// Starts the command and waits for its address.
  init(_ arguments: [String]) throws {
    directory = try TemporaryDirectory()
    let output = directory.file("out")
    let running = try Tool.start(["watch"] + arguments, outputPath: output)
    var isReady = false
    defer { if !isReady, running.process.isRunning { running.process.terminate() } }
    self.running = running
    var line = ""
    for _ in 0..<3000 where !line.hasSuffix("\n") && running.process.isRunning {
      Thread.sleep(forTimeInterval: 0.02)
      line = (try? String(contentsOfFile: output, encoding: .utf8)) ?? ""
    }
    address = line.trimmingCharacters(in: .newlines)
    let parts = try #require(
      address.wholeMatch(of: #/http://127\.0\.0\.1:(\d+)(/[0-9a-f]{32}/)/#), "'\(line)'")
    port = try #require(UInt16(parts.1))
    path = String(parts.2)
    isReady = true
  }

  deinit {
    // A test that failed half-way leaves nothing running.
    if running.process.isRunning { running.process.terminate() }
  }

  /// Ends the command by a signal.
  func end(_ signal: Int32 = SIGTERM) throws -> Tool.Result {
    kill(running.process.processIdentifier, signal)
    return try running.wait()
  }

  /// Asks for something of the page.
  func get(
    _ name: String, method: String = "GET", host: String? = nil, headers: [String] = []
  ) throws -> Response {
    try request(method: method, target: path + name, host: host, headers: headers)
  }

  /// Sends a request and reads to the end.
  func request(
    method: String = "GET", target: String, host: String? = nil, headers: [String] = []
  ) throws -> Response {
    let connection = try Connection(to: port)
    let host = host ?? "127.0.0.1:\(port)"
    try connection.send(
      (["\(method) \(target) HTTP/1.1", "Host: \(host)", "Connection: close"] + headers)
        .map { $0 + "\r\n" }.joined() + "\r\n")
    let (head, body) = try Self.split(try connection.read { _ in false })
    let lines = head.components(separatedBy: "\r\n")
    let status = try #require(lines.first?.split(separator: " ").dropFirst().first)
    var found: [String: String] = [:]
    for line in lines.dropFirst() {
      let parts = line.split(separator: ":", maxSplits: 1)
      try #require(parts.count == 2, "\(line)")
      found[parts[0].lowercased()] = parts[1].trimmingCharacters(in: .whitespaces)
    }
    return Response(status: try #require(Int(status)), headers: found, body: body)
  }

  private static func split(_ text: String) throws -> (head: String, body: String) {
    let end = try #require(text.range(of: "\r\n\r\n"), "\(text.prefix(200))")
    return (String(text[..<end.lowerBound]), String(text[end.upperBound...]))
  }

  /// Listens to events until one is as wanted.
  ///
  /// - Returns: the event.
  func event(_ isWanted: ([String: Any]) -> Bool) throws -> [String: Any] {
    let connection = try Connection(to: port)
    try connection.send("GET \(path)events HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\n\r\n")
    var wanted: [String: Any]?
    let text = try connection.read { text in
      // The ends of chunks are two characters that Swift takes for one.
      for line in text.split(whereSeparator: \.isNewline) where line.hasPrefix("data: ") {
        guard let event = try? parsedJSON(String(line.dropFirst(6))) as? [String: Any] else {
          continue
        }
        if isWanted(event) { wanted = event }
      }
      return wanted != nil
    }
    return try #require(wanted, "\(text)")
  }
}

/// A connection to a port of this machine.
private final class Connection {
  /// Seconds after which nothing more is waited for.
  private static let patience = 60

  private let descriptor: Int32

  init(to port: UInt16) throws {
    #if canImport(Darwin)
      descriptor = socket(AF_INET, SOCK_STREAM, 0)
    #else
      descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    #endif
    try #require(descriptor >= 0)
    var time = timeval(tv_sec: Self.patience, tv_usec: 0)
    setsockopt(
      descriptor, SOL_SOCKET, SO_RCVTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let code = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    try #require(code == 0, "port \(port): error \(errno)")
  }

  deinit { close(descriptor) }

  func send(_ text: String) throws {
    let bytes = Array(text.utf8)
    try #require(write(descriptor, bytes, bytes.count) == bytes.count)
  }

  /// Reads to the end, or until a text is enough.
  func read(until isEnough: (String) -> Bool) throws -> String {
    var (bytes, piece) = ([UInt8](), [UInt8](repeating: 0, count: 1 << 16))
    let deadline = ContinuousClock.now + .seconds(Self.patience)
    while true {
      // Signs of life come without end.
      try #require(ContinuousClock.now < deadline, "not within \(Self.patience) s")
      let count = recv(descriptor, &piece, piece.count, 0)
      try #require(count >= 0, "nothing came for \(Self.patience) s: error \(errno)")
      bytes += piece[..<count]
      let text = String(decoding: bytes, as: UTF8.self)
      if count == 0 || isEnough(text) { return text }
    }
  }
}
