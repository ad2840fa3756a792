import Networks
import PlainTwins
import Tensors
import Testing

@Suite("An initialiser")
struct InitializerTests {
  func draw(
    _ initializer: Initializer, seed: UInt64 = 1, architecture: String = "cell",
    purpose: String = "weights", _ network: Network
  ) -> Parameters {
    initializer.parameters(
      for: network, seed: seed, architecture: architecture, purpose: purpose)
  }

  @Test("draws the distribution that its name says", arguments: Initializer.allCases)
  func distribution(initializer: Initializer) throws {
    let network = try cellNetwork("333333", channels: 16, classes: 100)
    let parameters = draw(initializer, network)
    var fanIn = 1.0
    for (spec, values) in zip(network.parameters, parameters.values) {
      fanIn = Double(spec.fanIn)
      #expect(values.count == spec.count)
      switch spec.role {
      case .scale: #expect(values.allSatisfy { $0 == 1 })
      case .shift: #expect(values.allSatisfy { $0 == 0 })
      case .bias where initializer != .uniformFanIn:
        #expect(values.allSatisfy { $0 == 0 })
      case .bias, .weight, .constant, .normal:
        let variance: Double
        switch initializer {
        case .kaimingNormal: variance = 2 / fanIn
        case .standardNormal: variance = 1
        case .uniformFanIn:
          variance = 1 / (3 * fanIn)
          let bound = Float(1 / fanIn.squareRoot())
          #expect(values.allSatisfy { abs($0) <= bound * 1.000001 })
          #expect(values.contains { abs($0) > 0.8 * bound })
        }
        let n = Double(values.count)
        let mean = values.reduce(0) { $0 + Double($1) } / n
        let square = values.reduce(0) { $0 + Double($1) * Double($1) } / n
        // Five standard errors: mean of n numbers, and their squares (kurtosis at most 3).
        #expect(abs(mean) < 5 * (variance / n).squareRoot(), "\(spec.name)")
        #expect(abs(square / variance - 1) < 5 * (2 / n).squareRoot(), "\(spec.name)")
      }
    }
  }

  @Test("depends on seed, architecture, purpose and tensor, and on nothing else")
  func keys() throws {
    let network = try cellNetwork("333333")
    let first = draw(.kaimingNormal, network)
    #expect(draw(.kaimingNormal, network) == first)
    #expect(draw(.kaimingNormal, seed: 2, network) != first)
    #expect(draw(.kaimingNormal, architecture: "other", network) != first)
    #expect(draw(.kaimingNormal, purpose: "again", network) != first)
    // Tensors of one shape differ.
    let convolutions = network.parameters.indices.filter {
      network.parameters[$0].shape == [4, 4, 3, 3]
    }
    #expect(convolutions.count == 6)
    #expect(Set(convolutions.map { first.values[$0] }).count == 6)
    // Normal numbers of different deviation are the same up to a factor.
    let standard = draw(.standardNormal, network).values[0]
    let factor = Float((2.0 / 27).squareRoot())
    #expect(
      relativeDistance(standard.map { Double($0 * factor) }, first.values[0].map(Double.init))
        < 1e-6)
  }
}
