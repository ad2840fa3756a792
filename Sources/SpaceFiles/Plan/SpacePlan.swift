/// A file of a space as it is read: its choices, and how they become a network.
struct SpacePlan: Sendable {
  /// The value of a parameter.
  struct Setting: Sendable {
    enum Form: Sendable {
      case fixed(ChoiceValue)
      case choice(Int)
      case formula(Expression)
    }

    var form: Form
    var name: String
    var place: TextPlace
    /// What the value has to be.
    var types: [ParameterType]
  }

  /// A block, once or several times.
  struct Step: Sendable {
    var name: String
    var place: TextPlace
    /// How many blocks there are, `nil` where that is not said: one.
    var depth: Setting?
    /// The block, or one for each of them where they are chosen one by one.
    var instances: [Instance]
  }

  /// One of several blocks.
  struct Instance: Sendable {
    /// The choice between them, `nil` where there is one.
    var choice: Int?
    var alternatives: [Block]
  }

  indirect enum Block: Sendable {
    /// A block of the library.
    case library(name: String, settings: [String: Setting])
    /// A block of the file, with the values of its parameters.
    case own(Definition, settings: [String: Setting], body: Body)
  }

  enum Body: Sendable {
    /// Blocks one behind the other, and whether what they read is added.
    case steps([Step], isResidual: Bool)
    case graph(Graph)
  }

  /// A directed graph of blocks; value 0 is what it reads.
  struct Graph: Sendable {
    struct Operation: Sendable {
      var sources: [Int]
      var target: Int
      var step: Step
    }

    var values: Int
    var operations: [Operation]
    var outputs: [Int]
    var concatenates: Bool
    var concatenatesOutputs: Bool
  }

  /// A block that the file defines.
  struct Definition: Sendable {
    struct Parameter: Sendable {
      var name: String
      var place: TextPlace
      var standard: ParameterDefault
    }

    var name: String
    var place: TextPlace
    var parameters: [Parameter]
  }

  var name: String
  /// Where the file begins.
  var place: TextPlace
  var summary: String
  var channels: Int
  var height: Setting
  var width: Setting
  var classes: Int
  var steps: [Step]
  var constraints: [(expression: Expression, place: TextPlace)]

  var variables: [SpaceVariable]
  var groups: [VariableGroup]
  /// Values that formulas name: choices of the file, and parameters such as `s1.width`.
  var names: [String: Setting]
  /// Choices of the images.
  var imageVariables: [Int]
  /// What the file defines and nothing names, with its place.
  var unused: [(what: String, place: TextPlace)]

  /// Fixes the images, whatever the file says.
  mutating func fix(resolution: Int) {
    height.form = .fixed(.whole(resolution))
    width.form = .fixed(.whole(resolution))
    for (name, setting) in names {
      if case .choice(let variable) = setting.form, imageVariables.contains(variable) {
        names[name]?.form = .fixed(.whole(resolution))
      }
    }
    // A choice that depends on itself is never made.
    for variable in imageVariables {
      variables[variable].conditions = [.init(variable: variable, allowed: [])]
    }
  }

  /// Whether a choice that is made meets the constraints; one that is not made breaks none.
  func isAllowed(_ assignment: Assignment) throws(SpaceFault) -> Bool {
    for constraint in constraints {
      let value = try constraint.expression.value { name, place throws(SpaceFault) in
        try self.value(named: name, at: place, assignment, depth: 0)
      }
      switch value {
      case nil, .flag(true): continue
      case .flag(false): return false
      case let value?:
        throw SpaceFault(
          constraint.place,
          "a constraint is \(SpaceFault.quoted(value.description)); expected a comparison")
      }
    }
    return true
  }

  // MARK: Values

  /// The value of a name that is not that of a parameter of a definition.
  func value(
    named name: String, at place: TextPlace, _ assignment: Assignment, depth: Int
  ) throws(SpaceFault) -> ChoiceValue? {
    var known: [String: ChoiceValue?] = [:]
    return try value(named: name, at: place, assignment, depth: depth, known: &known)
  }

  /// The same, with the formulas that are evaluated already: a chain in which each names the one before twice would
  /// otherwise take twice as long with every link.
  private func value(
    named name: String, at place: TextPlace, _ assignment: Assignment, depth: Int,
    known: inout [String: ChoiceValue?]
  ) throws(SpaceFault) -> ChoiceValue? {
    guard depth < 64 else {
      throw SpaceFault(place, "\(SpaceFault.quoted(name)) is defined by itself")
    }
    guard let setting = names[name] else {
      throw SpaceFault(place, "unknown name \(SpaceFault.quoted(name))")
    }
    switch setting.form {
    case .fixed(let value): return value
    case .choice(let variable): return assignment[variable].map { variables[variable].options[$0] }
    case .formula(let expression):
      if let value = known[name] { return value }
      let value = try expression.value { name, place throws(SpaceFault) in
        try self.value(named: name, at: place, assignment, depth: depth + 1, known: &known)
      }
      known[name] = .some(value)
      return value
    }
  }
}
