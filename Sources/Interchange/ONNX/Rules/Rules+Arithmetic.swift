internal import Networks
internal import Operators
internal import Tensors

extension Rules {
  /// Arithmetic of two or more values with broadcasting.
  static let arithmetic: [String: Rule] = {
    var rules: [String: Rule] = [:]
    func fold(
      _ name: String,
      _ rule:
        @escaping @Sendable (Call, Operand, Operand, inout Translation)
        throws(ModelProblem) -> Traced
    ) {
      rules[name] = Call.one { (call, translation) throws(ModelProblem) in
        guard var result = call.inputs.first else { throw .malformed("reads nothing") }
        for other in call.inputs.dropFirst() {
          result = .traced(try rule(call, Operand(result), Operand(other), &translation))
        }
        return try translation.traced(result, for: call)
      }
    }
    fold("Add") { (call, a, b, translation) throws(ModelProblem) in
      try translation.sum(a, b, call)
    }
    fold("Sub") { (call, a, b, translation) throws(ModelProblem) in
      if let number = b.number(beside: a) {
        return try translation.affine(
          translation.traced(a.value, for: call), offset: -number, for: call)
      }
      if let number = a.number(beside: b) {
        return try translation.affine(
          translation.traced(b.value, for: call), factor: -1, offset: number, for: call)
      }
      return try translation.pair(Subtract(), a, b, call)
    }
    fold("Mul") { (call, a, b, translation) throws(ModelProblem) in
      for (x, other) in [(a, b), (b, a)] {
        if let number = other.number(beside: x) {
          return try translation.affine(
            translation.traced(x.value, for: call), factor: number, for: call)
        }
      }
      return try translation.pair(Multiply(), a, b, call)
    }
    fold("Div") { (call, a, b, translation) throws(ModelProblem) in
      if let number = b.number(beside: a), number != 0 {
        return try translation.affine(
          translation.traced(a.value, for: call), factor: 1 / number, for: call)
      }
      if let number = a.number(beside: b) {
        let reciprocal = try translation.add(
          Reciprocal(), [translation.traced(b.value, for: call).layer], for: call,
          batch: translation.traced(b.value, for: call).batch)
        return try translation.affine(reciprocal, factor: number, for: call)
      }
      return try translation.pair(Divide(), a, b, call)
    }
    fold("Min") { (call, a, b, translation) throws(ModelProblem) in
      for (x, other) in [(a, b), (b, a)] {
        if let number = other.number(beside: x) {
          return try translation.limited(x, to: -Double.infinity...number, call)
        }
      }
      return try translation.pair(Minimum(), a, b, call)
    }
    fold("Max") { (call, a, b, translation) throws(ModelProblem) in
      for (x, other) in [(a, b), (b, a)] {
        if let number = other.number(beside: x) {
          return try translation.limited(x, to: number...Double.infinity, call)
        }
      }
      return try translation.pair(Maximum(), a, b, call)
    }
    fold("Pow") { (call, a, b, translation) throws(ModelProblem) in
      guard let exponent = b.number(beside: a) else {
        return try translation.pair(Power(), a, b, call)
      }
      let x = try translation.traced(a.value, for: call)
      let op: any Operator = exponent == 0.5 ? SquareRoot() : ConstantPower(exponent: exponent)
      return try translation.add(op, [x.layer], for: call, batch: x.batch)
    }
    rules["Sum"] = Call.one { (call, translation) throws(ModelProblem) in
      try translation.total(call)
    }
    fold("Mean") { (call, a, b, translation) throws(ModelProblem) in
      try translation.sum(a, b, call)
    }
    if let sum = rules["Mean"] {
      rules["Mean"] = Call.one { (call, translation) throws(ModelProblem) in
        guard case .traced(let total)? = try sum(call, &translation).first else {
          throw .malformed("reads nothing")
        }
        return try translation.affine(total, factor: 1 / Double(call.inputs.count), for: call)
      }
    }
    return rules
  }()

  /// A value that is combined with another.
  struct Operand {
    let value: Value

    init(_ value: Value) { self.value = value }

    /// The number that it is everywhere, `nil` for anything else.
    ///
    /// A learned scalar stays a parameter, and one with more axes than the other value gives the result its axes.
    func number(beside other: Operand) -> Double? {
      guard case .known(let tensor) = value, !tensor.isLearned, tensor.count == 1,
        tensor.shape.count <= other.rank, let number = tensor.scalar, number.isFinite
      else { return nil }
      return number
    }

    /// Whether it adds nothing to a value of a shape: zeros that an exporter wrote for a shift that is not there.
    func isZero(over extents: [Int]) -> Bool {
      guard case .known(let tensor) = value, !tensor.isLearned, tensor.count > 1,
        (try? Extents.broadcast([tensor.shape, extents])) == extents
      else { return false }
      return tensor.numbers().allSatisfy { $0 == 0 }
    }

    /// How many axes it has.
    var rank: Int {
      switch value {
      case .known(let tensor): tensor.shape.count
      case .traced(let traced): traced.rank
      default: 0
      }
    }
  }
}

extension Translation {
  fileprivate mutating func sum(_ a: Rules.Operand, _ b: Rules.Operand, _ call: Call)
    throws(ModelProblem) -> Traced
  {
    for (x, other) in [(a, b), (b, a)] {
      if let number = other.number(beside: x) {
        return try affine(traced(x.value, for: call), offset: number, for: call)
      }
      if case .traced(let value) = x.value, other.isZero(over: extents(value)) { return value }
    }
    return try sum(traced(a.value, for: call), traced(b.value, for: call), for: call)
  }

  /// The sum of any number of values; those of one shape are added at once, as where branches join.
  fileprivate mutating func total(_ call: Call) throws(ModelProblem) -> Traced {
    var values: [Traced] = []
    for place in call.inputs.indices { values.append(try traced(call, place)) }
    guard let first = values.first else { throw .malformed("reads nothing") }
    if values.allSatisfy({ $0.shape == first.shape && $0.batch == first.batch }) {
      // A file of this library has sums of one value where its network has them.
      return values.count == 1 && producer != ModelMetadata.producer
        ? first : try add(Sum(), values.map(\.layer), for: call, batch: first.batch)
    }
    var result = Rules.Operand(call.input(0))
    for other in call.inputs.dropFirst() {
      result = Rules.Operand(.traced(try sum(result, Rules.Operand(other), call)))
    }
    return try traced(result.value, for: call)
  }

  fileprivate mutating func pair(
    _ op: any Operator, _ a: Rules.Operand, _ b: Rules.Operand, _ call: Call
  ) throws(ModelProblem) -> Traced {
    try combined(op, traced(a.value, for: call), traced(b.value, for: call), for: call)
  }

  fileprivate mutating func limited(
    _ x: Rules.Operand, to range: ClosedRange<Double>, _ call: Call
  ) throws(ModelProblem) -> Traced {
    let value = try traced(x.value, for: call)
    let op: any Operator =
      range == 0...Double.infinity
      ? ReLU() : Clip(minimum: range.lowerBound, maximum: range.upperBound)
    return try add(op, [value.layer], for: call, batch: value.batch)
  }
}
