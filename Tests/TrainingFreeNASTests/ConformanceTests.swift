import Scoring
import Studies
import Tensors
import Testing


/// Values of the public reference implementations on portable weights and inputs.
@Suite struct ConformanceTests {
  private func check(_ published: PublishedCase) throws {
    let result = try conformance(
      published.configuration, threads: 2, names: published.names)
    let values = Dictionary(uniqueKeysWithValues: result.values.map { ($0.name, $0.value) })
    for (name, expected) in published.values {
      let value = try #require(values[name], "\(published.label) \(name)")
      #expect(
        abs(value - expected) <= published.tolerance(for: name, of: result),
        "\(published.label) \(name): \(value), published \(expected)")
    }
    #expect(Set(result.undefined.map(\.name)) == published.undefined)
  }

  @Test func everyProxyHasAValueOrAReason() throws {
    let published = try #require(PublishedCase.all.first { $0.label == "F" })
    let result = try conformance(published.configuration, threads: 1)
    let names = result.values.map(\.name) + result.undefined.map(\.name)
    #expect(Set(names).count == names.count)
    for proxy in AllProxies.list where !proxy.needs.isEmpty && !proxy.name.hasPrefix("vkdnw") {
      #expect(names.contains(proxy.name))
    }
    #expect(published.names.isSubset(of: names))
  }

  @Test(arguments: PublishedCase.all.filter { $0.configuration.width < 16 }.map(\.label))
  func smallInDouble(label: String) throws {
    try check(try #require(PublishedCase.all.first { $0.label == label }))
  }

  /// What float may do to ZiCo follows from what it may do to the gradients; both are checked.
  @Test(arguments: ["A", "D", "G"])
  func smallInFloatHasGradientsAsFarFromThoseInDoubleAsRoundingTakesThem(label: String) throws {
    try checkGradientsInFloat(label)
  }

  @Test func fullSizeInFloatHasGradientsAsFarFromThoseInDoubleAsRoundingTakesThem() throws {
    try checkGradientsInFloat("A full size")
  }

  private func checkGradientsInFloat(_ label: String) throws {
    let published = try #require(PublishedCase.all.first { $0.label == label })
    func gradients(_ precision: Precision) throws -> (layers: [Int], [[[Double]]]) {
      let candidate = try published.with(precision: precision).configuration.candidate(
        on: Compute(threads: 2, precision: precision))
      return (
        candidate.network.layerWeights,
        try #require(try GradientConditioning.gradients(of: candidate))
      )
    }
    let conditioning = try #require(
      try GradientConditioning(of: published.configuration, threads: 2))
    let zico = try #require(published.values["zico"])
    #expect(conditioning.tolerance > 1e-6 * zico && conditioning.tolerance < 0.1 * zico)
    let share = try #require(conditioning.lSwagShare)
    #expect(share > 2e-4 && share < 0.1)
    let (layers, exact) = try gradients(.double)
    let (_, rounded) = try gradients(.float)
    for (number, layer) in layers.enumerated() {
      for minibatch in 0...1 {
        let pairs = zip(exact[minibatch][layer], rounded[minibatch][layer])
        let sum = pairs.reduce(0.0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
        let distance = (sum / Double(exact[minibatch][layer].count)).squareRoot()
        // The eightfold is what the moved run showed; a single value that is turned may do all of it.
        let error = conditioning.gradientErrors[number][minibatch]
        #expect(distance <= 8 * error, "layer \(number), minibatch \(minibatch)")
      }
    }
  }

  @Test func theSpreadOfALayerIsThatOfItsNearTerms() {
    let stream = RandomStream(seed: 0, text: "", purpose: "test")
    // Far from zero, or without an error, nothing moves.
    #expect(
      GradientConditioning.spread(of: .zico, [1, 2], [0, 0], deviation: 1e-9, stream: stream) == (
        0, 0
      ))
    #expect(
      GradientConditioning.spread(of: .zico, [1, 2], [1, 2.5], deviation: 0, stream: stream) == (
        0, 0
      ))
    #expect(
      GradientConditioning.spread(of: .zico, [1], [1], deviation: 1, stream: stream) == (0, 0))
    // A difference of zero but for noise: ln 1 / |d + e| has the deviation pi / sqrt 8, as ln |e| does.
    let (mean, variance) = GradientConditioning.spread(
      of: .zico, [0.5 + 1e-12], [0.5], deviation: 1e-3, stream: stream)
    #expect(mean < -18 && mean > -22, "\(mean)")
    #expect(abs(variance.squareRoot() - 1.11) < 0.35, "\(variance)")
    // Opposite gradients are far apart for ZiCo, and near for L-SWAG.
    let opposite = ([0.5 + 1e-12], [-0.5])
    #expect(
      GradientConditioning.spread(
        of: .zico, opposite.0, opposite.1, deviation: 1e-3, stream: stream) == (0, 0))
    let other = GradientConditioning.spread(
      of: .lSwag, opposite.0, opposite.1, deviation: 1e-3, stream: stream)
    #expect(abs(other.mean - mean) < 1e-9 && abs(other.variance - variance) < 1e-9)
  }

  @Test(arguments: PublishedCase.all.filter { $0.configuration.width < 16 }.map(\.label))
  func smallInFloat(label: String) throws {
    try check(
      try #require(PublishedCase.all.first { $0.label == label }).with(precision: .float))
  }

  @Test(
    arguments: PublishedCase.all.filter {
      $0.configuration.width >= 16 && $0.configuration.batch < 64
    }.map(\.label))
  func fullSizeInFloat(label: String) throws {
    try check(
      try #require(PublishedCase.all.first { $0.label == label }).with(precision: .float))
  }
}
