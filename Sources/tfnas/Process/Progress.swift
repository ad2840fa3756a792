internal import Foundation
internal import Ranking

/// Tells on standard error how far the work is: a bar on a terminal, a line now and then elsewhere.
final class Progress {
  private var total: Int
  private let isInteractive = Terminal.isInteractive
  private let start = ContinuousClock.now
  private var last: ContinuousClock.Instant
  private var done = 0
  /// Networks that were scored in this run; the others cost no time.
  private var scored = 0
  /// What is said after the rate, such as the best network so far.
  var note = ""
  private var isBarShown = false

  /// Starts the clock.
  ///
  /// - Parameter total: the number of networks to be scored.
  init(total: Int) {
    self.total = total
    last = start
  }

  /// Expects more networks than were named at the start.
  func expect(more count: Int) { total = max(total, done) + count }

  /// Counts networks that are scored now.
  func advance() { advance(by: 1, areNew: true) }

  /// Counts networks whose scores were known.
  func advance(byKnown count: Int) { advance(by: count, areNew: false) }

  private func advance(by count: Int, areNew: Bool) {
    done += count
    if areNew { scored += count }
    let now = ContinuousClock.now
    guard done == total || now - last >= .seconds(isInteractive ? 0.1 : 10) else { return }
    last = now
    if isInteractive {
      let filled = min(done, total) * 30 / max(total, 1)
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
      String(format: "scored \(scored) networks in %.1f s (%@)", seconds, rate(seconds)))
  }

  private func text(at now: ContinuousClock.Instant) -> String {
    let seconds = elapsed(until: now)
    let left = seconds / Double(max(scored, 1)) * Double(max(total - done, 0))
    return "\(done)/\(total) networks, \(rate(seconds)), \(Progress.clock(left)) left"
      + (note.isEmpty ? "" : "; \(note)")
  }

  private func rate(_ seconds: Double) -> String {
    String(format: "%.3g networks/s", Double(scored) / max(seconds, 1e-9))
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
