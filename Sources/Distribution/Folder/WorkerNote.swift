internal import Formats
internal import Foundation

/// What a worker says of itself, again and again as long as it lives.
package struct WorkerNote: FolderNote, Hashable, Sendable {
  /// What a worker does.
  package enum State: String, Codable, Sendable {
    /// It computes a chunk.
    case working
    /// It has nothing to compute, and waits for the others.
    case waiting
    /// It has left.
    case ended
  }

  /// The name of the machine.
  package var host: String
  /// The number of the process.
  package var process: Int32
  /// Its threads.
  package var threads: Int
  /// How many seconds it may say nothing before it counts as dead.
  package var lease: Double
  /// What it does.
  package var state = State.waiting
  /// The networks that it has scored.
  package var networks = 0
  /// The seconds that they took, without those of waiting.
  package var seconds = 0.0
  /// The networks that are recorded of the chunk at hand.
  package var recorded = 0

  init(host: String, process: Int32, threads: Int, lease: Double) {
    self.host = host
    self.process = process
    self.threads = threads
    self.lease = lease
  }

  /// What a worker says of itself, and when it said so by the clock of the folder; `nil` where it says nothing.
  static func read(_ worker: String, in directory: String) -> (note: WorkerNote, time: Double)? {
    let file = directory + "/" + worker
    // Opening it asks the server; the time is then that of what is read, or a later one.
    guard SharedFile.exists(file), let note = try? WorkerNote(file: file),
      let time = SharedFile.modification(of: file)
    else { return nil }
    return (note, time)
  }

  /// The networks in a second; `nil` where none was scored.
  package var rate: Double? { networks > 0 && seconds > 0 ? Double(networks) / seconds : nil }
}
