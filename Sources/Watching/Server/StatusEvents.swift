internal import FlyingFox
internal import FlyingSocks

/// How far what is watched is, as server-sent events: one at once, and another whenever something changes.
struct StatusEvents: AsyncBufferedSequence {
  typealias Element = UInt8

  let watch: Watch

  func makeAsyncIterator() -> Iterator { Iterator(watch: watch) }

  /// The bytes of the events.
  struct Iterator: AsyncBufferedIteratorProtocol {
    /// How often is looked whether something has changed.
    private static let interval = Duration.milliseconds(500)
    /// After how many such looks something is sent in any case: only so is it seen that nobody listens any more.
    private static let patience = 20

    private let watch: Watch
    private var sent: String?
    private var waiting: ArraySlice<UInt8> = []

    init(watch: Watch) { self.watch = watch }

    mutating func next() async throws -> UInt8? {
      if waiting.isEmpty { waiting = try await event() }
      return waiting.popFirst()
    }

    mutating func nextBuffer(suggested count: Int) async throws -> [UInt8]? {
      if waiting.isEmpty { waiting = try await event() }
      let piece = waiting.prefix(Swift.max(count, 1))
      waiting.removeFirst(piece.count)
      return Array(piece)
    }

    private mutating func event() async throws -> ArraySlice<UInt8> {
      guard let sent else {
        let status = watch.status
        self.sent = status
        // The time after which a browser that lost us tries again.
        return ArraySlice("retry: 2000\ndata: \(status)\n\n".utf8)
      }
      for _ in 0..<Self.patience {
        try await Task.sleep(for: Self.interval)
        let status = watch.status
        if status != sent {
          self.sent = status
          return ArraySlice("data: \(status)\n\n".utf8)
        }
      }
      return ArraySlice(": nothing has changed\n\n".utf8)
    }
  }
}
