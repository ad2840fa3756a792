internal import Formats

/// A search space that somebody wrote as a YAML file.
///
/// It is read whole, and what can be wrong with it is found here: names, types, ranges, constraints that nothing
/// meets, and shapes that do not fit in the network of any single choice.
public struct SpaceFile: Sendable {
  /// The name that the file gives the space.
  public let name: String
  /// The path of the file.
  public let file: String
  /// The words of the file for its networks; may be empty.
  public let summary: String
  /// Sixteen hexadecimal digits that change with what the file says, not with how it is laid out.
  public let digest: String

  let plan: SpacePlan
  let witness: Assignment
  /// How many architectures there are.
  public let count: ArchitectureCount
  /// What is never used, in the order of the file.
  public let unused: [Unused]

  /// Something in the file that no network shows.
  public struct Unused: Hashable, Sendable {
    /// What it is.
    public let what: String
    /// Where it stands.
    public let place: TextPlace
  }

  /// Reads the file of a space.
  ///
  /// - Parameters:
  ///   - bytes: the file.
  ///   - file: its name, for errors.
  /// - Throws: `SpaceFileError` with line and column.
  public init(parsing bytes: [UInt8], file: String) throws(SpaceFileError) {
    do {
      try self.init(reading: bytes, file: file)
    } catch {
      throw SpaceFileError(file: file, place: error.place, problem: error.problem)
    }
  }

  private init(reading bytes: [UInt8], file: String) throws(SpaceFault) {
    let root = try YAMLNode(parsing: Self.text(bytes))
    plan = try SpaceReader.plan(root)
    name = plan.name
    self.file = file
    summary = plan.summary
    digest = root.digest
    let counter = try ArchitectureCounter(plan)
    witness = try Self.witness(plan, counter)
    count = try Self.count(plan, counter)
    unused = try Self.unused(plan, counter)
    try Self.build(plan, witness)
  }

  private static func text(_ bytes: [UInt8]) throws(SpaceFault) -> String {
    guard bytes.count <= 1 << 20 else {
      throw SpaceFault(
        TextPlace(line: 1, column: 1), "the file has \(bytes.count) bytes; expected 1 MB at most")
    }
    if let text = String(validating: bytes, as: UTF8.self) { return text }
    // The repaired text differs first where the bytes are wrong.
    var place = TextPlace(line: 1, column: 1)
    var decoder = UTF8()
    var iterator = bytes.makeIterator()
    while case .scalarValue(let scalar) = decoder.decode(&iterator) {
      place = scalar == "\n" ? TextPlace(line: place.line + 1, column: 1) : place.moved(by: 1)
    }
    throw SpaceFault(place, "a byte that is not UTF-8; expected a text in UTF-8")
  }

  // MARK: What is found

  /// Draws that are tried where parts of a file are too large to be counted.
  private static let draws = 50_000

  private static func witness(
    _ plan: SpacePlan, _ counter: ArchitectureCounter
  ) throws(SpaceFault) -> Assignment {
    // Constraints without a choice are in no part.
    if let witness = counter.witness, try plan.isAllowed(witness) { return witness }
    if !counter.isComplete {
      for draw in 0..<draws {
        var generator = SplitIndices(state: UInt64(draw))
        let assignment = plan.draw(using: &generator)
        if try plan.isAllowed(assignment) { return assignment }
      }
    }
    throw SpaceFault(
      plan.constraints.first?.place ?? plan.place,
      "no architecture meets the constraints; expected some that do")
  }

  private static func count(
    _ plan: SpacePlan, _ counter: ArchitectureCounter
  ) throws(SpaceFault) -> ArchitectureCount {
    if counter.isComplete {
      return counter.count.map(ArchitectureCount.init(exact:))
        ?? ArchitectureCount(value: counter.value, isEstimate: false)
    }
    // An architecture is drawn with one over the product of its numbers of options, so that the mean of that
    // product over draws, nothing for one that is not allowed, is the number of architectures.
    var sum = 0.0
    for draw in 0..<draws {
      var generator = SplitIndices(state: UInt64(draw))
      let assignment = plan.draw(using: &generator)
      guard try plan.isAllowed(assignment) else { continue }
      sum += plan.variables.indices.reduce(1.0) {
        assignment[$1] == nil ? $0 : $0 * Double(plan.variables[$1].options.count)
      }
    }
    return ArchitectureCount(value: sum / Double(draws), isEstimate: true)
  }

  private static func unused(
    _ plan: SpacePlan, _ counter: ArchitectureCounter
  ) throws(SpaceFault) -> [Unused] {
    var unused = plan.unused.map { Unused(what: $0.what, place: $0.place) }
    guard counter.isComplete else { return unused }
    for group in plan.groups {
      guard let first = group.variables.first else { continue }
      // An option of a choice for each block counts as used where some block has it.
      var reached: Set<Int> = []
      for variable in group.variables { reached.formUnion(counter.reached[variable]) }
      let facts = plan.variables[first]
      if reached.isEmpty {
        unused.append(Unused(what: "the choice \(group.name)", place: facts.place))
        continue
      }
      for (option, value) in facts.options.enumerated() where !reached.contains(option) {
        unused.append(Unused(what: "\(group.name)=\(value)", place: facts.place))
      }
    }
    return unused.sorted { ($0.place, $0.what) < ($1.place, $1.what) }
  }

  /// Builds a network for every option, so that what never fits is found before a run.
  private static func build(_ plan: SpacePlan, _ witness: Assignment) throws(SpaceFault) {
    _ = try plan.network(witness)
    for variable in plan.variables.indices {
      for option in plan.variables[variable].options.indices where witness[variable] != option {
        guard witness[variable] != nil else { continue }
        var other = witness
        other[variable] = option
        var generator = SplitIndices(state: UInt64(variable))
        plan.complete(&other, from: variable + 1, keeping: witness, using: &generator)
        if try plan.isAllowed(other) { _ = try plan.network(other) }
      }
    }
  }
}

extension YAMLNode {
  /// A digest of what a file says: neither of its layout and comments, nor of its name and summary.
  var digest: String {
    var digest = Digest()
    add(to: &digest, isRoot: true)
    return digest.text
  }

  private func add(to digest: inout Digest, isRoot: Bool) {
    // Every value begins with a letter and ends with a byte that no text has, so that no two are written alike.
    switch content {
    case .scalar(let text, let isPlain):
      digest.add(isPlain ? "p\(text.isEmpty ? "" : ChoiceValue(text).description)" : "q\(text)")
    case .list(let list):
      digest.add("l")
      for element in list { element.add(to: &digest, isRoot: false) }
    case .mapping(let entries):
      digest.add("m")
      for entry in entries where !(isRoot && ["name", "summary"].contains(entry.key)) {
        digest.add(entry.key)
        digest.add(UInt8(0xFE))
        entry.value.add(to: &digest, isRoot: false)
      }
    }
    digest.add(UInt8(0xFF))
  }
}
