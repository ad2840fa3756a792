/// Why a text is no architecture of a space.
///
/// Positions count the characters of the text as it was given, from 1.
public struct ArchitectureError: Error, Hashable, Sendable {
  /// What stands at the place; empty at the end of the text.
  public var token: String
  /// The place.
  public var position: Int
  /// What is wrong there, such as `expected a comma`.
  public var problem: String

  /// Creates an error.
  public init(token: String, position: Int, problem: String) {
    self.token = token
    self.position = position
    self.problem = problem
  }
}

extension ArchitectureError: CustomStringConvertible {
  /// One line with the problem, the place and the token.
  public var description: String {
    let found = token.isEmpty ? "the end of the text" : quoted
    return "\(problem) at character \(position), found \(found)"
  }

  /// The token in quotation marks, on one line whatever it holds, and cut where it is long.
  private var quoted: String {
    let shown = token.unicodeScalars.prefix(40).map { $0.escaped(asASCII: true) }.joined()
    return "'" + shown + (token.unicodeScalars.count > 40 ? "..." : "") + "'"
  }
}
