import Derivatives
import Networks
import Operators
import PlainTwins
import Tensors
import Testing

@Suite("The values of every operator")
struct OperatorValueTests {
  @Test("are those of plain loops", arguments: OperatorFixture.all)
  func plainLoops(_ fixture: OperatorFixture) throws {
    for feed in fixture.feeds {
      let setting = try fixture.setting(feed)
      for (precision, tolerance) in [(Precision.double, 1e-13), (.float, 3e-6)] {
        let point = try setting.linearization(.fresh, precision)
        let network = setting.network
        let node = network.nodes[network.output]
        let inputs = node.inputs.map { point.rows(of: $0) }
        let output = point.output
        for image in 0..<setting.batch {
          func array(_ rows: Matrix, _ shape: Shape) -> PlainArray {
            PlainArray(shape, values: rows.rows(image..<image + 1).values)
          }
          let expected = plainValue(
            fixture.op, zip(inputs, network.inputShapes(of: network.output)).map(array),
            output: node.shape, parameters: node.parameters.map { setting.parameters.values[$0] })
          guard let expected else { continue }
          #expect(
            relativeDistance(array(output, node.shape).values, expected.values) <= tolerance)
        }
      }
    }
  }

  @Test("have a twin of loops, but for functions of elements that bring their own")
  func twins() throws {
    // What is written out in PlainValues; a further operator may do without, as PyTorch is asked too.
    var missing: Set<String> = []
    for fixture in OperatorFixture.all {
      let setting = try fixture.setting(.input)
      let network = setting.network
      let node = network.nodes[network.output]
      let inputs = network.inputShapes(of: network.output).map { shape in
        PlainArray(shape, values: [Double](repeating: 0.5, count: shape.count))
      }
      if plainValue(
        fixture.op, inputs, output: node.shape,
        parameters: node.parameters.map { setting.parameters.values[$0] }) == nil
      {
        missing.insert(fixture.op.name)
      }
    }
    #expect(missing.isEmpty)
  }

  @Test("and derivatives of functions of elements are exact in double, and a few bits off in float")
  func digits() throws {
    // From one rounding of the argument to the next a function may change by more than its own rounding.
    for fixture in OperatorFixture.all {
      guard let op = fixture.op as? any PointwiseOperator else { continue }
      let points = (0..<4096).map { i -> Double in
        let x = -12 + 24 * (Double(i) + 0.37) / 4096
        return Double(Float(fixture.example.domain == .positive ? abs(x) + 0.03125 : x))
      }
      let network = try {
        var builder = NetworkBuilder(input: [points.count])
        try builder.add(op, 0, name: "op")
        return builder.build()
      }()
      let setting = Setting(network, images: points.map(Float.init))
      for (precision, bound) in [(Precision.double, 0x1p-50), (.float, 0x1p-22)] {
        let point = try setting.linearization(.fresh, precision)
        let ones = Matrix(
          rows: 1, columns: points.count, values: [Double](repeating: 1, count: points.count))
        let slopes = try point.pullback(ones, to: [0]).nodes[0].values
        // Below the smallest number of 32 bits there is nothing to be exact about.
        let least = precision == .float ? 0x1p-126 : 0x1p-1000
        func check(_ actual: [Double], _ function: (Double) -> Double, _ part: String) {
          let worst = points.indices.first { i in
            let (x, expected) = (points[i], function(points[i]))
            // A derivative that is a small difference is as exact as what it is the difference of.
            let scale = max(abs(expected), part == "slope" ? 1e-2 * abs(op.value(x)) : 0, least)
            return !(abs(actual[i] - expected) <= bound * scale)
          }
          if let i = worst {
            Issue.record(
              "\(op) \(precision) \(part) at \(points[i]): \(actual[i]), not \(function(points[i]))"
            )
          }
        }
        check(point.output.values, op.value, "value")
        check(slopes, op.slope, "slope")
      }
    }
  }
}

extension Setting {
  /// A network without parameters at one image.
  fileprivate init(_ network: Network, images: [Float]) {
    self.init(network, seed: 1, batch: 1)
    self.images = images
  }
}
