import Networks
import Tensors
import Testing

/// Checks `<J t, c> = <t, J^T c>` for one random direction of all parameters and the input.
func checkAdjoint(
  _ setting: Setting, _ mode: NormalizationMode, _ precision: Precision, tolerance: Double,
  seed: UInt64, _ location: SourceLocation = #_sourceLocation
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
  let scale = norm(tangent.values) * norm(cotangent.values)
  #expect(
    abs(forward - reverse) <= tolerance * scale,
    "\(mode) \(precision) seed \(seed): \(forward) forward, \(reverse) reverse, scale \(scale)",
    sourceLocation: location)

  // Each side alone too: a part may not make up for another.
  let inputOnly = try linearization.pushforward(input: direction.input)
  let inputPulled = try linearization.pullback(cotangent, to: [0], parameters: false)
  #expect(inputPulled.parameters.isEmpty, sourceLocation: location)
  #expect(inputPulled.nodes == pulled.nodes, sourceLocation: location)
  #expect(
    abs(dot(inputOnly.values, cotangent.values)
      - dot(direction.input.values, inputPulled.nodes[0].values))
      <= tolerance * norm(inputOnly.values) * norm(cotangent.values), sourceLocation: location)
}

/// Checks the pushforward against central differences in double, with steps so short that no
/// rectifier changes sides.
///
/// - Parameter value: the function whose derivative is checked, and the sides of all rectifiers.
func checkDifferences(
  _ setting: Setting, tangent: (Direction) throws -> [Double], seed: UInt64,
  tolerance: Double = 1e-6, _ location: SourceLocation = #_sourceLocation,
  value: (Setting) throws -> (values: [Double], sides: [Bool])
) throws {
  var numbers = Numbers(seed: seed, "differences")
  let direction = Direction(setting, numbers: &numbers)
  let expected = try tangent(direction)
  // All steps are powers of two, and so short that the moved numbers are exact in 32 bits.
  for exponent in stride(from: -13, through: -19, by: -2) {
    let step = Double(sign: .plus, exponent: exponent, significand: 1)
    let after = try value(setting.moved(by: step, along: direction))
    let before = try value(setting.moved(by: -step, along: direction))
    guard after.sides == before.sides else { continue }
    let differences = zip(after.values, before.values).map { ($0 - $1) / (2 * step) }
    let distance = relativeDistance(expected, differences)
    #expect(
      distance <= tolerance,
      "seed \(seed), step 2^\(exponent): \(expected.prefix(4)) against \(differences.prefix(4))",
      sourceLocation: location)
    return
  }
  Issue.record("seed \(seed): every step crosses a kink", sourceLocation: location)
}

extension Linearization {
  /// Which values of all rectifiers are positive.
  var sides: [Bool] {
    network.nodes.indices.filter { network.nodes[$0].primitive is Rectifier }
      .flatMap { rows(of: $0).values.map { $0 > 0 } }
  }
}
