import Derivatives
import Foundation
import Networks
import Operators
import Tensors
import Testing

@testable import Interchange
@testable import Spaces

/// Numbers that look random and are the same everywhere.
struct Numbers {
  private var state: UInt64

  init(seed: UInt64) { state = seed &+ 0x9E37_79B9_7F4A_7C15 }

  /// A number between -1 and 1.
  mutating func next() -> Float {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Float(state >> 40) / Float(1 << 23) - 1
  }

  mutating func list(_ count: Int) -> [Float] { (0..<count).map { _ in next() } }

  /// Numbers for a network: statistics that could be some.
  static func parameters(_ network: Network, seed: UInt64 = 1) -> Parameters {
    var numbers = Numbers(seed: seed)
    return Parameters(
      network.parameters.map { numbers.list($0.count) },
      buffers: network.buffers.map { spec in
        numbers.list(spec.count).map { spec.value == 1 ? 1.5 + $0 : $0 }
      }, for: network)
  }
}

/// What a network gives for images.
func output(_ network: Network, _ parameters: Parameters, _ images: [Float]) throws -> [Double] {
  let engine = try KernelEngine(precision: .double)
  let linearization = try Linearization(
    network, parameters: parameters, images: .floats(images), normalization: .given,
    workers: [LinearizationWorker(engine: engine, arena: Arena(minimumChunk: 1 << 20))],
    team: WorkerTeam(count: 1))
  var result: [Double] = []
  try linearization.read([network.output]) { _, values in result += values[0].values() }
  return result
}

/// An example of an operator as a network.
struct OperatorNetwork: CustomTestStringConvertible, Sendable {
  let example: OperatorExample
  var testDescription: String {
    "\(example.op) on \(example.inputs.map(\.description).joined(separator: " and "))"
  }

  static let all: [OperatorNetwork] = AllOperators.types.flatMap { type in
    type.examples.map { OperatorNetwork(example: $0) }
  }

  func network() throws -> Network {
    let total = example.inputs.reduce(0) { $0 + $1.count }
    var builder = NetworkBuilder(input: [max(total, 3)])
    var start = 0
    var inputs: [Int] = []
    for (place, shape) in example.inputs.enumerated() {
      var node = try builder.add(
        Slice(axis: 0, from: start, count: shape.count), 0, name: "part\(place)")
      if example.domain != .all { node = try builder.add(Sigmoid(), node, name: "bounded\(place)") }
      inputs.append(try builder.add(Reshape(to: shape.extents), node, name: "shape\(place)"))
      start += shape.count
    }
    try builder.add(example.op, inputs, name: "subject")
    if inputs.isEmpty {
      // What reads nothing is no network by itself.
      let value = try builder.add(Reshape(to: [-1]), builder.newest, name: "flat")
      try builder.add(Concatenate(axis: 0), 0, value, name: "joined")
    }
    return builder.build()
  }
}

@Suite("Networks as ONNX models and back")
struct RoundTripTests {
  @Test("gives the values of every operator", arguments: OperatorNetwork.all)
  func values(subject: OperatorNetwork) throws {
    let network = try subject.network()
    let parameters = Numbers.parameters(network)
    let bytes = try ONNXModel(network, parameters, name: "network").file()
    let imported = try ONNXImporter(endsAtLogits: false).network(bytes: bytes, name: "network")
    var numbers = Numbers(seed: 5)
    let images = numbers.list(2 * network.inputShape.count)
    let own = try output(network, parameters, images)
    let back = try output(imported.network, imported.stored, images)
    #expect(back.count == own.count)
    let largest = own.map(\.magnitude).max() ?? 0
    for (a, b) in zip(own, back) {
      #expect(abs(a - b) <= 1e-5 * max(largest, 1e-3))
    }
    #expect(imported.network.parameters.map(\.name) == network.parameters.map(\.name))
    #expect(imported.network.parameters.map(\.shape) == network.parameters.map(\.shape))
    // A bias of no layer is a sum outside, and the sum over windows of channels is a product.
    if !(subject.example.op is ConvolutionBias || subject.example.op is LocalResponseNormalization)
    {
      #expect(imported.count().multiplyAdds == NetworkCount(network).multiplyAdds)
    }
    #expect(imported.stored.values == parameters.values)
  }

  /// A small network with blocks, an edge that leads nowhere, a zero and a parameter of no layer.
  private func cell() throws -> Network {
    var builder = NetworkBuilder(input: [3, 8, 8])
    try builder.add(Convolution(inChannels: 3, outChannels: 8, kernel: 3), 0, name: "stem.0")
    let stem = try builder.add(BatchNormalization(channels: 8), builder.newest, name: "stem.1")
    builder.endBlock()
    let relu = try builder.add(ReLU(), stem, name: "cell.relu")
    let conv = try builder.add(
      Convolution(inChannels: 8, outChannels: 8, kernel: 1), relu, name: "cell.conv")
    try builder.add(BatchNormalization(channels: 8), conv, name: "cell.dead")
    let zero = try builder.add(Zero(), relu, name: "cell.zero")
    let pool = try builder.add(
      AveragePool(PoolingGeometry(kernel: 3, stride: 1, padding: 1)), stem, name: "cell.pool")
    let scale = try builder.add(
      Parameter(shape: [8, 1, 1], role: .constant(0.5), key: "scale"), [], name: "cell")
    let product = try builder.add(Multiply(), conv, scale, name: "cell.product")
    try builder.add(Sum(), [zero, pool, product], name: "cell.sum")
    builder.endBlock()
    try builder.add(GlobalAveragePool(), builder.newest, name: "pool")
    try builder.add(Linear(inFeatures: 8, outFeatures: 5), builder.newest, name: "head")
    return builder.build()
  }

