import Networks
import Operators
import PlainTwins
import Tensors
import Testing

/// Ten small graphs that anybody might build, in which layouts meet in every way.
enum SmallGraph: String, CaseIterable, Sendable {
  case convolutions = "convolution, ReLU, pooling, linear"
  case normalizedInput = "a normalisation of the image"
  case hiddenLayer = "two linear layers at the end"
  case normalizedVector = "a normalisation of a vector"
  case convolutionHead = "a convolution at the end"
  case convolvedPlace = "a convolution behind the pooling"
  case squeezed = "squeeze-and-excitation by linear layers"
  case imageResidual = "the sum of the image and a convolution of it"
  case pooledResidual = "the sum of the pooled image and a convolution of it"
  case vectorResidual = "the sum of pooled maps and a convolution of them"

  func network() throws -> Network {
    var builder = NetworkBuilder(input: [3, 6, 6])
    func convolution(_ x: Int, _ from: Int, _ to: Int, kernel: Int = 3, stride: Int = 1) throws
      -> Int
    {
      try builder.add(
        Convolution(inChannels: from, outChannels: to, kernel: kernel, stride: stride), x,
        name: "convolution\(x)")
    }
    func pooled(_ x: Int, keepsPlaces: Bool = false) throws -> Int {
      try builder.add(GlobalAveragePool(keepsPlaces: keepsPlaces), x, name: "pool\(x)")
    }
    func linear(_ x: Int, _ from: Int, _ to: Int) throws -> Int {
      try builder.add(Linear(inFeatures: from, outFeatures: to), x, name: "linear\(x)")
    }
    func relu(_ x: Int) throws -> Int { try builder.add(ReLU(), x, name: "relu\(x)") }
    func normalized(_ x: Int, _ channels: Int) throws -> Int {
      try builder.add(BatchNormalization(channels: channels), x, name: "normalized\(x)")
    }
    switch self {
    case .convolutions:
      _ = try linear(pooled(relu(convolution(0, 3, 20))), 20, 5)
    case .normalizedInput:
      _ = try linear(pooled(relu(convolution(normalized(0, 3), 3, 16))), 16, 5)
    case .hiddenLayer:
      _ = try linear(relu(linear(pooled(convolution(0, 3, 18)), 18, 7)), 7, 5)
    case .normalizedVector:
      _ = try linear(normalized(pooled(relu(convolution(0, 3, 18))), 18), 18, 5)
    case .convolutionHead:
      _ = try pooled(convolution(relu(convolution(0, 3, 18)), 18, 5, kernel: 1))
    case .convolvedPlace:
      _ = try convolution(
        pooled(relu(convolution(0, 3, 18)), keepsPlaces: true), 18, 5, kernel: 1)
    case .squeezed:
      let maps = try relu(convolution(0, 3, 18))
      let factors = try linear(relu(linear(pooled(maps), 18, 4)), 4, 18)
      let gate = try builder.add(Sigmoid(), factors, name: "gate")
      let places = try builder.add(Unsqueeze(axes: [1, 2]), gate, name: "places")
      let product = try builder.add(Multiply(), maps, places, name: "product")
      _ = try linear(pooled(product), 18, 5)
    case .imageResidual:
      let sum = try builder.add(Sum(), 0, convolution(0, 3, 3), name: "sum")
      _ = try linear(pooled(sum), 3, 5)
    case .pooledResidual:
      let pool = try builder.add(
        AveragePool(PoolingGeometry(kernel: 2, stride: 2)), 0, name: "halved")
      let sum = try builder.add(Sum(), pool, convolution(0, 3, 3, stride: 2), name: "sum")
      _ = try linear(pooled(sum), 3, 5)
    case .vectorResidual:
      let place = try pooled(relu(convolution(0, 3, 18)), keepsPlaces: true)
      let sum = try builder.add(Sum(), place, convolution(place, 18, 18, kernel: 1), name: "sum")
      _ = try builder.add(Flatten(), sum, name: "vector")
    }
    return builder.build()
  }
}

@Suite("Small graphs")
struct SmallGraphTests {
  @Test("run in both precisions and both engines", arguments: SmallGraph.allCases)
  func run(graph: SmallGraph) throws {
    let setting = Setting(try graph.network(), seed: 31)
    for mode in NormalizationMode.allCases {
      let exact = try setting.linearization(mode, .double).output.values
      let rounded = try setting.linearization(mode, .float).output.values
      #expect(exact.contains { $0 != 0 })
      #expect(relativeDistance(rounded, exact) < 2e-6)
      try checkAdjoint(setting, mode, .double, tolerance: 1e-12, seed: 32)
      if mode.isDifferentiated { try checkDifferences(setting, mode, seed: 33) }
    }
    for mode in [NormalizationMode.fresh, .calibrated] {
      let instance = DerivativeCase(setting.network, seed: 34)
      try instance.check(mode, .double)
      try instance.check(mode, .float)
    }
  }
}
