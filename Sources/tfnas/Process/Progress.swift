internal import Foundation
internal import Ranking
internal import Reports

/// Tells on standard error how far the work is: a bar on a terminal, a line now and then elsewhere.
final class Progress {
  private var total: Int
  private let noun: String
  /// What happens to it.
  private let verb: String
  /// The seconds that the work may take, `nil` where it goes on to its end.
  private let budget: Double?
  private let isInteractive = Terminal.isInteractive && Messages.hasProgress
  private let start = ContinuousClock.now
  private var last: ContinuousClock.Instant
  private var done = 0
  /// Networks that were scored in this run; the others cost no time.
  private(set) var scored = 0
  /// Networks that others scored meanwhile.
  private var scoredByOthers = 0
  private var note: (value: String, name: String)?

  /// Starts the clock.
  ///
  /// - Parameters:
  ///   - total: the number of networks to be scored.
  ///   - noun: what is counted.
  ///   - verb: what happens to it, in the past.
  ///   - budget: the seconds that the work may take.
  init(
    total: Int, of noun: String = "network", done verb: String = "scored", budget: Double? = nil
  ) {
    self.total = total
    self.verb = verb
    self.noun = noun
    self.budget = budget
    last = start
  }

  /// The seconds since the start.
  var seconds: Double { elapsed(until: .now) }

  /// Expects more networks than were named at the start.
  func expect(more count: Int) { total = max(total, done) + count }

  /// Says behind the numbers how the work stands: a value, and the name of what has it.
  func note(_ value: String, of name: String) { note = (value, name) }

  /// Counts a network that is scored now.
  ///
  /// - Parameters:
  ///   - architecture: its text.
  ///   - seconds: what its scores took.
  func advance(_ architecture: String, seconds: Double) {
    Diagnostics.detail("\(architecture): \(String(format: "%.3f", seconds)) s")
    advance(by: 1, areNew: true)
  }

  /// Counts networks whose scores were known.
  func advance(byKnown count: Int) { advance(by: count, areNew: false) }

  /// Counts networks that other processes have scored since the start.
  func advance(byOthers count: Int) {
    scoredByOthers += count
    advance(by: count, areNew: false)
  }

  private func advance(by count: Int, areNew: Bool) {
    done += count
    if areNew { scored += count }
    let now = ContinuousClock.now
    guard Messages.hasProgress,
      done == total || now - last >= .seconds(isInteractive ? 0.1 : 10)
    else { return }
    last = now
    let state = state(after: elapsed(until: now))
    if isInteractive {
      // One column is left free: some terminals begin a new line once the last one is full.
      Diagnostics.write("\r\(state.line(within: Terminal.errorColumns - 1))\u{1B}[K")
      Messages.noteBar()
    } else if done < total {
      Diagnostics.say(state.text)
    }
  }

  /// Ends the bar and says what was done.
  func finish() {
    let seconds = seconds
    let rate = noun == "network" ? " (\(ProgressState.rate(scored, noun, seconds)))" : ""
    Diagnostics.say(
      "\(verb) \(counted(scored, noun)) in " + String(format: "%.1f s", seconds) + rate)
  }

  private func state(after seconds: Double) -> ProgressState {
    ProgressState(
      done: done, total: total, scored: scored + scoredByOthers, noun: noun, seconds: seconds,
      budget: budget,
      note: note)
  }

  private func elapsed(until now: ContinuousClock.Instant) -> Double {
    (now - start) / .seconds(1)
  }
}
