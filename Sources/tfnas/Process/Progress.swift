internal import Foundation

/// Tells on standard error how far the work is: a bar on a terminal, a line now and then elsewhere.
final class Progress {
  private let total: Int
  private let isInteractive = Terminal.isInteractive
  private let start = ContinuousClock.now
  private var last: ContinuousClock.Instant
  private var done = 0
  private var isBarShown = false

  /// Starts the clock.
  ///
  /// - Parameter total: the number of networks to be scored.
  init(total: Int) {
    self.total = total
    last = start
  }

  /// Counts a network.
  func advance() {
    done += 1
    let now = ContinuousClock.now
    guard done == total || now - last >= .seconds(isInteractive ? 0.1 : 10) else { return }
    last = now
    if isInteractive {
      let filled = done * 30 / max(total, 1)
      let bar =
        String(repeating: "#", count: filled) + String(repeating: ".", count: 30 - filled)
      Diagnostics.write("\r[\(bar)] \(text(at: now))\u{1B}[K")
      isBarShown = true
    } else if done < total {
      Diagnostics.say(text(at: now))
    }
  }

  /// Ends the bar and says what was done.
  func finish() {
    if isBarShown { Diagnostics.write("\r\u{1B}[K") }
    let seconds = elapsed(until: .now)
    Diagnostics.say(
      String(format: "scored \(done) networks in %.1f s (%@)", seconds, rate(seconds)))
  }

  private func text(at now: ContinuousClock.Instant) -> String {
    let seconds = elapsed(until: now)
    let left = seconds / Double(max(done, 1)) * Double(total - done)
    return "\(done)/\(total) networks, \(rate(seconds)), \(Progress.clock(left)) left"
  }

  private func rate(_ seconds: Double) -> String {
    String(format: "%.3g networks/s", Double(done) / max(seconds, 1e-9))
  }

  private func elapsed(until now: ContinuousClock.Instant) -> Double {
    (now - start) / .seconds(1)
  }

  private static func clock(_ seconds: Double) -> String {
    let whole = Int(seconds.rounded(.up))
    return whole < 3600
      ? String(format: "%d:%02d", whole / 60, whole % 60)
      : String(format: "%d:%02d:%02d", whole / 3600, whole / 60 % 60, whole % 60)
  }
}
