internal import Formats
internal import Foundation

/// A process among the workers of a folder: its name, and the sign of life that it gives until it leaves.
package final class Enrolment {
  /// What no other worker is called.
  package let name: String
  /// Tells the others that this worker lives.
  package let heartbeat: Heartbeat
  /// How many seconds it may say nothing before others take over what it computes.
  let lease: Double
  /// When it enrolled, by the clock of the folder.
  let birth: Double
  private let directory: String
  /// The workers that lived when they were counted last, and when that was.
  private var counted: (workers: Int, time: ContinuousClock.Instant)?

  /// Enrols a process.
  ///
  /// - Parameters:
  ///   - directory: where the notes of all workers are.
  ///   - lease: how many seconds it may say nothing before others take over what it computes.
  ///   - threads: its threads.
  /// - Throws: `FileError` where the directory cannot be written.
  package init(in directory: String, lease: Double, threads: Int) throws {
    self.directory = directory
    self.lease = lease
    let process = ProcessInfo.processInfo
    let host = String(
      process.hostName.unicodeScalars.map { scalar -> Character in
        scalar.isASCII && scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
          ? Character(scalar) : "-"
      })
    let nonce = String(UInt32.random(in: 0...(.max)), radix: 36)
    name = "\(host)-\(process.processIdentifier)-\(nonce)"
    heartbeat = try Heartbeat(
      file: directory + "/" + name,
      note: WorkerNote(
        host: process.hostName, process: process.processIdentifier, threads: threads,
        lease: lease))
    birth = try heartbeat.beat()
  }

  /// The seconds for which a number of workers is taken as it was.
  private static let memory = 5.0

  /// How many workers live, this one included.
  func workers() throws -> Int {
    if let counted, ContinuousClock.now - counted.time < .seconds(Self.memory) {
      return counted.workers
    }
    let now = try heartbeat.beat()
    let living = try SharedFile.names(in: directory).count { name in
      guard let (note, time) = WorkerNote.read(name, in: directory) else { return false }
      return note.state != .ended && now - time <= note.lease
    }
    counted = (max(living, 1), .now)
    return max(living, 1)
  }

  /// Leaves: what was claimed and is not done is free for others at once.
  package func end() {
    heartbeat.watch(successor: nil)
    heartbeat.end()
  }
}
