/// A choice that a file leaves open.
struct SpaceVariable: Sendable {
  /// What has to be chosen for this choice to be there.
  struct Condition: Sendable {
    /// The other choice, which comes first.
    var variable: Int
    /// The options of it, by their places.
    var allowed: Set<Int>
  }

  /// The place of the group that it is written in.
  var group: Int
  /// What can be chosen, in the order of the file.
  var options: [ChoiceValue]
  /// All of them have to hold.
  var conditions: [Condition]
  /// Where in the file it stands.
  var place: TextPlace
}

/// Choices that are written together: one, or one for each block of a stage.
struct VariableGroup: Sendable {
  /// The name in texts of architectures.
  var name: String
  /// The choices in order.
  var variables: [Int]
}

/// What is chosen: the place of an option for every choice, `nil` for one that is not there.
struct Assignment: Hashable, Sendable {
  var options: [Int?]

  init(count: Int) { options = [Int?](repeating: nil, count: count) }

  subscript(variable: Int) -> Int? {
    get { options[variable] }
    set { options[variable] = newValue }
  }

  /// Whether what a choice depends on is chosen.
  func activates(_ variable: SpaceVariable) -> Bool {
    variable.conditions.allSatisfy { condition in
      options[condition.variable].map(condition.allowed.contains) ?? false
    }
  }
}
