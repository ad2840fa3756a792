internal import Foundation
internal import Synchronization

/// A store that this process has open, for as long as this object lives.
///
/// POSIX drops every lock that a process has on a file when it closes any descriptor of that file. SQLite knows, and
/// closes none too early, but it cannot know of ours: a look at the first bytes of a store that is open would leave it
/// without its locks, and another process that closes it would take its log for one that nobody uses, and delete it.
/// So the bytes are looked at only where the store is not open yet.
final class OpenStore: Sendable {
  /// How often each store is open, by the path without symbolic links.
  private static let counts = Mutex<[String: Int]>([:])

  private let path: String

  private init(path: String) { self.path = path }

  /// Inspects the file of a store that is to be opened.
  ///
  /// - Throws: ``ResultStoreError`` that says what stands in the way.
  static func enter(_ file: StoreFile) throws(ResultStoreError) -> OpenStore {
    let path = URL(fileURLWithPath: file.path).resolvingSymlinksInPath().path
    try counts.withLock { counts throws(ResultStoreError) in
      let isOpen = (counts[path] ?? 0) > 0
      try file.inspect(readsHeader: !isOpen)
      counts[path, default: 0] += 1
    }
    return OpenStore(path: path)
  }

  deinit {
    Self.counts.withLock { counts in
      let left = (counts[path] ?? 1) - 1
      counts[path] = left > 0 ? left : nil
    }
  }
}
