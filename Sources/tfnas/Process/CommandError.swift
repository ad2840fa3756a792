internal import Distribution
internal import Formats
internal import Foundation
internal import Interchange
internal import Networks
internal import Ranking
internal import ResultStore
internal import Scoring
internal import Search
internal import SpaceFiles
internal import Spaces
internal import Studies
internal import Tensors
internal import Watching

/// What the command says to the shell when it ends; the numbers are those of `sysexits.h`.
enum ExitStatus: Int32 {
  case done = 0
  /// A value differs from the published one.
  case differs = 1
  case usage = 64
  case badData = 65
  case missingInput = 66
  case unsupported = 69
  case bug = 70
  case cannotWrite = 73
  case incomplete = 75
}

/// Why the command ends before its work is done: a status, and one line that says why.
struct CommandError: Error, CustomStringConvertible {
  let status: ExitStatus
  /// Empty where nothing is to be said, as after a pipe was closed.
  let message: String

  /// What is said of it where an error stands in the message of another.
  var description: String { message }

  init(_ status: ExitStatus, _ message: String) {
    self.status = status
    self.message = message
  }

  /// The status that belongs to an error of the library.
  init(_ error: any Error) {
    switch error {
    case let error as CommandError: self = error
    case let error as NASBench201ParsingError: self.init(.badData, error.description)
    case let error as MobileNetV2ParsingError: self.init(.badData, error.description)
    case let error as ONNXError:
      let status: ExitStatus =
        switch error.problem {
        case .missing, .unreadable: .missingInput
        case .malformed: .badData
        case .unsupported: .unsupported
        }
      self.init(status, error.description)
    case let error as ExportError: self.init(.unsupported, error.description)
    case let error as CSVError: self.init(.badData, error.description)
    case let error as FileError: self.init(error)
    case let error as SafeTensorsError: self.init(error)
    case let error as ImageFileError: self.init(error)
    case let error as InputObstacle:
      self.init(error.remedy == .usage ? .usage : .badData, error.description)
    case let error as RankingModelError: self.init(error)
    case let error as LearnedRankingError: self.init(.badData, error.description)
    case let error as FeatureListError: self.init(.badData, error.description)
    case let error as FeatureMatrixError: self.init(.badData, error.description)
    case let error as ResultStoreError: self.init(error)
    case let error as NetworkError where FileSpace.isPlaced(error):
      self.init(.badData, error.description)
    case let error as NetworkError:
      self.init(.usage, "the sizes leave no room for the network: \(error)")
    case let error as SharedRunError: self.init(error)
    case let error as WatchServer.Failure: self.init(error)
    case let error as EvaluationFailure:
      switch error {
      case .network(_, let error): self.init(error)
      case .backend: self.init(.bug, error.description)
      }
    case let error as SpaceFileError: self.init(.badData, error.description)
    case let error as FileArchitectureError: self.init(.badData, error.description)
    case let error as SearchExhaustion: self.init(.badData, error.description)
    default: self.init(.bug, "\(error)")
    }
  }

  private init(_ error: FileError) {
    let status: ExitStatus =
      if case .unwritable = error.problem { .cannotWrite } else { .missingInput }
    self.init(status, error.description)
  }

  private init(_ error: SharedRunError) {
    let status: ExitStatus = if case .noRun = error { .missingInput } else { .badData }
    self.init(status, error.description)
  }

  private init(_ error: WatchServer.Failure) {
    let status: ExitStatus = if case .refused = error { .cannotWrite } else { .incomplete }
    self.init(status, error.description)
  }

  private init(_ error: SafeTensorsError) {
    let status: ExitStatus =
      switch error.problem {
      case .missing, .unreadable: .missingInput
      case .unwritable: .cannotWrite
      default: .badData
      }
    self.init(status, error.description)
  }

  private init(_ error: ImageFileError) {
    let status: ExitStatus =
      switch error.problem {
      case .missing, .unreadable: .missingInput
      default: .badData
      }
    self.init(status, error.description)
  }

  private init(_ error: RankingModelError) {
    let status: ExitStatus =
      switch error.problem {
      case .missing, .unreadable: .missingInput
      case .unwritable: .cannotWrite
      default: .badData
      }
    self.init(status, error.description)
  }

  private init(_ error: ResultStoreError) {
    let status: ExitStatus =
      switch error.category {
      case .badData: .badData
      case .missingInput: .missingInput
      case .cannotWrite: .cannotWrite
      case .tryAgain: .incomplete
      }
    self.init(status, error.description)
  }

  /// Says why and ends the process.
  func finish() -> Never {
    if !message.isEmpty { Diagnostics.fail(message) }
    exit(status.rawValue)
  }
}