  @Test("keeps blocks, dead ends, zeros, names and roles")
  func structure() throws {
    let network = try cell()
    let parameters = Numbers.parameters(network)
    let bytes = try ONNXModel(network, parameters, name: "cell").file()
    let back = try ONNXImporter().network(bytes: bytes, name: "cell")
    #expect(back.network.parameters == network.parameters)
    #expect(back.network.buffers == network.buffers)
    #expect(back.network.blockOutputs == network.blockOutputs)
    #expect(back.network.nodes.map { $0.op?.name } == network.nodes.map { $0.op?.name })
    #expect(back.network.nodes.map(\.inputs) == network.nodes.map(\.inputs))
    #expect(back.digest == network.graphDigest)
    #expect(back.stored == parameters)
  }

  /// ONNX Runtime refuses a model in which two nodes share a name, as sums of a cell do here.
  @Test("gives each node of the model a name of its own")
  func nodeNames() throws {
    let cell = try NASBench201Skeleton(channels: 4, cells: 1).network(
      of: #require(NASBench201Architecture("|none~0|+|none~0|none~1|+|none~0|none~1|none~2|")))
    #expect(Set(cell.nodes.map(\.name)).count < cell.nodes.count)
    let bytes = try ONNXModel(cell, Numbers.parameters(cell), name: "cell").file()
    let names = try ModelDecoder.model(bytes, file: "cell", path: nil).graph.nodes.map(\.name)
    #expect(names.count > 10)
    #expect(Set(names).count == names.count)
    // What is read back has the names of the network.
    let back = try ONNXImporter().network(bytes: bytes, name: "cell")
    #expect(back.network.nodes.map(\.name) == cell.nodes.map(\.name))
  }

  @Test("keeps the order of parameters that is not that of the nodes")
  func registration() throws {
    let layer = AutoFormerArchitecture.Layer(heads: 3, ratio: 3.5)
    let networks = [
      try NASBench101Space(width: 8, cells: 1, classes: 3, resolution: 16)
        .network(for: NASBench101Space().example),
      try AutoFormerSpace(size: .tiny, classes: 3, resolution: 32)
        .network(for: AutoFormerArchitecture(unchecked: 192, [layer, layer])),
    ]
    for network in networks {
      #expect(!network.isRegisteredInOrder)
      let parameters = Numbers.parameters(network)
      let bytes = try ONNXModel(network, parameters, name: "registered").file()
      let back = try ONNXImporter().network(bytes: bytes, name: "registered")
      #expect(back.network.parameters == network.parameters)
      #expect(back.network.buffers == network.buffers)
      #expect(back.stored == parameters)
      #expect(back.digest == network.graphDigest)
    }
  }

  @Test("counts a tensor once that two layers read")
  func sharedTensors() throws {
    var builder = NetworkBuilder(input: [6])
    var node = try builder.add(Linear(inFeatures: 6, outFeatures: 6), 0, name: "first")
    node = try builder.add(ReLU(), node, name: "relu")
    node = try builder.add(Linear(inFeatures: 6, outFeatures: 6), node, name: "other")
    let network = builder.build()
    let bytes = try ONNXModel(network, Numbers.parameters(network), name: "shared").file()
    // Nodes stand in front of the tensors: the second layer then reads the weights of the first.
    var shared = bytes
    let place = try #require(shared.range(of: Data("other.weight".utf8)))
    shared.replaceSubrange(place, with: Data("first.weight".utf8))
    let plain = try ONNXImporter().network(bytes: bytes, name: "plain")
    let back = try ONNXImporter().network(bytes: shared, name: "shared")
    #expect(plain.repeatedParameters == 0 && plain.remarks == [])
    #expect(back.repeatedParameters == 36)
    #expect(back.remarks == [.sharedTensors(count: 1, first: "first.weight")])
    #expect(back.count().parameters == plain.count().parameters - 36)
    #expect(back.digest != plain.digest)
    let space = GivenNetworks([
      GivenNetworks.Member(
        architecture: GivenNetworks.Architecture(graph: back.digest), network: back.network,
        repeatedParameters: back.repeatedParameters)
    ])
    let costs = try space.costs(of: GivenNetworks.Architecture(graph: back.digest))
    #expect(costs.parameters == back.count().parameters)
  }

  @Test("writes numbers beside the model")
  func beside() throws {
    let network = try cell()
    let parameters = Numbers.parameters(network)
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
      "tfnas-onnx-\(ProcessInfo.processInfo.processIdentifier)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let files = ONNXModel(network, parameters, name: "cell").files(numbersIn: "cell.data")
    let path = folder.appendingPathComponent("cell.onnx").path
    try files.model.write(to: URL(fileURLWithPath: path))
    try Data(files.numbers).write(to: folder.appendingPathComponent("cell.data"))
    #expect(try ONNXImporter().network(contentsOfFile: path).stored == parameters)
  }
}
