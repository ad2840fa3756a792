internal import Formats
internal import Foundation

/// What makes a search, written down so that every process that takes part proposes and scores the same networks.
package struct SharedSearchPlan: FolderNote, Hashable, Sendable {
  /// Something that determines the search.
  package struct Fact: Codable, Hashable, Sendable {
    /// What it is.
    package var name: String
    /// How it is, as text.
    package var value: String

    /// Creates a fact.
    package init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  private var format = 1
  /// The version of the package.
  package var version: String
  /// All that the proposals and the scores depend on.
  package var facts: [Fact]
  /// The instruction sets and libraries that compute the scores.
  package var kernels: String
  /// About how many networks are going to be scored.
  package var expected: Int
  /// The command line of the process that wrote the plan.
  package var command: [String]

  /// Creates a plan from its parts.
  package init(
    version: String, facts: [Fact], kernels: String, expected: Int, command: [String]
  ) {
    self.version = version
    self.facts = facts
    self.kernels = kernels
    self.expected = expected
    self.command = command
  }

  /// Reads a file.
  ///
  /// - Throws: ``SharedRunError/malformed(file:reason:)`` where it is something else, `FileError` where it cannot be read.
  init(reading file: String) throws {
    let bytes = try InputFile.bytes(of: file)
    guard let plan = try? JSONDecoder().decode(Self.self, from: Data(bytes)) else {
      throw SharedRunError.malformed(file: file, reason: "it is no plan of a search")
    }
    guard plan.format == 1 else {
      throw SharedRunError.malformed(
        file: file, reason: "format \(plan.format) belongs to a newer version of tfnas")
    }
    self = plan
  }

  /// In what another plan differs from this one but for kernels, in words that go on after "its".
  ///
  /// - Parameter other: what was to be searched.
  /// - Returns: the first difference, `nil` where there is none.
  package func difference(from other: SharedSearchPlan) -> String? {
    func differs(_ name: String, _ own: String?, _ theirs: String?) -> String? {
      own == theirs
        ? nil : "\(name) is \(own ?? "not given"), that of this command \(theirs ?? "not given")"
    }
    if let found = differs("version of tfnas", version, other.version) { return found }
    let theirs = Dictionary(other.facts.map { ($0.name, $0.value) }) { first, _ in first }
    for fact in facts {
      if let found = differs(fact.name, fact.value, theirs[fact.name]) { return found }
    }
    let own = Set(facts.map(\.name))
    return other.facts.first { !own.contains($0.name) }.flatMap { differs($0.name, nil, $0.value) }
  }
}
