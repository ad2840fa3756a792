import Networks
import Operators
import Tensors
import Testing

@Suite("A network")
struct NetworkTests {
  @Test("says which node does not fit and why")
  func shapeErrors() throws {
    var builder = NetworkBuilder(input: Shape(channels: 3, height: 4, width: 6))
    let half = try builder.add(
      AveragePool(PoolingGeometry(kernel: 2, stride: 2)), 0, name: "half")
    func problem(_ op: some Operator, _ inputs: [Int]) -> String? {
      do throws(NetworkError) {
        _ = try builder.add(op, inputs, name: "cell.3.op")
        return nil
      } catch {
        #expect(error.node == "cell.3.op")
        #expect(error.description == "cell.3.op: \(error.problem)")
        return error.problem
      }
    }
    #expect(
      problem(Convolution(inChannels: 4, outChannels: 8, kernel: 3), [0])
        == "reads 4 channels, got [3, 4, 6]")
    #expect(
      problem(Convolution(inChannels: 3, outChannels: 8, kernel: 5, padding: 0), [0])
        == "a 5x5 window does not fit [3, 4, 6]")
    #expect(
      problem(BatchNormalization(channels: 2), [0]) == "normalises 2 channels, got [3, 4, 6]")
    #expect(
      problem(ConvolutionBias(channels: 2), [0])
        == "adds a bias to 2 channels, got [3, 4, 6]")
    #expect(
      problem(Multiply(), [0, half])
        == "cannot combine [3, 4, 6] and [3, 2, 3]")
    #expect(problem(Multiply(), [0]) == "reads two inputs, got 1")
    #expect(
      problem(Sum(), [0, half]) == "cannot add [3, 4, 6] and [3, 2, 3]")
    #expect(
      problem(AveragePool(PoolingGeometry(kernel: 5, stride: 1)), [0])
        == "a window of 5 does not fit 4 places")
    #expect(
      problem(Linear(inFeatures: 72, outFeatures: 2), [0])
        == "reads 72 features on the last axis, got [3, 4, 6]")
    // A refused node leaves the network as it was.
    #expect(builder.build().nodes.count == 2)
    #expect(builder.build().parameters.isEmpty)
  }

  @Test("keeps nodes, parameters and block ends in the order in which they were added")
  func order() throws {
    let network = try cellNetwork("3s1sp3")
    #expect(network.nodes[0].op == nil)
    #expect(network.inputShape == Shape(channels: 3, height: 8, width: 8))
    #expect(network.classes == 10)
    #expect(network.nodes[network.output].name == "classifier")
    #expect(network.blockOutputs == network.blockOutputs.sorted())
    for (position, node) in network.nodes.enumerated() {
      #expect(node.inputs.allSatisfy { $0 < position })
      #expect(
        node.parameters.map { network.parameters[$0].name }.allSatisfy {
          $0.hasPrefix(node.name)
        })
      for input in node.inputs { #expect(network.consumers[input].contains(position)) }
    }
    let joined = network.nodes.flatMap(\.parameters)
    #expect(joined == Array(network.parameters.indices))
    // A node that is read twice by one node stands twice.
    let irregular = try irregularNetwork()
    let twice = try #require(irregular.nodes.firstIndex { $0.name == "twice" })
    let grouped = irregular.nodes[twice].inputs[1]
    #expect(irregular.consumers[grouped] == [twice, twice])
  }

  @Test("infers the shapes that its values have")
  func shapes() throws {
    for network in [
      try cellNetwork("13p3p1"), try irregularNetwork(), try biasedNetwork(), try squeezedNetwork(),
    ] {
      let point = try Setting(network, seed: 41, batch: 1).linearization(.fresh, .float)
      for (position, node) in network.nodes.enumerated() {
        #expect(node.shape.count == point.rows(of: position).columns)
      }
    }
  }
}

@Suite("The cost of a network")
struct CostTests {
  /// Compares with the counts of NAS-Bench-201: sixteen channels, five cells a stage.
  ///
  /// This network has one cell a stage, hence a fifth of what the edges cost.
  @Test("follows the published counts of NAS-Bench-201", arguments: cells)
  func published(cell: String) throws {
    let cost = try cellNetwork(cell, channels: 16, size: 32).cost
    let n1 = cell.count { $0 == "1" }
    let n3 = cell.count { $0 == "3" }
    #expect(
      cost.multiplyAdds == 7_782_400 + (3_932_160 * n1 + 35_389_440 * n3) / 5 + 65 * 10)
    #expect(cost.parameters == 72_656 + 65 * 10 + (28_000 * n1 + 243_040 * n3) / 5)
    #expect(cost.tensors == 21 + 9 * (n1 + n3))
    #expect(cost.layers == 8 + 3 * (n1 + n3))
  }

  @Test("counts groups, strides and the bias of a linear layer")
  func parts() throws {
    // 7x6 images: 2 -> 6 kernel 3; 6 depthwise kernel 3; 6 -> 20 in two groups, 4x3 places.
    let stem = 42 * 6 * 2 * 9
    let depthwise = 42 * 6 * 9
    let grouped = 12 * 20 * 3 * 9
    let dense = 20 * 9 + 9 + 9 * 4 + 4
    let cost = try irregularNetwork().cost
    #expect(cost.multiplyAdds == stem + depthwise + grouped + dense)
    #expect(cost.parameters == 108 + 54 + 540 + 2 * (6 + 6 + 6 + 20) + dense)
    #expect(cost.tensors == 3 + 2 * 4 + 4)
    #expect(cost.layers == 5)
  }

  @Test("counts the biases of convolutions")
  func biases() throws {
    // 6x5 images: 2 -> 17; 17 depthwise kernel 3 and 17 -> 17, 3x3 places; 17 -> 5.
    let stem = 30 * (2 * 17 + 17)
    let body = 9 * 17 * 9
    let shortcut = 9 * (17 * 17 + 17)
    let rest = 9 * 17 + 9 * (17 * 5 + 5) + 9 * 5
    let network = try biasedNetwork()
    #expect(network.cost.multiplyAdds == stem + body + shortcut + rest + 5 * 4 + 4)
    #expect(
      network.cost.parameters
        == (2 * 17 + 17) + 17 * 9 + 17 * 17 + 17 + 2 * 2 * 17 + 17 + (17 * 5 + 5) + 5 + 24)
    #expect(network.cost.layers == 5)
    #expect(network.parameters.prefix(2).map(\.name) == ["stem.weight", "stem.bias"])
    #expect(network.parameters[1].shape == [17])
    #expect(network.parameters[1].role.isLayerBias && !network.parameters[1].role.isLayerWeight)
  }
}
