/// A formula over choices: arithmetic, comparisons, and what joins them.
indirect enum Expression: Sendable {
  enum Operation: String, Sendable {
    case or, and
    case equal = "==", different = "!=", less = "<", atMost = "<=", more = ">", atLeast = ">="
    case plus = "+", minus = "-", times = "*", over = "/"
  }

  enum Function: String, CaseIterable, Sendable {
    /// The smallest and the largest of some numbers.
    case min, max
    /// The nearest whole number, or multiple of a second number.
    case round
  }

  case constant(ChoiceValue)
  case name(String, TextPlace)
  case negated(Expression)
  case not(Expression)
  case binary(Operation, Expression, Expression, TextPlace)
  case call(Function, [Expression], TextPlace)

  /// The names in it, with their places.
  var names: [(name: String, place: TextPlace)] {
    switch self {
    case .constant: []
    case .name(let name, let place): [(name, place)]
    case .negated(let inner), .not(let inner): inner.names
    case .binary(_, let first, let second, _): first.names + second.names
    case .call(_, let arguments, _): arguments.flatMap(\.names)
    }
  }

  /// The value of the formula.
  ///
  /// - Parameter value: the value of a name, `nil` for a choice that is not made.
  /// - Returns: the value, `nil` where a choice in it is not made.
  /// - Throws: where the types do not fit, or a number does not exist.
  func value(
    _ value: (String, TextPlace) throws(SpaceFault) -> ChoiceValue?
  ) throws(SpaceFault) -> ChoiceValue? {
    switch self {
    case .constant(let constant): return constant
    case .name(let name, let place): return try value(name, place)
    case .negated(let inner):
      guard let inner = try inner.value(value) else { return nil }
      return .number(-(try Self.number(inner, inside: self)))
    case .not(let inner):
      guard let inner = try inner.value(value) else { return nil }
      return .flag(!(try Self.flag(inner, at: place)))
    case .binary(let operation, let first, let second, let place):
      let left = try first.value(value)
      let right = try second.value(value)
      return try Self.joined(operation, left, right, at: place)
    case .call(let function, let arguments, let place):
      var numbers: [Double] = []
      for argument in arguments {
        guard let known = try argument.value(value) else { return nil }
        numbers.append(try Self.number(known, at: place))
      }
      return .number(try Self.result(function, numbers, at: place))
    }
  }

  /// Where the formula begins, roughly: the place of its first operation or name.
  private var place: TextPlace {
    switch self {
    case .constant: TextPlace(line: 1, column: 1)
    case .name(_, let place), .binary(_, _, _, let place), .call(_, _, let place): place
    case .negated(let inner), .not(let inner): inner.place
    }
  }

  /// A choice that is not made leaves a comparison open, and an open side never decides.
  private static func joined(
    _ operation: Operation, _ left: ChoiceValue?, _ right: ChoiceValue?, at place: TextPlace
  ) throws(SpaceFault) -> ChoiceValue? {
    switch operation {
    case .and, .or:
      let decisive = operation == .or
      let sides = [left, right].compactMap(\.self)
      var flags: [Bool] = []
      for side in sides { flags.append(try flag(side, at: place)) }
      if flags.contains(decisive) { return .flag(decisive) }
      return flags.count == 2 ? .flag(!decisive) : nil
    case .equal, .different:
      guard let left, let right else { return nil }
      return .flag((left == right) == (operation == .equal))
    default:
      guard let left, let right else { return nil }
      let (first, second) = (try number(left, at: place), try number(right, at: place))
      switch operation {
      case .less: return .flag(first < second)
      case .atMost: return .flag(first <= second)
      case .more: return .flag(first > second)
      case .atLeast: return .flag(first >= second)
      case .plus: return .number(first + second)
      case .minus: return .number(first - second)
      case .times: return .number(first * second)
      default:
        guard second != 0 else { throw SpaceFault(place, "division by 0") }
        return .number(first / second)
      }
    }
  }

  private static func result(
    _ function: Function, _ numbers: [Double], at place: TextPlace
  ) throws(SpaceFault) -> Double {
    switch function {
    case .min: return numbers.min() ?? 0
    case .max: return numbers.max() ?? 0
    case .round:
      guard numbers.count == 2 else { return numbers[0].rounded() }
      guard numbers[1] > 0 else {
        throw SpaceFault(place, "round to a multiple of \(ChoiceValue.number(numbers[1]))")
      }
      return (numbers[0] / numbers[1]).rounded() * numbers[1]
    }
  }

  private static func number(_ value: ChoiceValue, inside: Expression) throws(SpaceFault) -> Double
  {
    try number(value, at: inside.place)
  }

  private static func number(_ value: ChoiceValue, at place: TextPlace) throws(SpaceFault) -> Double
  {
    guard case .number(let number) = value else {
      throw SpaceFault(place, "\(SpaceFault.quoted(value.description)) is no number")
    }
    return number
  }

  private static func flag(_ value: ChoiceValue, at place: TextPlace) throws(SpaceFault) -> Bool {
    guard case .flag(let flag) = value else {
      throw SpaceFault(
        place, "\(SpaceFault.quoted(value.description)) is neither true nor false")
    }
    return flag
  }
}
