import Derivatives
import Networks
import Operators
import PlainTwins
import Tensors
import Testing

/// Checks `<J t, c> = <t, J^T c>` for one random direction of all parameters and the input.
///
/// `least` is what the norm of `J t` over that of `t` is taken for where it is smaller, so that
/// derivatives that cancel to nothing are not compared digit by digit.
func checkAdjoint(
  _ setting: Setting, _ mode: NormalizationMode, _ precision: Precision, tolerance: Double,
  seed: UInt64, least: Double = 0, _ location: SourceLocation = #_sourceLocation
) throws {
  var numbers = Numbers(seed: seed, "adjoint")
  let linearization = try setting.linearization(mode, precision)
  let direction = Direction(setting, numbers: &numbers)
  let output = linearization.output
  let cotangent = Matrix(
    rows: output.rows, columns: output.columns, values: numbers.normals(output.values.count))
  let tangent = try linearization.pushforward(
    parameters: direction.parameters, input: direction.input)
  let pulled = try linearization.pullback(cotangent, to: [0])
  let forward = dot(tangent.values, cotangent.values)
  var reverse = dot(direction.input.values, pulled.nodes[0].values)
  for (position, change) in direction.parameters {
    reverse += dot(change, pulled.parameters[position])
  }
  let moved = direction.input.values + direction.parameters.values.flatMap { $0 }
  let scale = max(norm(tangent.values), least * norm(moved)) * norm(cotangent.values)
  #expect(
    abs(forward - reverse) <= tolerance * scale,
    "\(mode) \(precision) seed \(seed): \(forward) forward, \(reverse) reverse, scale \(scale)",
    sourceLocation: location)

  // Each side alone too: a part may not make up for another.
  let inputOnly = try linearization.pushforward(input: direction.input)
  let inputPulled = try linearization.pullback(cotangent, to: [0], parameters: false)
  #expect(inputPulled.parameters.isEmpty, sourceLocation: location)
  #expect(inputPulled.nodes == pulled.nodes, sourceLocation: location)
  let alone = dot(inputOnly.values, cotangent.values)
  let back = dot(direction.input.values, inputPulled.nodes[0].values)
  let inputScale =
    max(norm(inputOnly.values), least * norm(direction.input.values)) * norm(cotangent.values)
  #expect(
    abs(alone - back) <= tolerance * inputScale,
    "\(mode) \(precision) seed \(seed), input: \(alone) forward, \(back) reverse, scale \(inputScale)",
    sourceLocation: location)
}

/// Checks the pushforward against central differences in double, with steps so short that no
/// rectifier changes sides.
///
/// `value` is the function whose derivative is checked, with the sides of all rectifiers.
func checkDifferences(
  _ setting: Setting, tangent: (Direction) throws -> [Double], seed: UInt64,
  tolerance: Double = 1e-6, _ location: SourceLocation = #_sourceLocation,
  value: (Setting) throws -> (values: [Double], sides: [Bool])
) throws {
  var numbers = Numbers(seed: seed, "differences")
  let direction = Direction(setting, numbers: &numbers)
  let expected = try tangent(direction)
  // All steps are powers of two, and so short that the moved numbers are exact in 32 bits. Two of
  // them cancel the error of second order.
  for exponent in stride(from: -13, through: -18, by: -1) {
    var sides: Set<[Bool]> = []
    let quotients = try [exponent, exponent - 1].map { exponent in
      let step = Double(sign: .plus, exponent: exponent, significand: 1)
      let after = try value(setting.moved(by: step, along: direction))
      let before = try value(setting.moved(by: -step, along: direction))
      sides.formUnion([after.sides, before.sides])
      return zip(after.values, before.values).map { ($0 - $1) / (2 * step) }
    }
    // Where the sides are not known, quotients that agree tell that no kink lies between.
    guard sides.count == 1, relativeDistance(quotients[0], quotients[1]) < 1e-5 else { continue }
    let differences = zip(quotients[0], quotients[1]).map { (4 * $1 - $0) / 3 }
    let distance = relativeDistance(expected, differences)
    #expect(
      distance <= tolerance,
      "seed \(seed), step 2^\(exponent): \(expected.prefix(4)) against \(differences.prefix(4))",
      sourceLocation: location)
    return
  }
  Issue.record("seed \(seed): every step crosses a kink", sourceLocation: location)
}

/// Checks the pushforward of a linearization against differences of its outputs.
func checkDifferences(
  _ setting: Setting, _ mode: NormalizationMode, seed: UInt64, tolerance: Double = 1e-6,
  _ location: SourceLocation = #_sourceLocation
) throws {
  let linearization = try setting.linearization(mode, .double)
  try checkDifferences(
    setting,
    tangent: {
      try linearization.pushforward(parameters: $0.parameters, input: $0.input).values
    }, seed: seed, tolerance: tolerance, location
  ) {
    let moved = try $0.linearization(mode, .double)
    return (moved.output.values, moved.sides)
  }
}

extension Linearization {
  /// Which values of all rectifiers are positive.
  var sides: [Bool] {
    network.nodes.indices.filter { network.nodes[$0].op is ReLU }
      .flatMap { rows(of: $0).values.map { $0 > 0 } }
  }
}
