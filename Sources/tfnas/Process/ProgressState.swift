internal import Foundation
internal import Reports

/// How far some work is, in words and as a bar.
struct ProgressState {
  var done: Int
  var total: Int
  var scored: Int
  var noun: String
  var seconds: Double
  var budget: Double?
  var note: (value: String, name: String)?

  /// The seconds that are left: until the work is done, or until its budget is spent.
  var secondsLeft: Double {
    let work = seconds / Double(max(scored, 1)) * Double(max(total - done, 0))
    return budget.map { min(max($0 - seconds, 0), work) } ?? work
  }

  /// The part of the work that is done, or of the budget that is spent.
  var share: Double {
    let work = Double(min(done, total)) / Double(max(total, 1))
    return budget.map { min(max(work, seconds / $0), 1) } ?? work
  }

  private var numbers: String {
    // Where time ends the work, the number that it would end with says nothing.
    let count =
      budget == nil
      ? "\(grouped(done))/\(grouped(total)) \(noun)s" : counted(done, noun)
    // Parts of a work that differ have no rate.
    let rate = noun == "network" ? ", \(Self.rate(scored, noun, seconds))" : ""
    return "\(count)\(rate), \(Self.clock(secondsLeft)) left"
  }

  /// Everything in words.
  var text: String { numbers + (note.map { "; \($0.value) \($0.name)" } ?? "") }

  /// A bar and as many words as fit: the name of the note is shortened first, then the bar, then the rest.
  func line(within width: Int) -> String {
    let numbers = numbers
    let widest = 30
    let narrowest = 8
    var room = width - numbers.count
    var words = numbers
    if let note {
      // "; ", the value, a space, and a name that still tells something.
      let fixed = note.value.count + 3
      let least = min(note.name.count, 12)
      if room - fixed - least >= 0 {
        let wanted = max(least, min(note.name.count, room - fixed - narrowest - 3))
        words += "; \(note.value) \(FittedText.shortened(note.name, to: wanted))"
        room -= fixed + wanted
      } else if room >= fixed {
        words += "; \(note.value)"
        room -= fixed - 1
      }
    }
    guard room >= narrowest + 3 else { return FittedText.shortened(words, to: width) }
    let bar = min(widest, room - 3)
    let filled = min(bar, Int(share * Double(bar)))
    return "[" + String(repeating: "#", count: filled)
      + String(repeating: ".", count: bar - filled) + "] " + words
  }

  /// Networks in a second, or seconds of one where they are slow.
  static func rate(_ scored: Int, _ noun: String, _ seconds: Double) -> String {
    let rate = Double(scored) / max(seconds, 1e-9)
    return switch rate {
    case 100...: "\(grouped(Int(min(rate, 1e15).rounded()))) \(noun)s/s"
    default: String(format: "%.3g \(noun)s/s", rate)
    }
  }

  /// Minutes and seconds, with hours and days where there are such.
  static func clock(_ seconds: Double) -> String {
    let whole = Int(min(seconds, 1e12).rounded(.up))
    return switch whole {
    case ..<3600: String(format: "%d:%02d", whole / 60, whole % 60)
    case ..<86400: String(format: "%d:%02d:%02d", whole / 3600, whole / 60 % 60, whole % 60)
    default: String(format: "%d days %d:%02d", whole / 86400, whole / 3600 % 24, whole / 60 % 60)
    }
  }
}
