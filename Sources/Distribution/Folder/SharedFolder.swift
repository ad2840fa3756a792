internal import Formats
internal import Foundation
package import Scoring

/// A folder in which workers on several machines share a run, without a server.
///
/// | file | what it is |
/// |---|---|
/// | `plan` | what is computed, written by the first worker, and a digest of the networks |
/// | `networks-DIGEST` | the networks of the plan, a line each |
/// | `workers/NAME` | who the worker is and how far; rewritten as long as it lives |
/// | `chunks/START.0` | the claim on the networks from START on: by whom, and to where |
/// | `chunks/START.1` | the claim of the worker that took the chunk over, and so on |
/// | `chunks/START.0.failed` | why the chunk could not be computed |
/// | `chunks/START.done` | that all of its networks are recorded |
/// | `records/NAME` | the scores that a worker computed, see ``RecordJournal`` |
/// | `printed` | which of the workers prints the result |
///
/// A round of a search is such a folder too, but for the workers, which are those of the whole search: see
/// ``SharedSearch``.
package struct SharedFolder: Sendable {
  /// The path as it was given.
  package let path: String
  /// What is computed.
  package let plan: RunPlan
  /// The directory with the notes of the workers.
  let workers: String

  /// Takes part in a run: writes its plan where the folder has none.
  ///
  /// - Parameters:
  ///   - path: the folder, which is made where there is none.
  ///   - plan: what is to be computed.
  ///   - workers: the directory with the notes of the workers, `nil` for one in the folder.
  /// - Throws: ``SharedRunError`` where the folder belongs to another run, `FileError` where it cannot be used.
  package init(joining path: String, plan: RunPlan, workers: String? = nil) throws {
    if let search = try SharedSearch.found(in: path) {
      throw SharedRunError.otherRun(
        folder: path, difference: "command is \(ShellText.quoted(search.plan.command))")
    }
    self.init(path: path, plan: plan, workers: workers)
    for part in [path, self.workers, path + "/chunks", path + "/records"] {
      _ = try OutputDirectory(part, isForced: true)
    }
    let file = Self.plan(in: path)
    let head = plan.head
    if !SharedFile.exists(file) {
      // Whose plan it will be is not known yet, so the networks of each have a name of their own.
      _ = try SharedFile.publish(plan.networkBytes, at: Self.networks(head.digest, in: path))
      if try SharedFile.publish(head.bytes, at: file) { return }
    }
    let found = try RunPlan.Head(parsing: InputFile.bytes(of: file), file: file)
    if found.digest == head.digest, found.columns == head.columns { return }
    let other = try Self.plan(of: found, in: path)
    if let difference = other.difference(from: plan, withKernels: false) {
      throw SharedRunError.otherRun(folder: path, difference: difference)
    }
    throw SharedRunError.otherKernels(folder: path, planned: other.kernels, own: plan.kernels)
  }

  /// Looks into the folder of a run.
  ///
  /// - Throws: ``SharedRunError`` where there is no run in it, `FileError` where it cannot be read.
  package init(reading path: String) throws {
    self.init(path: path, plan: try Self.plan(of: Self.head(in: path), in: path))
  }

  private init(path: String, plan: RunPlan, workers: String? = nil) {
    self.path = path
    self.plan = plan
    self.workers = workers ?? path + "/workers"
  }

  /// Whether a run was begun in a folder.
  package static func hasRun(in path: String) -> Bool { SharedFile.exists(plan(in: path)) }

  /// What is computed in a folder, without the networks.
  ///
  /// - Throws: ``SharedRunError`` where there is no run in it, `FileError` where it cannot be read.
  static func head(in path: String) throws -> RunPlan.Head {
    guard hasRun(in: path) else {
      _ = try SharedFile.names(in: path)
      throw SharedRunError.noRun(folder: path)
    }
    return try RunPlan.Head(parsing: InputFile.bytes(of: plan(in: path)), file: plan(in: path))
  }

  private static func plan(of head: RunPlan.Head, in path: String) throws -> RunPlan {
    let file = networks(head.digest, in: path)
    return try RunPlan(parsing: head.bytes + InputFile.bytes(of: file), file: file)
  }

  private static func plan(in path: String) -> String { path + "/plan" }

  private static func networks(_ digest: String, in path: String) -> String {
    "\(path)/networks-\(digest)"
  }

  /// The chunks and workers.
  var board: ChunkBoard {
    ChunkBoard(path: path, workers: workers, networks: plan.networks.count)
  }
  var records: String { path + "/records" }
  /// Whether it is a round of a search, at whose end all workers wait for one another.
  var isRound: Bool { workers != path + "/workers" }

  /// Whether every network is recorded.
  ///
  /// - Throws: ``SharedRunError/malformed(file:reason:)`` where a claim is damaged, `FileError` where the folder cannot
  ///   be read.
  package func isComplete() throws -> Bool { try board.isComplete() }

  // MARK: Result

  /// Whether a worker prints the result: the first of those that ask.
  ///
  /// - Parameters:
  ///   - worker: its name.
  ///   - folder: the folder of the run, or that around several.
  /// - Returns: `nil` where it does, otherwise the name of the one that does.
  /// - Throws: `FileError` where the folder cannot be written or read.
  package static func printer(_ worker: String, in folder: String) throws -> String? {
    let file = folder + "/printed"
    if try SharedFile.publish(Array((worker + "\n").utf8), at: file) { return nil }
    let name = String(decoding: try InputFile.bytes(of: file), as: UTF8.self)
    return name.trimmingCharacters(in: .newlines)
  }

  /// Whether a worker prints the result, or has.
  package static func hasPrinter(in folder: String) -> Bool {
    SharedFile.exists(folder + "/printed")
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
