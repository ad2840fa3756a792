internal import Formats
internal import Foundation
package import Scoring

/// A folder in which workers on several machines share a run, without a server.
///
/// | file | what it is |
/// |---|---|
/// | `plan` | what is computed, written by the first worker |
/// | `workers/NAME` | who the worker is and how far; rewritten as long as it lives |
/// | `chunks/START.0` | the claim on the networks from START on: by whom, and to where |
/// | `chunks/START.1` | the claim of the worker that took the chunk over, and so on |
/// | `chunks/START.0.failed` | why the chunk could not be computed |
/// | `chunks/START.done` | that all of its networks are recorded |
/// | `records/NAME` | the scores that a worker computed, see ``RecordJournal`` |
/// | `printed` | which of the workers prints the result |
package struct SharedFolder: Sendable {
  /// The path as it was given.
  package let path: String
  /// What is computed.
  package let plan: RunPlan

  /// Takes part in a run: writes its plan where the folder has none.
  ///
  /// - Parameters:
  ///   - path: the folder, which is made where there is none.
  ///   - plan: what is to be computed.
  /// - Throws: ``SharedRunError`` where the folder belongs to another run, `FileError` where it cannot be used.
  package init(joining path: String, plan: RunPlan) throws {
    for part in ["", "/workers", "/chunks", "/records"] {
      _ = try OutputDirectory(path + part, isForced: true)
    }
    let file = Self.plan(in: path)
    if try !SharedFile.exists(file) && SharedFile.publish(plan.bytes, at: file) {
      self.init(path: path, plan: plan)
      return
    }
    let found = try RunPlan(file: file)
    if let difference = found.difference(from: plan, withKernels: false) {
      throw SharedRunError.otherRun(folder: path, difference: difference)
    }
    guard found.columns == plan.columns else {
      throw SharedRunError.otherKernels(
        folder: path, planned: found.kernels, own: plan.kernels)
    }
    self.init(path: path, plan: found)
  }

  /// Looks into the folder of a run.
  ///
  /// - Throws: ``SharedRunError`` where there is no run in it, `FileError` where it cannot be read.
  package init(reading path: String) throws {
    guard SharedFile.exists(Self.plan(in: path)) else {
      _ = try SharedFile.names(in: path)
      throw SharedRunError.noRun(folder: path)
    }
    self.init(path: path, plan: try RunPlan(file: Self.plan(in: path)))
  }

  private init(path: String, plan: RunPlan) {
    self.path = path
    self.plan = plan
  }

  /// Whether a run was begun in a folder.
  package static func hasRun(in path: String) -> Bool { SharedFile.exists(plan(in: path)) }

  private static func plan(in path: String) -> String { path + "/plan" }

  var chunks: String { path + "/chunks" }
  var workers: String { path + "/workers" }
  var records: String { path + "/records" }

  // MARK: Chunks

  /// The chunks as the folder shows them now.
  func table() throws -> ChunkTable { ChunkTable(names: try SharedFile.names(in: chunks)) }

  /// The claim on a chunk; `nil` where there is none of that generation.
  func claim(_ start: Int, _ generation: Int) throws -> ChunkClaim? {
    let file = chunks + "/" + ChunkTable.name(start, generation)
    guard SharedFile.exists(file) else { return nil }
    return try ChunkClaim(file: file)
  }

  /// Where a chunk ends.
  func end(of start: Int) throws -> Int {
    guard let claim = try claim(start, 0) else {
      throw SharedRunError.malformed(
        file: chunks + "/" + ChunkTable.name(start, 0), reason: "the first claim is missing")
    }
    guard claim.end > start, claim.end <= plan.networks.count else {
      throw SharedRunError.malformed(
        file: chunks + "/" + ChunkTable.name(start, 0),
        reason: "a chunk from \(start) to \(claim.end) of \(plan.networks.count) networks")
    }
    return claim.end
  }

  /// All chunks with their ends, as many as have been claimed.
  func ranges(_ table: ChunkTable) throws -> [Range<Int>] {
    let starts = table.chunks.map(\.start)
    guard let last = starts.last else { return [] }
    let ends = starts.dropFirst() + [try end(of: last)]
    return zip(starts, ends).map { $0..<$1 }
  }

  // MARK: Workers

  /// What a worker says of itself, and when it said so by the clock of the folder; `nil` where it says nothing.
  func note(of worker: String) throws -> (note: WorkerNote, time: Double)? {
    let file = workers + "/" + worker
    // Opening it asks the server; the time is then that of what is read, or a later one.
    guard SharedFile.exists(file), let note = try? WorkerNote(file: file),
      let time = SharedFile.modification(of: file)
    else { return nil }
    return (note, time)
  }

  // MARK: Result

  /// Whether a worker prints the result: the first of those that ask.
  ///
  /// - Parameters:
  ///   - worker: its name.
  ///   - folder: the folder of the run, or that around several.
  /// - Returns: `nil` where it does, otherwise the name of the one that does.
  package static func printer(_ worker: String, in folder: String) throws -> String? {
    let file = folder + "/printed"
    if try SharedFile.publish(Array((worker + "\n").utf8), at: file) { return nil }
    let name = String(decoding: try InputFile.bytes(of: file), as: UTF8.self)
    return name.trimmingCharacters(in: .newlines)
  }

  /// Every record of the run, by the position of its network and in the order of the columns; `nil` for
  /// networks without.
  ///
  /// - Throws: ``SharedRunError/contradiction(network:proxy:first:second:)`` where two workers found different
  ///   scores, ``SharedRunError/malformed(file:reason:)`` where a journal is damaged.
  package func recorded() throws -> [[RecordJournal.Cell]?] {
    var found = [[RecordJournal.Cell]?](repeating: nil, count: plan.networks.count)
    for worker in try SharedFile.names(in: records) {
      try RecordJournal.read(records + "/" + worker, of: plan) { number, cells in
        guard let known = found[number] else {
          found[number] = cells
          return
        }
        for (column, (first, second)) in zip(plan.columns, zip(known, cells))
        where !first.isSameScore(as: second) {
          throw SharedRunError.contradiction(
            network: plan.networks[number], proxy: column.proxy,
            first: first.text, second: "\(second.text) by \(worker)")
        }
      }
    }
    return found
  }

  /// The records of a network.
  package func evaluations(_ cells: [RecordJournal.Cell], of number: Int) -> [Evaluation] {
    zip(plan.columns, cells).map { column, cell in
      Evaluation(
        space: plan.space, architecture: plan.networks[number], proxy: column.proxy,
        settings: column.settings, seed: plan.seed, version: plan.version,
        kernels: column.kernels, score: cell.score, seconds: cell.seconds)
    }
  }
}
