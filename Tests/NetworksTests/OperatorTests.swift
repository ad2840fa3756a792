import Networks
import Operators
import Tensors
import Testing

/// A op with the shape of what it reads; adding a op to the tests is adding a line.
struct OperatorFixture: CustomTestStringConvertible, Sendable {
  var op: any Operator
  var shape: Shape
  var inputs = 1
  /// Whether it reads a vector of the channels besides, for each image.
  var readsVector = false

  var testDescription: String { "\(op) on \(shape)" }

  static let all: [OperatorFixture] = [
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
    image(ReLU(), 18),
    image(Sigmoid(), 18),
    OperatorFixture(op: Sigmoid(), shape: [21]),
    product(5, height: 6, width: 7), product(32, height: 5, width: 3),
    product(17, height: 1, width: 1), product(40, height: 3, width: 4),
    image(Zero(), 4),
    OperatorFixture(op: Sum(), shape: Shape(channels: 5, height: 4, width: 3)),
    OperatorFixture(
      op: Sum(), shape: Shape(channels: 5, height: 4, width: 3), inputs: 3),
    OperatorFixture(
      op: Sum(), shape: Shape(channels: 2, height: 2, width: 2), inputs: 11),
    image(AveragePool(PoolingGeometry(kernel: 3, stride: 1, padding: 1)), 17),
    image(AveragePool(PoolingGeometry(kernel: 2, stride: 2)), 4),
    image(AveragePool(PoolingGeometry(kernel: 3, stride: 2, padding: 1, countsPadding: true)), 4),
    image(GlobalAveragePool(), 21),
    OperatorFixture(
      op: Linear(inFeatures: 12, outFeatures: 5), shape: [12]),
  ]

  private static func product(_ channels: Int, height: Int, width: Int) -> OperatorFixture {
    OperatorFixture(
      op: ChannelProduct(),
      shape: Shape(channels: channels, height: height, width: width), readsVector: true)
  }

  private static func image(_ op: some Operator, _ channels: Int) -> OperatorFixture {
    OperatorFixture(
      op: op, shape: Shape(channels: channels, height: 6, width: 7))
  }

  /// The modes that differ for this op.
  var modes: [NormalizationMode] {
    op.derivative.couplesMinibatch ? NormalizationMode.allCases : [.fresh]
  }

  /// The op on the network's input, or behind 1x1 convolutions in the engine's layout; a vector
  /// comes from a pooling, or from a 1x1 convolution behind one.
  func network(behindConvolutions: Bool, vectorBehindConvolution: Bool = false) throws -> Network {
    var builder = NetworkBuilder(input: shape)
    func convolved(_ node: Int, _ name: String) throws -> Int {
      guard shape.isMaps else {
        return try builder.add(
          Linear(inFeatures: shape.last, outFeatures: shape.last), node, name: name)
      }
      return try builder.add(
        Convolution(inChannels: shape.channels, outChannels: shape.channels, kernel: 1), node,
        name: name)
    }
    var feeds = try (0..<inputs).map { feed in
      try behindConvolutions ? convolved(0, "feed\(feed)") : 0
    }
    if readsVector {
      let pooled = try builder.add(
        GlobalAveragePool(keepsPlaces: true), feeds[0], name: "pool")
      feeds.append(vectorBehindConvolution ? try convolved(pooled, "vector") : pooled)
    }
    _ = try builder.add(op, feeds, name: "op")
    return builder.build()
  }

  var settings: [Setting] {
    get throws {
      try [false, true].flatMap { behind in
        try (readsVector ? [false, true] : [false]).map { vectorBehind in
          Setting(
            try network(behindConvolutions: behind, vectorBehindConvolution: vectorBehind),
            seed: 7, batch: 2)
        }
      }
    }
  }
}

@Suite("Every op")
struct OperatorTests {
  @Test(
    "has a pullback that is the transpose of its pushforward",
    arguments: OperatorFixture.all)
  func adjoint(_ fixture: OperatorFixture) throws {
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
    arguments: OperatorFixture.all)
  func differences(_ fixture: OperatorFixture) throws {
    for setting in try fixture.settings {
      // The statistics of `calibrated` are constants for the derivative, not for the values.
      for mode in fixture.modes where mode.isDifferentiated {
        try checkDifferences(setting, mode, seed: 2)
      }
    }
  }

  @Test(
    "gives the same values and derivatives in float as in double",
    arguments: OperatorFixture.all)
  func precisions(_ fixture: OperatorFixture) throws {
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
