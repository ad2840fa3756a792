internal import RealModule

extension Evaluation {
  /// Functions of each element, or of elements at equal places.
  static let elementwise: [String: Rule] = {
    var rules: [String: Rule] = [:]
    func unary(_ name: String, _ function: @escaping @Sendable (Double) -> Double) {
      let rule: Rule = { (call, translation) throws(ModelProblem) in
        let x = try call.known(0)
        try translation.spend(x.shape)
        return [
          KnownTensor(
            x.type, x.shape, payload(x.numbers().map { x.type.rounded(function($0)) }, x.type))
        ]
      }
      rules[name] = rule
    }
    unary("Neg") { -$0 }
    unary("Abs") { abs($0) }
    unary("Sqrt") { $0.squareRoot() }
    unary("Exp") { .exp($0) }
    unary("Log") { .log($0) }
    unary("Reciprocal") { 1 / $0 }
    unary("Floor") { $0.rounded(.down) }
    unary("Ceil") { $0.rounded(.up) }
    unary("Round") { $0.rounded(.toNearestOrEven) }
    unary("Sin") { .sin($0) }
    unary("Cos") { .cos($0) }
    unary("Tan") { .tan($0) }
    unary("Atan") { .atan($0) }
    unary("Tanh") { .tanh($0) }
    unary("Erf") { .erf($0) }
    unary("Sigmoid") { 1 / (1 + .exp(-$0)) }
    unary("Relu") { max($0, 0) }
    unary("Sign") { $0 > 0 ? 1 : $0 < 0 ? -1 : 0 }

    func binary(
      _ name: String, _ function: @escaping @Sendable (Double, Double) -> Double,
      _ integers: @escaping @Sendable (Int, Int) -> Int?
    ) {
      let rule: Rule = { (call, translation) throws(ModelProblem) in
        var result = try call.known(0)
        for place in call.inputs.indices.dropFirst() {
          let next = try call.known(place)
          result = try combined(result, next, &translation, function, integers)
        }
        return [result]
      }
      rules[name] = rule
    }
    binary("Add", { $0 + $1 }, { checked($0.addingReportingOverflow($1)) })
    binary("Sub", { $0 - $1 }, { checked($0.subtractingReportingOverflow($1)) })
    binary("Mul", { $0 * $1 }, { checked($0.multipliedReportingOverflow(by: $1)) })
    binary("Sum", { $0 + $1 }, { checked($0.addingReportingOverflow($1)) })
    binary("Div", { $0 / $1 }, { checked($0.dividedReportingOverflow(by: $1)) })
    binary("Min", { min($0, $1) }, { min($0, $1) })
    binary("Max", { max($0, $1) }, { max($0, $1) })
    rules["Pow"] = power
    rules["Mod"] = remainder
    rules["Clip"] = clip
    return rules
  }()

  private static let power: Rule = { (call, translation) throws(ModelProblem) in
    let (x, exponent) = (try call.known(0), try call.known(1))
    var result = try combined(x, exponent, &translation, { .pow($0, $1) }, nil)
    result.type = x.type
    result.payload = payload(result.numbers(), x.type)
    return [result]
  }

  private static let remainder: Rule = { (call, translation) throws(ModelProblem) in
    let truncates = try call.flag("fmod")
    let (x, divisor) = (try call.known(0), try call.known(1))
    /// The sign is that of the divisor, or, as in C, that of the dividend.
    func rest(_ a: Int, _ b: Int) -> Int? {
      guard b != 0, b != -1 else { return b == 0 ? nil : 0 }
      let rest = a % b
      return !truncates && rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest
    }
    let result = try combined(
      x, divisor, &translation, { $0.truncatingRemainder(dividingBy: $1) }, rest)
    return [result]
  }

  private static let clip: Rule = { (call, translation) throws(ModelProblem) in
    let x = try call.known(0)
    try translation.spend(x.shape)
    let (low, high) = try Limits.of(call)
    let values = x.numbers().map { min(max($0, low), high) }
    return [KnownTensor(x.type, x.shape, payload(values, x.type))]
  }

