internal import Foundation

/// The control groups of Linux that a process is in, as far as they limit its memory.
struct ControlGroup {
  /// The directories of the group and of those around it.
  private let directories: [String]
  /// The names that the version of control groups gives to limit, use and statistics.
  private let names: (limit: String, usage: String, cache: String)

  /// The bytes that the tightest group leaves.
  ///
  /// - Parameters:
  ///   - membership: what `/proc/self/cgroup` says: a line `number:controllers:path` for each hierarchy.
  ///   - read: the content of a file, `nil` where it cannot be read.
  /// - Returns: the bytes, `nil` where no group has a limit.
  static func bytesLeft(membership: String, read: (String) -> String?) -> Int? {
    membership.split(separator: "\n").compactMap { ControlGroup(line: $0)?.bytesLeft(read) }.min()
  }

  private init?(line: Substring) {
    let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 3 else { return nil }
    let root: String
    switch (parts[0], parts[1].split(separator: ",").contains("memory")) {
    case (_, true):
      root = "/sys/fs/cgroup/memory"
      names = ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file")
    case ("0", false) where parts[1].isEmpty:
      root = "/sys/fs/cgroup"
      names = ("memory.max", "memory.current", "inactive_file")
    default: return nil
    }
    // In a container the path can be one of the host, and the root is what there is of it.
    var steps = parts[2].split(separator: "/").filter { $0 != ".." }
    var directories: [String] = []
    while true {
      directories.append(root + steps.map { "/\($0)" }.joined())
      if steps.popLast() == nil { break }
    }
    self.directories = directories
  }

  private func bytesLeft(_ read: (String) -> String?) -> Int? {
    directories.compactMap { directory in
      // Without a limit the first version says 2^63 rounded to a page, and the second one `max`.
      guard let limit = Self.number(read("\(directory)/\(names.limit)")), limit < 1 << 62,
        let usage = Self.number(read("\(directory)/\(names.usage)"))
      else { return nil }
      // Files that nobody has touched for a while leave the memory before anything fails.
      let cache = read("\(directory)/memory.stat")?.split(separator: "\n")
        .first { $0.hasPrefix(names.cache + " ") }
      let cached = cache.flatMap { Self.number(String($0.dropFirst(names.cache.count))) } ?? 0
      return max(limit - max(usage - cached, 0), 0)
    }.min()
  }

  private static func number(_ text: String?) -> Int? {
    text.flatMap { Int($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
  }
}
