internal import Formats

/// What is wrong with a model file.
public struct RankingModelError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The kinds of fault.
  public enum Problem: Error, Hashable, Sendable {
    /// There is no such file.
    case missing
    /// The file cannot be read; the text is the system's reason.
    case unreadable(String)
    /// The file cannot be written; the text is the system's reason.
    case unwritable(String)
    /// The file is something else.
    case noModel
    /// The file has another version of the format.
    case otherFormat(Int)
    /// The file is a model in which something is missing or not what it should be.
    case damaged(String)
    /// The model reads features that this version does not compute.
    case otherFeatures(String)
  }

  /// The path of the file as it was given.
  public let file: String
  /// The fault.
  public let problem: Problem

  /// Creates an error from its parts.
  public init(file: String, problem: Problem) {
    self.file = file
    self.problem = problem
  }

  /// What stands between a file and its bytes.
  init(_ error: FileError) {
    let problem: Problem =
      switch error.problem {
      case .missing: .missing
      case .unreadable(let reason): .unreadable(reason)
      case .unwritable(let reason): .unwritable(reason)
      }
    self.init(file: error.file, problem: problem)
  }

  /// The file and the fault on one line.
  public var description: String {
    "\(SafeTensorsError.printable(file, limit: .max)): \(explanation)"
  }

  private var explanation: String {
    switch problem {
    case .missing: "no such file"
    case .unreadable(let reason): "cannot be read: \(SafeTensorsError.printable(reason))"
    case .unwritable(let reason): "cannot be written: \(SafeTensorsError.printable(reason))"
    case .noModel: "it is no ranking model"
    case .otherFormat(let version):
      "a ranking model of format \(version), this version reads format "
        + "\(RankingModel.formatVersion)"
    case .damaged(let fault): "damaged: \(SafeTensorsError.printable(fault))"
    case .otherFeatures(let difference): "a ranking model with other features: \(difference)"
    }
  }
}
