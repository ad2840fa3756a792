internal import Formats
internal import Networks

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

/// Sizes of networks that can be built.
enum SizeCheck {
  /// The largest image, class count and width: with them no count overflows.
  static let largest = (resolution: 4096, classes: 1_000_000, width: 8192)

  /// Refuses sizes that no network has.
  static func check(resolution: Int, classes: Int, width: Int = 1) throws(NetworkError) {
    guard (1...largest.resolution).contains(resolution) else {
      throw NetworkError(
        node: "input",
        problem: "images of \(resolution) rows; rows are 1 to \(largest.resolution)")
    }
    guard (1...largest.classes).contains(classes) else {
      throw NetworkError(
        node: "classifier", problem: "\(classes) classes; classes are 1 to \(largest.classes)")
    }
    guard (1...largest.width).contains(width) else {
      throw NetworkError(
        node: "stem", problem: "a width of \(width) channels; widths are 1 to \(largest.width)")
    }
  }
}

extension [String: SettingValue] {
  /// A setting that is a whole number.
  func integer(_ name: String) -> Int? {
    if case .integer(let value) = self[name] { value } else { nil }
  }
}
