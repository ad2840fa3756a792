public import Scoring

/// What can go wrong with a store; the description is one line that names the file.
public enum ResultStoreError: Error, Equatable, Sendable {
  /// There is no file to read.
  case missing(path: String)
  /// The directory in which the store would be created does not exist.
  case directoryMissing(path: String, directory: String)
  /// The file is there but cannot be read.
  case notReadable(path: String, reason: String)
  /// The store cannot be created or changed.
  case notWritable(path: String, reason: String)
  /// The file is not an SQLite database.
  case notADatabase(path: String)
  /// The file is an SQLite database of another application.
  case foreign(path: String)
  /// The schema is one of a later version of this package.
  case newer(path: String, schema: Int, supported: Int)
  /// The schema must be brought up to date, for which the store must be opened for writing.
  case older(path: String, schema: Int, supported: Int)
  /// The content of the file is damaged.
  case corrupt(path: String, reason: String)
  /// The store holds another score under the key of a record that was to be appended.
  case conflict(path: String, stored: Evaluation, appended: Evaluation)
  /// Two files hold different scores under the key of a record.
  case contradiction(stored: Evaluation, in: String, other: Evaluation, of: String)
  /// The file was deleted, moved or replaced while the store was open.
  case replaced(path: String)
  /// There is no room left; nothing that was appended before is lost.
  case diskFull(path: String)
  /// Another process kept the store locked for too long.
  case busy(path: String)
  /// The operating system failed to read or write the file.
  case inputOutput(path: String, reason: String)
  /// Anything else, in the words of SQLite.
  case other(path: String, reason: String)

  /// The kind of a failure, by what the user can do about it.
  public enum Category: Hashable, Sendable {
    /// The file holds what it should not hold.
    case badData
    /// There is nothing to read.
    case missingInput
    /// The store cannot be created or cannot grow.
    case cannotWrite
    /// The work is incomplete, and it is safe to run it again.
    case tryAgain
  }

  /// The kind of this failure.
  ///
  /// A failure that is not known by name counts as ``Category/tryAgain``: what was appended before
  /// is safe, so running again is.
  public var category: Category {
    switch self {
    case .notADatabase, .foreign, .newer, .older, .corrupt, .conflict, .contradiction: .badData
    case .missing, .notReadable: .missingInput
    case .directoryMissing, .notWritable, .replaced, .diskFull, .inputOutput: .cannotWrite
    case .busy, .other: .tryAgain
    }
  }
}

extension ResultStoreError: CustomStringConvertible {
  /// One line that names the file and says what is wrong with it.
  public var description: String {
    switch self {
    case .missing(let path):
      "\(path): there is no such file"
    case .directoryMissing(let path, let directory):
      "\(path): the directory \(directory) does not exist"
    case .notReadable(let path, let reason):
      "\(path): cannot be read: \(reason)"
    case .notWritable(let path, let reason):
      "\(path): cannot be written: \(reason)"
    case .notADatabase(let path):
      "\(path): is not an SQLite database"
    case .foreign(let path):
      "\(path): is an SQLite database, but not a store of results"
    case .newer(let path, let schema, let supported):
      "\(path): was written by a newer version of tfnas "
        + "(schema \(schema); this version knows schemas up to \(supported))"
    case .older(let path, let schema, let supported):
      schema == 0
        ? "\(path): holds nothing: its creation was not finished, which a command does that adds scores"
        : "\(path): has schema \(schema) and must be opened for writing once "
          + "to be brought to schema \(supported)"
    case .corrupt(let path, let reason):
      "\(path): is damaged: \(reason)"
    case .conflict(let path, let stored, let appended):
      "\(path): holds another score of \(appended.proxy) for \(appended.architecture) "
        + "in \(appended.space) with settings \(appended.settings) and seed \(appended.seed): "
        + "\(text(of: stored)) is stored, \(text(of: appended)) was to be appended"
    case .contradiction(let stored, let path, let other, let otherPath):
      "two scores of \(other.proxy) for \(other.architecture) in \(other.space) with settings "
        + "\(other.settings) and seed \(other.seed): \(text(of: stored)) in \(path), "
        + "\(text(of: other)) in \(otherPath)"
    case .replaced(let path):
      "\(path): was deleted, moved or replaced while it was open, and what was appended went with it; "
        + "name another store, or run again to begin one"
    case .diskFull(let path):
      "\(path): there is no room left; everything that was appended before is kept"
    case .busy(let path):
      "\(path): another process keeps the store locked; try again"
    case .inputOutput(let path, let reason):
      "\(path): reading or writing failed: \(reason)"
    case .other(let path, let reason):
      "\(path): \(reason)"
    }
  }

  private func text(of evaluation: Evaluation) -> String {
    switch evaluation.score {
    case .value(let number): "\(number) (version \(evaluation.version))"
    case .undefined(let reason): "undefined, \"\(reason)\" (version \(evaluation.version))"
    }
  }
}
