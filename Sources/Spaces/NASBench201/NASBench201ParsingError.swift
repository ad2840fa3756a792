/// Why a text is no NAS-Bench-201 architecture.
///
/// Positions count the characters of the text as it was given, from 1.
public enum NASBench201ParsingError: Error, Hashable, Sendable {
  /// The text is empty or only white space.
  case empty
  /// The text has none of the four forms.
  case unrecognized(token: String, position: Int)
  /// The index is not that of an architecture.
  case indexOutOfRange(token: String, position: Int)
  /// The cell names an operation outside the space.
  case unknownOperation(token: String, position: Int)
  /// The tuple has a code that belongs to no operation.
  case unknownCode(token: String, position: Int)
  /// An edge names another source than its place in the group says.
  case wrongSource(token: String, expected: Int, node: Int, position: Int)
  /// A bar, tilde or bracket is missing; the token is what stands in its place.
  case missing(mark: String, token: String, position: Int)
  /// A node ends before all its edges are given.
  case missingEdges(node: Int, found: Int, position: Int)
  /// A node goes on after all its edges were given.
  case extraEdge(token: String, node: Int, position: Int)
  /// The cell ends before its third node.
  case missingNodes(found: Int, position: Int)
  /// The cell goes on with a fourth node.
  case extraNode(token: String, position: Int)
  /// The tuple ends before its sixth code.
  case missingCodes(found: Int, position: Int)
  /// The tuple goes on after its sixth code.
  case extraCode(token: String, position: Int)
  /// The dictionary names an edge that a cell does not have.
  case unknownEdge(token: String, position: Int)
  /// The dictionary names an edge twice.
  case repeatedEdge(token: String, position: Int)
  /// The dictionary ends before all six edges are given.
  case missingDictionaryEdges(found: Int)
  /// Something follows a complete architecture.
  case trailing(token: String, position: Int)
}

extension NASBench201ParsingError: CustomStringConvertible {
  /// One line that names the offending token and its place.
  public var description: String {
    switch self {
    case .empty:
      return "no architecture: the text is empty; \(Self.forms)"
    case .unrecognized(let token, let position):
      return "\(quoted(token)) at character \(position) is no architecture; \(Self.forms)"
    case .indexOutOfRange(let token, let position):
      return "index \(quoted(token)) at character \(position) is out of range: 0 to 15624"
    case .unknownOperation(let token, let position):
      let known = NASBench201Operation.allCases.map(\.rawValue).joined(separator: ", ")
      return "unknown operation \(quoted(token)) at character \(position); known are \(known)"
    case .unknownCode(let token, let position):
      return "unknown operation code \(quoted(token)) at character \(position); codes are 0 to 4"
    case .wrongSource(let token, let expected, let node, let position):
      return "wrong source \(quoted(token)) at character \(position): "
        + "expected \(expected) for edge \(expected + 1) of node \(node)"
    case .missing(let mark, let token, let position):
      let found = token.isEmpty ? "the end of the text" : quoted(token)
      return "expected \(quoted(mark)) at character \(position), found \(found)"
    case .missingEdges(let node, let found, let position):
      return "node \(node) ends at character \(position) after \(found) of its \(node) edges"
    case .extraEdge(let token, let node, let position):
      return "\(quoted(token)) at character \(position) is one edge too many for node \(node), "
        + "which has \(node)"
    case .missingNodes(let found, let position):
      return "the cell ends at character \(position) after \(found) of its 3 nodes"
    case .extraNode(let token, let position):
      return "\(quoted(token)) at character \(position) is one node too many for a cell of 3"
    case .missingCodes(let found, let position):
      return "the tuple ends at character \(position) after \(found) of its 6 operation codes"
    case .extraCode(let token, let position):
      return "\(quoted(token)) at character \(position) is one code too many for a tuple of 6"
    case .unknownEdge(let token, let position):
      return "unknown edge \(quoted(token)) at character \(position); edges are "
        + NASBench201Architecture.edges.map { "\($0.source)_\($0.target)" }.joined(separator: ", ")
    case .repeatedEdge(let token, let position):
      return "edge \(quoted(token)) at character \(position) is there twice"
    case .missingDictionaryEdges(let found):
      return "the dictionary has \(found) of the 6 edges of a cell"
    case .trailing(let token, let position):
      return "unexpected \(quoted(token)) at character \(position) after the architecture"
    }
  }

  private static let forms =
    "expected a cell like |none~0|+|none~0|none~1|+|none~0|none~1|none~2|, "
    + "an index from 0 to 15624, a tuple like (2, 2, 2, 2, 2, 2), or a dictionary like "
    + "{\"0_1\": \"conv_3x3\", ...}"

  /// A token in quotation marks, on one line whatever it holds, and cut where it is long.
  private func quoted(_ token: String) -> String {
    let shown = token.unicodeScalars.prefix(40).map { $0.escaped(asASCII: true) }.joined()
    return "'" + shown + (token.unicodeScalars.count > 40 ? "..." : "") + "'"
  }
}
