internal import Formats

/// A folder in which workers on several machines share a search, without a server.
///
/// What a search proposes depends on the ranks of all networks before, and on nothing else that differs between
/// workers. So each of them runs the whole search, and whenever networks are to be scored, all come to the same list:
/// it is the next round, which they share as any other run. Who comes late finds the rounds before done.
///
/// | file | what it is |
/// |---|---|
/// | `search` | what makes the search, written by the first worker |
/// | `workers/NAME` | who the worker is and how far; rewritten as long as it lives |
/// | `round-1`, `round-2`, ... | the networks that were scored together, each a ``SharedFolder`` |
/// | `ended` | that nothing is left to be scored |
/// | `printed` | which of the workers prints the result |
package struct SharedSearch: Sendable {
  /// The path as it was given.
  package let path: String
  /// What makes the search.
  package let plan: SharedSearchPlan

  /// Takes part in a search: writes its plan where the folder has none.
  ///
  /// - Parameters:
  ///   - path: the folder, which is made where there is none.
  ///   - plan: what is to be searched.
  /// - Throws: ``SharedRunError`` where the folder belongs to something else, `FileError` where it cannot be used.
  package init(joining path: String, plan: SharedSearchPlan) throws {
    if let command = try SharedRuns.command(in: path) {
      throw SharedRunError.otherRun(
        folder: path, difference: "command is \(ShellText.quoted(command))")
    }
    self.path = path
    self.plan = plan
    for part in ["", "/workers"] { _ = try OutputDirectory(path + part, isForced: true) }
    let file = Self.plan(in: path)
    if !SharedFile.exists(file), try SharedFile.publish(plan.bytes, at: file) { return }
    let found = try SharedSearchPlan(reading: file)
    if let difference = found.difference(from: plan) {
      throw SharedRunError.otherRun(folder: path, difference: difference)
    }
    guard found.kernels == plan.kernels else {
      throw SharedRunError.otherKernels(folder: path, planned: found.kernels, own: plan.kernels)
    }
  }

  private init(path: String, plan: SharedSearchPlan) {
    self.path = path
    self.plan = plan
  }

  /// The search of a folder, `nil` where there is none.
  ///
  /// - Throws: ``SharedRunError/malformed(file:reason:)`` where its plan is damaged, `FileError` where it cannot be read.
  package static func found(in path: String) throws -> SharedSearch? {
    guard SharedFile.exists(plan(in: path)) else { return nil }
    return SharedSearch(path: path, plan: try SharedSearchPlan(reading: plan(in: path)))
  }

  private static func plan(in path: String) -> String { path + "/search" }

  /// The directory with the notes of the workers.
  package var workers: String { path + "/workers" }

  // MARK: Rounds

  private static let prefix = "round-"

  /// Takes part in a round.
  ///
  /// - Parameters:
  ///   - number: which one, from 1 on.
  ///   - plan: its networks.
  /// - Returns: its folder.
  /// - Throws: ``SharedRunError`` where others have come to other networks, `FileError` where it cannot be used.
  package func join(round number: Int, plan: RunPlan) throws -> SharedFolder {
    try SharedFolder(joining: "\(path)/\(Self.prefix)\(number)", plan: plan, workers: workers)
  }

  /// The folders of the rounds that were begun, in their order.
  package func rounds() throws -> [String] {
    try SharedRuns.numbered(Self.prefix, in: path)
  }

  /// Says that nothing is left to be scored.
  package func end() throws { _ = try SharedFile.publish([], at: path + "/ended") }

  /// Whether nothing is left to be scored.
  package var hasEnded: Bool { SharedFile.exists(path + "/ended") }
}
