public import Formats
public import Networks
public import Scoring

/// The search space of a file: its architectures, their networks and their neighbours.
public struct FileSpace: SearchSpace {
  /// What spaces of files have in common, where one name is needed for all.
  public static let name = "file"

  /// The file.
  public let file: SpaceFile
  /// Outputs of the classifier.
  public let classes: Int
  /// Rows and columns of an image that replace what the file says, `nil` for the file's.
  public let resolution: Int?
  let plan: SpacePlan
  let witness: Assignment
  /// All architectures where they are few among many choices, from which draws that miss them are made.
  private var few: [Assignment] = []

  /// The space of a file.
  ///
  /// - Parameters:
  ///   - file: the file.
  ///   - classes: outputs of the classifier, `nil` for what the file says.
  ///   - resolution: rows and columns of an image, `nil` for what the file says.
  public init(_ file: SpaceFile, classes: Int? = nil, resolution: Int? = nil) {
    self.file = file
    var plan = file.plan
    var witness = file.witness
    if let classes { plan.classes = classes }
    if let resolution {
      plan.fix(resolution: resolution)
      for variable in plan.imageVariables { witness[variable] = nil }
    }
    self.classes = plan.classes
    self.resolution = resolution
    self.plan = plan
    self.witness = witness
    let limit = UInt128(FileSpaceSurvey.enumerationLimit)
    if !plan.constraints.isEmpty, let count = file.count.exact, count <= limit {
      few = allAssignments ?? []
    }
  }

  /// The name in records: that in the file with the digest of what it says, so that records of a file and of
  /// the same file after a change are never taken for each other.
  public var name: String { "\(file.name)@\(file.digest)" }

  /// Classes, and the resolution where it is not the file's.
  public var settings: [String: SettingValue] {
    var settings: [String: SettingValue] = ["classes": .integer(classes)]
    if let resolution { settings["resolution"] = .integer(resolution) }
    return settings
  }

  /// The network of an architecture.
  ///
  /// - Throws: `NetworkError` with the place in the file where shapes do not fit, or with the place in the text
  ///   where it is no architecture of the file.
  public func network(for architecture: FileArchitecture) throws(NetworkError) -> Network {
    let assignment: Assignment
    do { assignment = try self.assignment(of: architecture) } catch {
      throw NetworkError(node: architecture.description, problem: "\(error)")
    }
    return try network(of: assignment)
  }

  /// The network of an assignment.
  func network(of assignment: Assignment) throws(NetworkError) -> Network {
    do { return try plan.network(assignment) } catch {
      throw NetworkError(
        node: "\(file.file):\(error.place.line):\(error.place.column)", problem: error.problem)
    }
  }

  /// Whether an error is one of a network of a file, whose node is the place in it.
  package static func isPlaced(_ error: NetworkError) -> Bool {
    let parts = error.node.split(separator: ":")
    return parts.count > 2 && parts.suffix(2).allSatisfy { Int($0) != nil }
  }

  // MARK: Texts

  /// Reads an architecture; its choices may stand in any order.
  ///
  /// - Throws: `FileArchitectureError` with the token and its place.
  public func architecture(
    parsing text: String
  ) throws(FileArchitectureError) -> FileArchitecture {
    self.text(of: try assignment(of: text))
  }

  /// The canonical text of an assignment.
  func text(of assignment: Assignment) -> FileArchitecture {
    var items: [String] = []
    for group in plan.groups {
      var values = group.variables.map { variable in
        assignment[variable].map { plan.variables[variable].options[$0].description } ?? "-"
      }
      while values.last == "-" { values.removeLast() }
      if !values.isEmpty { items.append("\(group.name)=\(values.joined(separator: "/"))") }
    }
    return FileArchitecture(
      canonical: items.isEmpty ? FileArchitecture.onlyOne : items.joined(separator: ","),
      assignment, of: origin)
  }

  private var origin: FileArchitecture.Origin {
    FileArchitecture.Origin(digest: file.digest, resolution: resolution)
  }

  /// The choices of an architecture.
  func assignment(
    of architecture: FileArchitecture
  ) throws(FileArchitectureError) -> Assignment {
    if let made = architecture.made, made.origin == origin { return made.assignment }
    return try assignment(of: architecture.description)
  }