  /// Numbers as a type holds them; a float beyond all integers becomes the nearest one.
  static func payload(_ values: [Double], _ type: ElementType) -> KnownTensor.Payload {
    guard !type.isFloatingPoint else { return .numbers(values) }
    return .integers(values.map(integer))
  }

  /// A number without its fraction.
  static func integer(_ value: Double) -> Int {
    if value.isNaN { return 0 }
    if value >= 0x1p63 { return .max }
    return value <= -0x1p63 ? .min : Int(value)
  }

  private static func checked(_ result: (partialValue: Int, overflow: Bool)) -> Int? {
    result.overflow ? nil : result.partialValue
  }

  /// Elements at equal places combined, with broadcasting.
  ///
  /// Whole numbers are combined by `integers`, which has `nil` where there is no result; without it they
  /// are combined in floating point.
  static func combined(
    _ a: KnownTensor, _ b: KnownTensor, _ translation: inout Translation,
    _ function: (Double, Double) -> Double, _ integers: ((Int, Int) -> Int?)?
  ) throws(ModelProblem) -> KnownTensor {
    let shape = try Extents.broadcast([a.shape, b.shape])
    try translation.spend(shape)
    let type = a.type
    if let integers, !type.isFloatingPoint, !b.type.isFloatingPoint {
      let x = Elements.spread(try a.integers(), shape: a.shape, over: shape)
      let y = Elements.spread(try b.integers(), shape: b.shape, over: shape)
      var values: [Int] = []
      values.reserveCapacity(x.count)
      for i in x.indices {
        guard let value = integers(x[i], y[i]) else {
          throw .malformed("computes with \(x[i]) and \(y[i]), which has no result")
        }
        values.append(value)
      }
      return KnownTensor(type, shape, .integers(values))
    }
    let x = Elements.spread(a.numbers(), shape: a.shape, over: shape)
    let y = Elements.spread(b.numbers(), shape: b.shape, over: shape)
    let values = zip(x, y).map { type.rounded(function($0, $1)) }
    return KnownTensor(type, shape, payload(values, type))
  }

  // MARK: Truth values

  /// Comparisons and logic.
  static let comparisons: [String: Rule] = {
    var rules: [String: Rule] = [:]
    func compare(
      _ name: String, _ function: @escaping @Sendable (Double, Double) -> Bool,
      _ integers: @escaping @Sendable (Int, Int) -> Bool
    ) {
      let rule: Rule = { (call, translation) throws(ModelProblem) in
        let (x, y) = (try call.known(0), try call.known(1))
        var result = try combined(
          x, y, &translation, { function($0, $1) ? 1 : 0 }, { integers($0, $1) ? 1 : 0 })
        result.payload = payload(result.numbers(), .boolean)
        result.type = .boolean
        return [result]
      }
      rules[name] = rule
    }
    compare("Equal", { $0 == $1 }, { $0 == $1 })
    compare("Less", { $0 < $1 }, { $0 < $1 })
    compare("LessOrEqual", { $0 <= $1 }, { $0 <= $1 })
    compare("Greater", { $0 > $1 }, { $0 > $1 })
    compare("GreaterOrEqual", { $0 >= $1 }, { $0 >= $1 })
    compare("And", { $0 != 0 && $1 != 0 }, { $0 != 0 && $1 != 0 })
    compare("Or", { $0 != 0 || $1 != 0 }, { $0 != 0 || $1 != 0 })
    compare("Xor", { ($0 != 0) != ($1 != 0) }, { ($0 != 0) != ($1 != 0) })
    func test(_ name: String, _ function: @escaping @Sendable (Double) -> Bool) {
      let rule: Rule = { (call, translation) throws(ModelProblem) in
        let x = try call.known(0)
        try translation.spend(x.shape)
        return [
          KnownTensor(.boolean, x.shape, .integers(x.numbers().map { function($0) ? 1 : 0 }))
        ]
      }
      rules[name] = rule
    }
    test("Not") { $0 == 0 }
    test("IsNaN") { $0.isNaN }
    test("IsInf") { $0.isInfinite }
    return rules
  }()
}
