internal import Foundation
internal import Reports

/// The memory that this process may still take, by whatever limits it first.
struct MemoryLimit {
  /// What limits it, in words.
  let name: String
  /// Bytes that are left.
  let bytes: Int

  /// The address space that a worker takes besides its tensors: its stack, a heap of its own, and the buffer of
  /// the linear algebra library, which asks for it again and again where it does not get it.
  private static let perWorker = 288 << 20

  /// Refuses work that does not fit, before it starts.
  ///
  /// - Parameters:
  ///   - bytes: what the largest networks need.
  ///   - workers: the workers that compute.
  /// - Throws: 75 with the need, the limit and the options.
  static func check(_ bytes: Double, workers: Int) throws {
    for limit in all {
      let own = limit.name.hasPrefix("RLIMIT") ? perWorker : 0
      let need = bytes + Double(workers * own)
      guard need > Double(limit.bytes) else { continue }
      throw CommandError(
        .incomplete,
        "the work needs about \(text(need)) of memory, and \(limit.name) leaves "
          + "\(text(Double(limit.bytes))): fewer --threads, a smaller --batch or smaller "
          + "networks need less")
    }
  }

  private static func text(_ bytes: Double) -> String {
    bytes >= 1e10 ? "\(grouped(Int(bytes / 1e9))) GB" : "\(Int(bytes / 1e6)) MB"
  }

  /// Every limit that there is.
  private static var all: [MemoryLimit] {
    var limits: [MemoryLimit] = []
    let status = fields(of: "/proc/self/status")
    func add(_ name: String, limit: Int?, used: Int) {
      if let limit { limits.append(MemoryLimit(name: name, bytes: max(limit - used, 0))) }
    }
    add(
      "RLIMIT_AS", limit: resourceLimit("Max address space"), used: status["VmSize"] ?? 0)
    add("RLIMIT_DATA", limit: resourceLimit("Max data size"), used: status["VmData"] ?? 0)
    let groups = text(of: "/proc/self/cgroup") ?? ""
    if let left = ControlGroup.bytesLeft(membership: groups, read: text(of:)) {
      limits.append(MemoryLimit(name: "the control group", bytes: left))
    }
    let machine = fields(of: "/proc/meminfo")
    if let available = machine["MemAvailable"] {
      limits.append(
        MemoryLimit(name: "this machine", bytes: available + (machine["SwapFree"] ?? 0)))
    }
    return limits
  }

  /// A soft limit of the process in bytes, `nil` where there is none.
  private static func resourceLimit(_ name: String) -> Int? {
    guard let text = text(of: "/proc/self/limits"),
      let line = text.split(separator: "\n").first(where: { $0.hasPrefix(name) })
    else { return nil }
    return line.dropFirst(name.count).split(separator: " ").first.flatMap { Int($0) }
  }

  private static func text(of path: String) -> String? {
    try? String(contentsOfFile: path, encoding: .utf8)
  }

  /// Lines `name: 123 kB` of a file, in bytes.
  private static func fields(of path: String) -> [String: Int] {
    guard let text = text(of: path) else { return [:] }
    var fields: [String: Int] = [:]
    for line in text.split(separator: "\n") {
      let parts = line.split(separator: ":", maxSplits: 1)
      guard parts.count == 2, parts[1].hasSuffix("kB"),
        let number = parts[1].split(separator: " ").first.flatMap({ Int($0) })
      else { continue }
      fields[String(parts[0])] = number << 10
    }
    return fields
  }
}
