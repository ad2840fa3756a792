internal import Distribution
internal import Formats

/// The runs of a folder.
enum SharedFolders {
  /// The run of a folder, or those of the tasks of a study.
  ///
  /// - Throws: 66 where there is none.
  static func runs(in path: String) throws -> [SharedFolder] {
    try paths(in: path).map { try SharedFolder(reading: $0) }
  }

  /// Where the runs of a folder are.
  static func paths(in path: String) throws -> [String] {
    if SharedFolder.hasRun(in: path) { return [path] }
    let tasks = try SharedFile.names(in: path).compactMap { name -> (Int, String)? in
      guard name.hasPrefix(taskPrefix), let number = Int(name.dropFirst(taskPrefix.count)),
        SharedFolder.hasRun(in: path + "/" + name)
      else { return nil }
      return (number, path + "/" + name)
    }
    guard !tasks.isEmpty else { throw SharedRunError.noRun(folder: path) }
    return tasks.sorted { $0.0 < $1.0 }.map(\.1)
  }

  /// The folder of a task of a study, counted from 1 on.
  static func task(_ number: Int, in path: String) -> String { "\(path)/\(taskPrefix)\(number)" }

  private static let taskPrefix = "task-"
}
