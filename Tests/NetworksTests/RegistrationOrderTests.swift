import Testing

@testable import Networks
@testable import Operators
@testable import Tensors

/// Tensors that are registered in another order than their nodes run.
@Suite struct RegistrationOrderTests {
  /// Four layers in a chain, with the order of some of them.
  private func network(_ registered: [[Int]]) throws -> Network {
    var builder = NetworkBuilder(input: Shape(channels: 3, height: 4, width: 4))
    var node = 0
    for name in ["a", "b", "c"] {
      node = try builder.add(
        Convolution(inChannels: 3, outChannels: 3, kernel: 1), node, name: name)
      node = try builder.add(BatchNormalization(channels: 3), node, name: "\(name)n")
    }
    node = try builder.add(ReLU(), node, name: "r")
    for list in registered { builder.register(inOrder: list) }
    return builder.build()
  }

  @Test func nodesKeepTheirTensors() throws {
    // b and its normalisation behind c and its own.
    let network = try network([[5, 6, 3, 4]])
    #expect(
      network.parameters.map(\.name)
        == [
          "a.weight", "an.weight", "an.bias", "c.weight", "cn.weight", "cn.bias", "b.weight",
          "bn.weight", "bn.bias",
        ])
    #expect(
      network.buffers.map(\.name) == [
        "an.running_mean", "an.running_var", "cn.running_mean", "cn.running_var",
        "bn.running_mean", "bn.running_var",
      ])
    for node in network.nodes {
      for spec in network.parameters[node.parameters] {
        #expect(spec.name.hasPrefix("\(node.name)."))
      }
      for spec in network.buffers[node.buffers] { #expect(spec.name.hasPrefix("\(node.name).")) }
    }
    #expect(
      network.registrationOrder.map { network.nodes[$0].name } == [
        "input", "a", "an", "c", "cn", "r", "b", "bn",
      ])
  }

  @Test func withoutAListTheOrderIsThatOfTheNodes() throws {
    let network = try network([])
    #expect(network.nodes.flatMap(\.parameters) == Array(network.parameters.indices))
    #expect(network.registrationOrder == Array(network.nodes.indices))
    #expect(try self.network([[3, 4]]).parameters == network.parameters)
  }

  @Test func severalLists() throws {
    let network = try network([[2, 1], [6, 5]])
    #expect(
      network.parameters.map(\.name).prefix(3) == ["an.weight", "an.bias", "a.weight"])
    #expect(
      network.parameters.map(\.name).suffix(3) == ["cn.weight", "cn.bias", "c.weight"])
  }
}
