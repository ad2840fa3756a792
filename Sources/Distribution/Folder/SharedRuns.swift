internal import Formats

/// What lies in a shared folder: a run, the runs of the tasks of a study, or the rounds of a search.
package struct SharedRuns: Sendable {
  /// The search, `nil` where there is none.
  package let search: SharedSearch?
  /// Where the runs, tasks or rounds are, in their order.
  package let paths: [String]

  /// Looks into a folder.
  ///
  /// - Throws: ``SharedRunError`` where there is nothing of the kind in it, `FileError` where it cannot be read.
  package init(in path: String) throws {
    search = try SharedSearch.found(in: path)
    if let search {
      paths = try search.rounds()
    } else if SharedFolder.hasRun(in: path) {
      paths = [path]
    } else {
      paths = try Self.numbered(Self.taskPrefix, in: path)
      guard !paths.isEmpty else { throw SharedRunError.noRun(folder: path) }
    }
  }

  /// How far they are: each run, or the search as a whole.
  package func statuses() throws -> [SharedRunStatus] {
    if let search { return [try SharedRunStatus(of: search)] }
    return try paths.map { try SharedRunStatus(of: $0) }
  }

  /// The command of what lies in a folder besides a search, `nil` where there is nothing.
  static func command(in path: String) throws -> [String]? {
    if SharedFolder.hasRun(in: path) { return try SharedFolder.head(in: path).command }
    guard SharedFile.exists(path) else { return nil }
    return try numbered(taskPrefix, in: path).first.map { try SharedFolder.head(in: $0).command }
  }

  /// The folder of a task of a study, counted from 1 on.
  package static func task(_ number: Int, in path: String) -> String {
    "\(path)/\(taskPrefix)\(number)"
  }

  private static let taskPrefix = "task-"

  /// The folders with a run whose names are a prefix and a number, in the order of the numbers.
  static func numbered(_ prefix: String, in path: String) throws -> [String] {
    try SharedFile.names(in: path).compactMap { name -> (Int, String)? in
      guard name.hasPrefix(prefix), let number = Int(name.dropFirst(prefix.count)),
        SharedFolder.hasRun(in: path + "/" + name)
      else { return nil }
      return (number, path + "/" + name)
    }.sorted { $0.0 < $1.0 }.map(\.1)
  }
}
