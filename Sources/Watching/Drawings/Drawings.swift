internal import Dispatch
internal import Synchronization

/// The drawings that were asked for last.
///
/// Each is made once, one at a time, on a thread of its own, so that no other request waits for one.
final class Drawings: Sendable {
  private typealias Drawing = Result<String, NotDrawn>

  /// The most drawings that are kept.
  static let countLimit = 64
  /// The most bytes of those that are kept.
  static let byteLimit = 4 << 20

  private let draw: NetworkDrawer
  private let queue = DispatchQueue(label: "tfnas.drawings", qos: .utility)
  /// Those that are kept; the one that was asked for last comes last.
  private let kept = Mutex<[(network: WatchedNetwork, drawing: Drawing)]>([])

  /// Keeps the drawings that something makes.
  init(by draw: @escaping NetworkDrawer) { self.draw = draw }

  /// The drawing of a network, or why there is none.
  func drawing(of network: WatchedNetwork) async -> Result<String, NotDrawn> {
    if let known = known(network) { return known }
    return await withCheckedContinuation { continuation in
      queue.async { [self] in
        // Somebody else may have asked for it meanwhile.
        continuation.resume(returning: known(network) ?? made(network))
      }
    }
  }

  private func known(_ network: WatchedNetwork) -> Drawing? {
    kept.withLock { kept in
      guard let place = kept.firstIndex(where: { $0.network == network }) else { return nil }
      let entry = kept.remove(at: place)
      kept.append(entry)
      return entry.drawing
    }
  }

  private func made(_ network: WatchedNetwork) -> Drawing {
    let drawing = draw(network)
    kept.withLock { kept in
      kept.append((network, drawing))
      var bytes = kept.reduce(0) { $0 + Self.bytes($1.drawing) }
      while kept.count > Self.countLimit || bytes > Self.byteLimit, !kept.isEmpty {
        bytes -= Self.bytes(kept.removeFirst().drawing)
      }
    }
    return drawing
  }

  private static func bytes(_ drawing: Drawing) -> Int {
    switch drawing {
    case .success(let text): text.utf8.count
    case .failure: 0
    }
  }
}
