internal import Networks
internal import Operators
internal import Tensors

extension Rules {
  /// Functions of each element.
  static let activations: [String: Rule] = {
    var rules: [String: Rule] = [:]
    func unary(
      _ name: String, _ make: @escaping @Sendable (Call) throws(ModelProblem) -> any Operator
    ) {
      rules[name] = Call.one { (call, translation) throws(ModelProblem) in
        try translation.mapped(make(call), call)
      }
    }
    unary("Relu") { _ in ReLU() }
    unary("LeakyRelu") { (call) throws(ModelProblem) in
      LeakyReLU(negativeSlope: exact(try call.number("alpha", default: 0.01)))
    }
    unary("Elu") { (call) throws(ModelProblem) in ELU(alpha: try call.number("alpha", default: 1)) }
    unary("Celu") { (call) throws(ModelProblem) in
      CELU(alpha: try call.number("alpha", default: 1))
    }
    unary("Selu") { (call) throws(ModelProblem) in
      // The constants of the paper; files have them in 32 bits.
      let alpha = try call.number("alpha", default: 1.67326)
      let gamma = try call.number("gamma", default: 1.0507)
      guard abs(alpha - 1.67326) < 1e-4, abs(gamma - 1.0507) < 1e-4 else {
        throw .unsupported("with constants of its own")
      }
      return SELU()
    }
    unary("Gelu") { (call) throws(ModelProblem) in
      GELU(approximate: try call.text("approximate", default: "none") == "tanh")
    }
    unary("HardSigmoid") { (call) throws(ModelProblem) in
      HardSigmoid(
        alpha: sixth(try call.number("alpha", default: 0.2)),
        beta: exact(try call.number("beta", default: 0.5)))
    }
    unary("HardSwish") { _ in HardSwish() }
    unary("Sigmoid") { _ in Sigmoid() }
    unary("Tanh") { _ in Tanh() }
    unary("Softplus") { _ in Softplus(threshold: 1e30) }
    unary("Softsign") { _ in Softsign() }
    unary("Mish") { _ in Mish() }
    unary("Erf") { _ in Erf() }
    unary("Exp") { _ in Exponential() }
    unary("Log") { _ in Logarithm() }
    unary("Sqrt") { _ in SquareRoot() }
    unary("Reciprocal") { _ in Reciprocal() }
    unary("Abs") { _ in AbsoluteValue() }
    unary("Clip") { (call) throws(ModelProblem) in
      let (low, high) = try Limits.of(call)
      return low == 0 && high == .infinity ? ReLU() : Clip(minimum: low, maximum: high)
    }
    rules["Neg"] = Call.one { (call, translation) throws(ModelProblem) in
      try translation.affine(translation.traced(call), factor: -1, for: call)
    }
    rules["Swish"] = Call.one { (call, translation) throws(ModelProblem) in
      let alpha = try call.number("alpha", default: 1)
      guard alpha != 1 else { return try translation.mapped(SiLU(), call) }
      let x = try translation.traced(call)
      let scaled = try translation.affine(x, factor: alpha, for: call)
      let gate = try translation.add(Sigmoid(), [scaled.layer], for: call, batch: x.batch)
      return try translation.combined(Multiply(), x, gate, for: call)
    }
    rules["PRelu"] = Call.one { (call, translation) throws(ModelProblem) in
      try translation.parametricReLU(call)
    }
    return rules
  }()

  /// A sixth, which files hold in 32 bits.
  private static func sixth(_ number: Double) -> Double {
    Float(number) == Float(1.0 / 6) ? 1.0 / 6 : exact(number)
  }
}

extension Translation {
  /// A function of each element of the first input.
  mutating func mapped(_ op: any Operator, _ call: Call) throws(ModelProblem) -> Traced {
    let x = try traced(call)
    return try add(op, [x.layer], for: call, batch: x.batch)
  }

  fileprivate mutating func parametricReLU(_ call: Call) throws(ModelProblem) -> Traced {
    let x = try traced(call)
    let slopes = try call.known(1)
    if let slope = slopes.scalar, !slopes.isLearned {
      return try add(LeakyReLU(negativeSlope: slope), [x.layer], for: call, batch: x.batch)
    }
    // Slopes are spread over the value: one for all, or one for each channel.
    let channels = slopes.count
    let axis = channels == 1 ? nil : slopes.shape.firstIndex(of: channels)
    if let axis {
      guard slopes.shape.filter({ $0 > 1 }).count == 1,
        x.axis(axis + x.rank - slopes.shape.count) == 0
      else { throw .unsupported("with slopes that are not those of channels") }
    }
    return try add(
      ParametricReLU(channels: channels), [x.layer], for: call, batch: x.batch,
      parameters: [LayerTensor(slopes)])
  }
}
