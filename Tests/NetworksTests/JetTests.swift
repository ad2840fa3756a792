import Derivatives
import Networks
import PlainTwins
import Tensors
import Testing

/// Second derivatives along paths, pushed forward.
@Suite struct JetTests {
  private func path(_ setting: Setting, seed: UInt64) -> PathJet {
    var numbers = Numbers(seed: seed, "path")
    let (rows, columns) = (setting.batch, setting.network.inputShape.count)
    func matrix() -> Matrix {
      Matrix(rows: rows, columns: columns, values: numbers.normals(rows * columns))
    }
    return PathJet(
      value: Matrix(rows: rows, columns: columns, values: setting.images.map(Double.init)),
      first: matrix(), second: matrix())
  }

  private func jet(
    _ setting: Setting, _ path: PathJet, _ precision: Precision = .double
  ) throws -> PathJet {
    try #require(
      try setting.network.jet(
        along: path, parameters: setting.parameters, engine: KernelEngine(precision: precision),
        arena: Arena()))
  }

  private static func networks() throws -> [(String, Network)] {
    try cells.map { ($0, try cellNetwork($0)) } + [
      ("irregular", try irregularNetwork()), ("biased", try biasedNetwork()),
      ("squeezed", try squeezedNetwork()),
    ]
  }

  @Test(arguments: 0..<12)
  func valueAndFirstDerivativeAreThoseOfALinearization(number: Int) throws {
    let (name, network) = try Self.networks()[number]
    let setting = Setting(network, seed: 3, batch: 4)
    let path = path(setting, seed: 4)
    let linearization = try setting.linearization(.batch, .double)
    for precision in Precision.allCases {
      let tolerance = precision == .double ? 1e-11 : 1e-3
      let jet = try jet(setting, path, precision)
      #expect(
        relativeDistance(jet.value.values, linearization.output.values) < tolerance, "\(name)")
      #expect(
        relativeDistance(
          jet.first.values, try linearization.pushforward(input: path.first).values) < tolerance,
        "\(name) in \(precision)")
    }
  }

  /// The second derivative against differences of the first along the path, where no gate changes sides.
  @Test(arguments: 0..<12)
  func secondDerivativeIsThatOfDifferences(number: Int) throws {
    let (name, network) = try Self.networks()[number]
    let setting = Setting(network, seed: 5, batch: 3)
    let path = path(setting, seed: 6)
    let expected = try jet(setting, path).second.values
    func first(_ t: Double) throws -> [Double] {
      let moved = zip(path.value.values, zip(path.first.values, path.second.values)).map {
        $0 + t * $1.0 + t * t / 2 * $1.1
      }
      let speed = zip(path.first.values, path.second.values).map { $0 + t * $1 }
      func matrix(_ values: [Double]) -> Matrix {
        Matrix(rows: path.value.rows, columns: path.value.columns, values: values)
      }
      return try jet(
        setting,
        PathJet(value: matrix(moved), first: matrix(speed), second: path.second)
      ).first.values
    }
    for exponent in [-12, -16, -20] {
      let quotients = try [exponent, exponent - 1].map { exponent in
        let step = Double(sign: .plus, exponent: exponent, significand: 1)
        return zip(try first(step), try first(-step)).map { ($0 - $1) / (2 * step) }
      }
      // Quotients that agree tell that no kink lies between.
      guard relativeDistance(quotients[0], quotients[1]) < 1e-4 else { continue }
      let differences = zip(quotients[0], quotients[1]).map { (4 * $1 - $0) / 3 }
      #expect(
        relativeDistance(expected, differences) < 1e-5,
        "\(name), step 2^\(exponent): \(expected.prefix(3)) against \(differences.prefix(3))")
      return
    }
    Issue.record("\(name): every step crosses a kink")
  }

  @Test func secondDerivativesOfFloatAreThoseOfDouble() throws {
    let setting = Setting(try cellNetwork("3s1sp3"), seed: 7, batch: 2)
    let path = path(setting, seed: 8)
    let double = try jet(setting, path).second.values
    #expect(norm(double) > 1)
    #expect(relativeDistance(try jet(setting, path, .float).second.values, double) < 1e-3)
  }

  /// Poolings make a single image constant before the head, whose normalisation makes noise of it.
  @Test(arguments: Precision.allCases)
  func whatIsConstantButForRoundingDoesNotMove(precision: Precision) throws {
    for cell in ["pppppp", "nnnnnn"] {
      var setting = Setting(try cellNetwork(cell), seed: 9, batch: 1)
      for (position, spec) in setting.network.parameters.enumerated()
      where spec.role == .shift {
        setting.parameters.values[position] = [Float](repeating: 0, count: spec.count)
      }
      let jet = try jet(setting, path(setting, seed: 10), precision)
      #expect(jet.first.values.allSatisfy { $0 == 0 }, "\(cell) \(jet.first.values)")
      #expect(jet.second.values.allSatisfy { $0 == 0 }, "\(cell)")
    }
  }

  /// Twice the speed is four times the acceleration of the path's bend.
  @Test func theSecondDerivativeIsQuadraticInTheSpeed() throws {
    let setting = Setting(try squeezedNetwork(), seed: 11, batch: 3)
    var path = path(setting, seed: 12)
    path.second = Matrix(rows: path.value.rows, columns: path.value.columns)
    let once = try jet(setting, path).second.values
    path.first = path.first.scaled(by: 2)
    #expect(relativeDistance(try jet(setting, path).second.values, once.map { 4 * $0 }) < 1e-12)
  }
}
