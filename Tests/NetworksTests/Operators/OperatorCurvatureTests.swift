import Derivatives
import Networks
import Operators
import PlainTwins
import Tensors
import Testing

/// One operator with numbers, and values of its inputs and its output.
private final class Bench: NodeValueSource {
  let node: Node
  let op: any BoundOperator
  private let engine: KernelEngine
  private let shapes: [(TensorShape, Int)]
  private let outputShape: (TensorShape, Int)
  private(set) var inputs: [Tensor] = []
  private(set) var output: Tensor

  init(_ setting: Setting, _ precision: Precision, batch: Int) throws {
    let network = setting.network
    engine = try KernelEngine(precision: precision)
    let arena = Arena()
    node = network.nodes[network.output]
    let pool = TensorPool(arena: arena, precision: precision)
    op = try #require(
      try network.bound(
        network.output, parameters: setting.parameters, engine: engine, arena: arena, pool: pool))
    let engine = engine
    func stored(_ node: Node) -> (TensorShape, Int) {
      (node.shape.batch(batch), engine.block(node.shape, node.layout))
    }
    shapes = node.inputs.map { stored(network.nodes[$0]) }
    outputShape = stored(node)
    output = Tensor(outputShape.0, precision: precision, block: outputShape.1)
    // Statistics that are fixed.
    (op as? any BoundMinibatchNormalization)?.prepare(.fresh)
  }

  func tensor(ofInput place: Int, _ values: [Double]) -> Tensor {
    let tensor = Tensor(shapes[place].0, precision: engine.precision, block: shapes[place].1)
    tensor.write(values)
    return tensor
  }

  func tensorOfOutput(_ values: [Double]) -> Tensor {
    let tensor = Tensor(outputShape.0, precision: engine.precision, block: outputShape.1)
    tensor.write(values)
    return tensor
  }

  func move(to values: [[Double]]) throws {
    inputs = values.enumerated().map { tensor(ofInput: $0, $1) }
    try op.apply(inputs, into: output)
  }

  func pullback(_ cotangent: [Double], toInput place: Int) throws -> [Double] {
    let result = tensor(
      ofInput: place, [Double](repeating: 0, count: shapes[place].0.count))
    try op.pullback(
      tensorOfOutput(cotangent), at: OperatorPoint(self, node: 0), toInput: place, into: result)
    return result.values()
  }

  /// The change of the pullback along tangents, added to numbers that are there.
  func pullbackChange(
    _ cotangent: [Double], along tangents: [[Double]?], reads: Derivative.Values,
    toInput place: Int, onto start: Double
  ) throws -> [Double] {
    let point = OperatorPoint(self, node: 0)
    let inputs = tangents.enumerated().map { place, values in
      values.map { tensor(ofInput: place, $0) }
    }
    var change = OperatorChange()
    if reads.contains(.inputs) { change.inputs = inputs }
    if reads.contains(.output), inputs.contains(where: { $0 != nil }) {
      let tangent = tensorOfOutput([Double](repeating: 0, count: outputShape.0.count))
      try op.pushforward(inputs, at: point, into: tangent)
      change.output = tangent
    }
    let result = tensor(
      ofInput: place, [Double](repeating: start, count: shapes[place].0.count))
    try op.addPullbackChange(
      of: tensorOfOutput(cotangent), at: point, along: change, toInput: place, to: result)
    return result.values().map { $0 - start }
  }

  func value(ofInput place: Int, of node: Int) -> Tensor { inputs[place] }
  func value(of node: Int) -> Tensor { output }
}

@Suite("Every operator at a point")
struct OperatorCurvatureTests {
  private static let batch = 2

  /// Values of the inputs in the operator's domain.
  private static func point(_ example: OperatorExample, _ numbers: inout Numbers) -> [[Double]] {
    example.inputs.map { shape in
      // No two of them are equal, so that no kink is met exactly.
      let values = numbers.normals(batch * shape.count)
      return switch example.domain {
      case .all: values
      case .bounded: values.map { $0 / 2 }
      case .positive: values.map { 0.5 + abs($0) }
      }
    }
  }

  @Test(
    "has the second derivative that differences of its pullbacks show",
    arguments: OperatorFixture.all)
  func secondDerivative(_ fixture: OperatorFixture) throws {
    let shapes = fixture.example.inputs
    guard let feed = fixture.feeds.last, !shapes.isEmpty else { return }
    for (precision, tolerance) in [(Precision.double, 1e-6), (.float, 1e-4)] {
      var numbers = Numbers(seed: 9, "curvature")
      let setting = try fixture.setting(feed)
      let bench = try Bench(setting, precision, batch: Self.batch)
      let exact = try Bench(setting, .double, batch: Self.batch)
      let point = Self.point(fixture.example, &numbers)
      let tangents = shapes.map {
        numbers.multiples(of: 0.25, within: 1, Self.batch * $0.count)
      }
      let cotangent = numbers.normals(Self.batch * setting.network.outputShape.count)
      for place in shapes.indices {
        // All inputs change, and each alone: zero by structure is not a tensor of zeros.
        for moving in [shapes.indices.map { _ in true }]
          + shapes.indices.map({ only in
            shapes.indices.map { $0 == only }
          })
        {
          let directions = zip(tangents, moving).map { $1 ? $0 : nil }
          func pulled(_ step: Double) throws -> [Double] {
            try exact.move(
              to: zip(point, directions).map { values, direction in
                guard let direction else { return values }
                return zip(values, direction).map { $0 + step * $1 }
              })
            return try exact.pullback(cotangent, toInput: place)
          }
          try bench.move(to: point)
          let change = try bench.pullbackChange(
            cotangent, along: directions, reads: fixture.op.derivative.reads, toInput: place,
            onto: precision == .double ? 0.5 : 0)
          let differences = try Self.difference(pulled)
          guard let differences else {
            Issue.record("every step crosses a kink")
            continue
          }
          try exact.move(to: point)
          let scale = max(
            norm(differences), 1e-3 * norm(try exact.pullback(cotangent, toInput: place)))
          let distance = norm(zip(change, differences).map { $0 - $1 })
          #expect(
            distance <= tolerance * max(scale, 1e-6),
            "\(precision) input \(place) moving \(moving): \(change.prefix(4)) against \(differences.prefix(4))"
          )
        }
      }
    }
  }

  /// Central differences of two steps without the error of second order, of steps so short that no kink lies
  /// between.
  private static func difference(_ value: (Double) throws -> [Double]) throws -> [Double]? {
    for exponent in stride(from: -12, through: -22, by: -1) {
      let quotients = try [exponent, exponent - 1].map { exponent in
        let step = Double(sign: .plus, exponent: exponent, significand: 1)
        return zip(try value(step), try value(-step)).map { ($0 - $1) / (2 * step) }
      }
      let scale = max(norm(quotients[1]), 1e-3 * norm(try value(0)), 1e-9)
      guard norm(zip(quotients[0], quotients[1]).map { $0 - $1 }) < 1e-4 * scale else { continue }
      return zip(quotients[0], quotients[1]).map { (4 * $1 - $0) / 3 }
    }
    return nil
  }
}
