internal import Formats
internal import Scoring
internal import Synchronization

/// How much is said on standard error.
enum Messages {
  /// What is said besides the line that ends a run that failed.
  enum Level: Int {
    /// Nothing.
    case quiet
    /// What a user should know.
    case normal
    /// Also what is computed, with which settings, and every network as it is done.
    case verbose
  }

  private static let chosen = Atomic(Level.normal.rawValue)
  private static let withProgress = Atomic(true)

  /// The bar that a line must not be written behind.
  private static let barIsShown = Atomic(false)

  /// Notes that a bar stands in the last line of the terminal.
  static func noteBar() { barIsShown.store(true, ordering: .relaxed) }

  /// What takes the bar out of the last line, empty where there is none.
  static func takeBar() -> String {
    barIsShown.exchange(false, ordering: .relaxed) ? "\r\u{1B}[K" : ""
  }

  /// How much is said.
  static var level: Level { Level(rawValue: chosen.load(ordering: .relaxed)) ?? .normal }

  /// Whether it is told how far the work is.
  static var hasProgress: Bool {
    level != .quiet && withProgress.load(ordering: .relaxed)
  }

  /// Chooses how much is said, once, before a command runs.
  static func choose(_ level: Level, hasProgress: Bool) {
    chosen.store(level.rawValue, ordering: .relaxed)
    withProgress.store(hasProgress, ordering: .relaxed)
  }
}

extension Diagnostics {
  /// Says why a run ends; it is said however quiet the run is.
  static func fail(_ line: String) {
    let isColored = Terminal.hasColor(Terminal.isInteractive)
    write(
      Messages.takeBar() + (isColored ? "\u{1B}[1;31mtfnas:\u{1B}[0m " : "tfnas: ")
        + PrintableText.line(line) + "\n")
  }

  /// Says what only `--verbose` asks for.
  static func detail(_ line: @autoclosure () -> String) {
    if Messages.level == .verbose { say(line()) }
  }
}

extension Evaluator {
  /// Says with `--verbose` what is computed, and how.
  func tellSettings() {
    Diagnostics.detail(
      "\(space.name): \(proxies.map(\.name).joined(separator: ", ")); seed \(seed), threads "
        + "\(threads), \(SettingValue.canonical(mergedSettings))")
  }
}
