internal import Formats

/// Why a model file cannot be read as a network.
public struct ONNXError: Error, Hashable, CustomStringConvertible {
  /// An operator that has no counterpart here, with the first node that has it.
  public struct UnsupportedOperator: Hashable, Sendable {
    /// The operator, such as `LSTM`.
    public var name: String
    /// The domain of its operator set, empty for that of ONNX itself.
    public var domain: String
    /// The first node that has it.
    public var node: String
    /// What of it is not supported, `nil` where nothing is.
    public var reason: String?

    /// Creates a mention.
    public init(name: String, domain: String, node: String, reason: String? = nil) {
      self.name = name
      self.domain = domain
      self.node = node
      self.reason = reason
    }

    /// `LSTM (first in /rnn/LSTM)`.
    var description: String {
      let full = domain.isEmpty ? name : "\(domain).\(name)"
      return "\(full) (first in \(node)\(reason.map { ": \($0)" } ?? ""))"
    }
  }

  /// What is wrong.
  public enum Problem: Hashable, Sendable {
    /// There is no such file.
    case missing
    /// The system does not give it.
    case unreadable(String)
    /// It is no sound model of a classifier.
    case malformed(String)
    /// The model is sound, but has what cannot be expressed here.
    case unsupported([UnsupportedOperator])
  }

  /// The path of the file.
  public var file: String
  /// The node, tensor or value in the file, `nil` where the fault is in none.
  public var place: String?
  /// What is wrong.
  public var problem: Problem

  /// Creates an error.
  public init(file: String, place: String? = nil, problem: Problem) {
    self.file = file
    self.place = place
    self.problem = problem
  }

  /// One line that names the file and the place.
  public var description: String {
    SafeTensorsError.printable(text, limit: 4096)
  }

  private var text: String {
    let start = place.map { "\(file): \($0)" } ?? file
    switch problem {
    case .missing: return "\(start): there is no such file"
    case .unreadable(let reason): return "\(start): \(reason)"
    case .malformed(let text): return "\(start): \(text)"
    case .unsupported(let operators):
      let list = operators.map(\.description).joined(separator: ", ")
      return "\(start): not supported: \(list)"
    }
  }
}

/// What is wrong with a node, a tensor or a value, before file and place are known.
enum ModelProblem: Error, Hashable {
  /// The file is to blame.
  case malformed(String)
  /// A way in which an operator is used is not supported.
  case unsupported(String?)

  /// The error of a file.
  func error(file: String, place: String?) -> ONNXError {
    switch self {
    case .malformed(let text):
      ONNXError(file: file, place: place, problem: .malformed(text))
    case .unsupported(let reason):
      ONNXError(file: file, place: place, problem: .malformed(reason ?? "is not supported"))
    }
  }
}
