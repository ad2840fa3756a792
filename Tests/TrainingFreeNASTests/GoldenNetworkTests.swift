import Testing

@testable import Networks
@testable import Scoring

/// Names, order and cost of the networks of `Golden/README.md`.
@Suite struct GoldenNetworkTests {
  private static let cases = GoldenCase.small + [GoldenCase.full]

  @Test(arguments: cases)
  func parametersAreRegisteredInOrder(name: String) throws {
    let golden = try GoldenCase.load(name)
    #expect(golden.network.parameters.map(\.name) == golden.parameterOrder)
    let layers = golden.network.parameters.filter(\.role.isLayerWeight).map(\.name)
    #expect(layers == golden.weightLayerOrder.map { "\($0).weight" })
  }

  @Test(arguments: cases)
  func selectionsAreTheTensorGroups(name: String) throws {
    let golden = try GoldenCase.load(name)
    for group in FisherGroup.all {
      let selection = group.settings(.exact, smoothing: 0).selection(in: golden.network)
      let names = selection.map { golden.network.parameters[$0.parameter].name }
      #expect(names == golden.tensorGroups[group.name])
      #expect(selection.allSatisfy { $0.index == 0 })
    }
  }

  @Test(arguments: cases)
  func costs(name: String) throws {
    let golden = try GoldenCase.load(name)
    let cost = golden.network.cost
    golden.expect("proxy.flops", [Double(cost.multiplyAdds) / 1e6], .double)
    golden.expect("proxy.params", [Double(cost.parameters) / 1e6], .double)
    golden.expect("vkdnw.dim_tensors", [Double(cost.tensors)], .double)
    golden.expect("vkdnw.dim_weight_layers", [Double(cost.layers)], .double)
  }
}

/// A group of tensors that the fixtures take the Fisher information of.
struct FisherGroup: Sendable {
  let name: String
  let tensors: WeightTensors

  static let all = [
    FisherGroup(name: "all", tensors: .tensors), FisherGroup(name: "weights", tensors: .layers),
  ]

  func settings(_ factor: FisherFactor, smoothing: Double) -> FisherSettings {
    FisherSettings(
      factor: factor, normalization: .fresh, smoothing: smoothing, tensors: tensors)
  }
}