  /// The choices of a text.
  func assignment(of text: String) throws(FileArchitectureError) -> Assignment {
    var given: [String: FileArchitecture.Item] = [:]
    let trimmed = text.drop(while: \.isWhitespace)
    let isOnlyOne =
      trimmed.split(whereSeparator: \.isWhitespace) == [Substring(FileArchitecture.onlyOne)]
    if !isOnlyOne {
      for item in try FileArchitecture.items(text) {
        let name = String(item.name)
        guard plan.groups.contains(where: { $0.name == name }) else {
          throw FileArchitectureError(
            token: name, position: item.position, problem: "is no choice of \(file.name)",
            expected: SpaceFault.alternatives(plan.groups.map(\.name), near: name))
        }
        guard given.updateValue(item, forKey: name) == nil else {
          throw FileArchitectureError(
            token: name, position: item.position, problem: "stands twice", expected: "it once")
        }
      }
    }
    var assignment = Assignment(count: plan.variables.count)
    // The places within groups of choices, in the order in which choices depend on each other.
    var places = [Int](repeating: 0, count: plan.groups.count)
    for (variable, facts) in plan.variables.enumerated() {
      let group = plan.groups[facts.group]
      let place = places[facts.group]
      places[facts.group] += 1
      let item = given[group.name]
      let value = item.flatMap { place < $0.values.count ? $0.values[place] : nil }
      guard assignment.activates(facts) else {
        if let value, value.text != "-" {
          throw FileArchitectureError(
            token: String(value.text), position: value.position,
            problem: "is a value of \(group.name), which the choices before it rule out",
            expected: group.variables.count == 1 ? "no \(group.name)" : "-, or fewer values")
        }
        continue
      }
      guard let value else {
        let end = item.map { ($0.values.last?.position ?? 0) + ($0.values.last?.text.count ?? 0) }
        throw FileArchitectureError(
          token: "", position: end ?? text.count + 1,
          problem: "comes before \(place == 0 ? "" : "value \(place + 1) of ")\(group.name)",
          expected: "\(group.name)=\(SpaceFault.alternatives(facts.options.map(\.description)))")
      }
      let wanted = ChoiceValue(String(value.text))
      guard
        let option = facts.options.firstIndex(where: {
          $0 == wanted || $0.description == value.text
        })
      else {
        throw FileArchitectureError(
          token: String(value.text), position: value.position,
          problem: "is no value of \(group.name)",
          expected: SpaceFault.alternatives(facts.options.map(\.description)))
      }
      assignment[variable] = option
    }
    for (group, count) in zip(plan.groups, places) {
      guard let item = given[group.name], item.values.count > count else { continue }
      throw FileArchitectureError(
        token: String(item.values[count].text), position: item.values[count].position,
        problem: "is one value too many of \(group.name)", expected: "\(count) at most")
    }
    let isAllowed: Bool
    do { isAllowed = try plan.isAllowed(assignment) } catch {
      throw FileArchitectureError(
        token: text, position: 1, problem: error.problem, expected: "other choices")
    }
    guard isAllowed else {
      throw FileArchitectureError(
        token: text, position: 1, problem: "breaks a constraint of \(file.name)",
        expected: "choices that meet them")
    }
    return assignment
  }

  // MARK: Draws

  /// Draws that are tried for one that meets the constraints.
  private static let patience = 10_000

  func isAllowed(_ assignment: Assignment) -> Bool {
    // A formula that has no value was refused when the file was read; one that has none here allows nothing.
    (try? plan.isAllowed(assignment)) ?? false
  }

  /// An architecture with every choice uniform over its options, of those that meet the constraints.
  ///
  /// Where the constraints are met so seldom that thousands of draws break them, it is always the same one.
  public func draw(using generator: inout some IndexGenerator) -> FileArchitecture {
    for _ in 0..<(few.isEmpty ? Self.patience : Self.patience / 50) {
      let assignment = plan.draw(using: &generator)
      if isAllowed(assignment) { return text(of: assignment) }
    }
    if !few.isEmpty { return text(of: few[generator.index(below: few.count)]) }
    return text(of: witness)
  }

  /// An architecture with one other choice; choices that follow from it are drawn.
  ///
  /// It is the same architecture where no single change meets the constraints.
  public func neighbour(
    of architecture: FileArchitecture, using generator: inout some IndexGenerator
  ) -> FileArchitecture {
    guard let parent = try? assignment(of: architecture) else {
      return draw(using: &generator)
    }
    let made = plan.variables.indices.filter { parent[$0] != nil }
    guard !made.isEmpty else { return architecture }
    for _ in 0..<100 {
      let variable = made[generator.index(below: made.count)]
      guard let old = parent[variable] else { continue }
      let count = plan.variables[variable].options.count
      var child = parent
      child[variable] = (old + 1 + generator.index(below: count - 1)) % count
      plan.complete(&child, from: variable + 1, keeping: parent, using: &generator)
      if isAllowed(child) { return text(of: child) }
    }
    return architecture
  }

  /// An architecture with every choice of one or the other of two.
  ///
  /// It is the first one where no mixture that is tried meets the constraints.
  public func crossover(
    _ first: FileArchitecture, _ second: FileArchitecture,
    using generator: inout some IndexGenerator
  ) -> FileArchitecture {
    guard let one = try? assignment(of: first),
      let other = try? assignment(of: second)
    else { return first }
    for _ in 0..<100 {
      var child = Assignment(count: plan.variables.count)
      for (variable, facts) in plan.variables.enumerated() where child.activates(facts) {
        let isFirst = generator.index(below: 2) == 0
        child[variable] =
          (isFirst ? one[variable] ?? other[variable] : other[variable] ?? one[variable])
          ?? generator.index(below: facts.options.count)
      }
      if isAllowed(child) { return text(of: child) }
    }
    return first
  }
}
