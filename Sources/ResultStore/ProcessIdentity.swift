internal import Foundation

/// What tells a process from every other one of this machine, also when it has ended.
struct ProcessIdentity: Sendable {
  /// The start of the machine and the table of processes in which the number counts: containers have tables of
  /// their own.
  let host: String
  /// The number of the process.
  let number: Int32
  /// When it began, in ticks since the start of the machine, because numbers are used again.
  let start: UInt64

  /// This process, `nil` where the system does not say these things.
  static let current: ProcessIdentity? = {
    let files = FileManager.default
    let number = ProcessInfo.processInfo.processIdentifier
    guard let boot = text(of: "/proc/sys/kernel/random/boot_id")?.split(separator: "\n").first,
      let table = try? files.destinationOfSymbolicLink(atPath: "/proc/self/ns/pid"),
      let start = start(of: number)
    else { return nil }
    return ProcessIdentity(host: "\(boot)/\(table)", number: number, start: start)
  }()

  /// Three words.
  var text: String { "\(host) \(number) \(start)" }

  private init(host: String, number: Int32, start: UInt64) {
    self.host = host
    self.number = number
    self.start = start
  }

  /// Reads the first three words of a text.
  init?(_ text: String) {
    let words = text.split(separator: " ")
    guard words.count >= 3, let number = Int32(words[1]), let start = UInt64(words[2]) else {
      return nil
    }
    self.init(host: String(words[0]), number: number, start: start)
  }

  /// Whether the process has certainly ended: it was one of this machine, and there it is no more.
  var hasEnded: Bool {
    host == Self.current?.host && Self.start(of: number) != start
  }

  /// When a process began, `nil` where there is none or only what is left for its parent to see.
  private static func start(of number: Int32) -> UInt64? {
    // The second field is the name in parentheses, which may hold anything.
    guard let status = text(of: "/proc/\(number)/stat"), let end = status.lastIndex(of: ")") else {
      return nil
    }
    let fields = status[status.index(after: end)...].split(separator: " ")
    guard fields.count > 19, !["Z", "X", "x"].contains(fields[0]) else { return nil }
    return UInt64(fields[19])
  }

  private static func text(of path: String) -> String? {
    try? String(contentsOfFile: path, encoding: .utf8)
  }
}
