import Networks
import Tensors
import Testing

/// A primitive with the shape of what it reads; adding a primitive to the tests is adding a line.
struct PrimitiveFixture: CustomTestStringConvertible, Sendable {
  var primitive: any Primitive
  var shape: TensorShape
  var inputs = 1

  var testDescription: String { "\(primitive) on \(shape)" }

  static let all: [PrimitiveFixture] = [
    image(Convolution(inChannels: 5, outChannels: 7, kernel: 3), 5),
    image(Convolution(inChannels: 16, outChannels: 32, kernel: 3, stride: 2), 16),
    image(Convolution(inChannels: 17, outChannels: 3, kernel: 1, stride: 2), 17),
    image(Convolution(inChannels: 6, outChannels: 4, kernel: 5, padding: 1, groups: 2), 6),
    image(Convolution(inChannels: 16, outChannels: 16, kernel: 3, groups: 16), 16),
    image(BatchNormalization(channels: 5), 5),
    image(BatchNormalization(channels: 32), 32),
    image(BatchNormalization(channels: 5, epsilon: 0.5), 5),
    image(ConvolutionBias(channels: 5), 5),
    image(ConvolutionBias(channels: 32), 32),
    image(Rectifier(), 18),
    image(Zero(), 4),
    PrimitiveFixture(primitive: Sum(), shape: TensorShape(channels: 5, height: 4, width: 3)),
    PrimitiveFixture(
      primitive: Sum(), shape: TensorShape(channels: 5, height: 4, width: 3), inputs: 3),
    PrimitiveFixture(
      primitive: Sum(), shape: TensorShape(channels: 2, height: 2, width: 2), inputs: 11),
    image(AveragePool(PoolingGeometry(kernel: 3, stride: 1, padding: 1)), 17),
    image(AveragePool(PoolingGeometry(kernel: 2, stride: 2)), 4),
    image(AveragePool(PoolingGeometry(kernel: 3, stride: 2, padding: 1, countsPadding: true)), 4),
    image(GlobalAveragePool(), 21),
    PrimitiveFixture(
      primitive: Dense(inFeatures: 12, outFeatures: 5), shape: TensorShape(channels: 12)),
  ]

  private static func image(_ primitive: some Primitive, _ channels: Int) -> PrimitiveFixture {
    PrimitiveFixture(
      primitive: primitive, shape: TensorShape(channels: channels, height: 6, width: 7))
  }

  /// The modes that differ for this primitive.
  var modes: [NormalizationMode] {
    primitive is BatchNormalization ? NormalizationMode.allCases : [.fresh]
  }

  /// The primitive on the network's input, or behind 1x1 convolutions in the engine's layout.
  func network(behindConvolutions: Bool) throws -> Network {
    var builder = NetworkBuilder(input: shape)
    let feeds = try (0..<inputs).map { feed in
      try behindConvolutions
        ? builder.add(
          Convolution(inChannels: shape.channels, outChannels: shape.channels, kernel: 1), 0,
          name: "feed\(feed)")
        : 0
    }
    _ = try builder.add(primitive, feeds, name: "primitive")
    return builder.build()
  }

  var settings: [Setting] {
    get throws {
      // A vector behind a convolution would be a blocked vector, which no network has.
      try (shape.area == 1 ? [false] : [false, true]).map {
        Setting(try network(behindConvolutions: $0), seed: 7, batch: 2)
      }
    }
  }
}

@Suite("Every primitive")
struct PrimitiveTests {
  @Test(
    "has a pullback that is the transpose of its pushforward",
    arguments: PrimitiveFixture.all)
  func adjoint(_ fixture: PrimitiveFixture) throws {
    for setting in try fixture.settings {
      for mode in fixture.modes {
        try checkAdjoint(setting, mode, .double, tolerance: 1e-12, seed: 1)
        // A few hundred products with a relative rounding of 2^-24 each.
        try checkAdjoint(setting, mode, .float, tolerance: 1e-5, seed: 1)
      }
    }
  }

  @Test(
    "has the derivative that differences of its values show",
    arguments: PrimitiveFixture.all)
  func differences(_ fixture: PrimitiveFixture) throws {
    for setting in try fixture.settings {
      // The statistics of `calibrated` are constants for the derivative, not for the values.
      for mode in fixture.modes where mode != .calibrated {
        try checkDifferences(setting, mode, seed: 2)
      }
    }
  }

  @Test(
    "gives the same values and derivatives in float as in double",
    arguments: PrimitiveFixture.all)
  func precisions(_ fixture: PrimitiveFixture) throws {
    for setting in try fixture.settings {
      for mode in fixture.modes {
        let exact = try setting.linearization(mode, .double)
        let rounded = try setting.linearization(mode, .float)
        #expect(relativeDistance(rounded.output.values, exact.output.values) < 1e-5)
        var numbers = Numbers(seed: 3)
        let output = exact.output
        let cotangent = Matrix(
          rows: output.rows, columns: output.columns, values: numbers.normals(output.values.count))
        let a = try rounded.pullback(cotangent, to: [0])
        let b = try exact.pullback(cotangent, to: [0])
        // Gates could only differ for values within a rounding of zero; these seeds have none.
        #expect(relativeDistance(a.nodes[0].values, b.nodes[0].values) < 2e-5)
        for (x, y) in zip(a.parameters, b.parameters) { #expect(relativeDistance(x, y) < 2e-5) }
      }
    }
  }
}
