import Networks
import Testing

@testable import Scoring
@testable import Search
@testable import Spaces

/// What the presets of the MobileNetV2 search fix.
@Suite struct SearchPresetTests {
  private func names(_ preset: SearchPreset) -> [String] {
    SearchDefaults.mobileNetV2(preset).components.map(\.name)
  }

  @Test func released() {
    let defaults = SearchDefaults.mobileNetV2(.released)
    #expect(
      defaults.settings.fisher
        == FisherSettings(
          factor: .released, normalization: .updated, smoothing: 0.05, tensors: .sampled,
          quantiles: .eleven))
    #expect(defaults.settings.batch == 64 && defaults.sizes.classes == 1000 && defaults.seed == 123)
    #expect(
      defaults.constraints == SearchConstraints(layers: 1...14, flops: 450_000_000))
    #expect(
      names(.released)
        == ["flops", "expressivity", "progressivity", "trainability", "vkdnw"])
    #expect(SearchPreset.released.start == .releasedStart)
    #expect(SearchPreset.released.counting == .released)
    #expect(SearchPreset.released.typeWeights == .released)
    #expect(defaults.population == 1024 && defaults.evaluations == 100_000)
  }

  /// The logged run differs from the script in images, classes, start and limits, and in nothing else.
  @Test func logged() {
    let defaults = SearchDefaults.mobileNetV2(.logged)
    let released = SearchDefaults.mobileNetV2(.released)
    #expect(defaults.settings.fisher == released.settings.fisher)
    #expect(defaults.settings.batch == 16 && defaults.sizes.classes == 10 && defaults.seed == 123)
    #expect(
      defaults.constraints == SearchConstraints(layers: 13...15, flops: 480_000_000))
    #expect(names(.logged) == names(.released))
    #expect(SearchPreset.logged.start == .zico450)
    #expect(SearchPreset.logged.counting == .released)
    #expect(SearchPreset.logged.typeWeights == .released)
  }

  @Test func paper() {
    let defaults = SearchDefaults.mobileNetV2(.paper)
    #expect(defaults.settings.fisher == Recipe.paper.fisher)
    #expect(defaults.settings.batch == 64 && defaults.sizes.classes == 1000)
    #expect(
      names(.paper)
        == ["layers-then-vkdnw", "jacov", "expressivity", "trainability", "flops"])
  }

  @Test func ours() {
    let defaults = SearchDefaults.mobileNetV2(.default)
    #expect(defaults.settings.fisher.factor == .exact)
    #expect(defaults.settings.fisher.normalization == .calibrated)
    #expect(defaults.settings.fisher.tensors == .layers)
    #expect(defaults.settings.fisher.quantiles == .deciles)
    #expect(SearchPreset.default.typeWeights == .uniform)
    #expect(SearchPreset.default.counting == .exact)
  }

  /// The plan of the preset proposes what the authors logged, attempt by attempt.
  @Test func theLoggedRunIsThatOfThePreset() throws {
    let golden = try MobileNetV2Golden.loaded.get().search_replay
    let preset = SearchPreset.logged
    let defaults = SearchDefaults.mobileNetV2(preset)
    #expect(preset.start.description == golden.initial_structure)
    let domain = MobileNetV2Domain(
      space: MobileNetV2Space(
        classes: defaults.sizes.classes, resolution: defaults.sizes.resolution),
      start: preset.start, mutation: MobileNetV2Mutation(typeWeights: preset.typeWeights),
      counting: preset.counting)
    var search = SequentialSearch(
      SearchPlan(
        domain: domain, components: defaults.components, constraints: defaults.constraints,
        population: defaults.population, generation: 1, evaluations: 50, seed: defaults.seed),
      generator: MersenneTwister(seed: defaults.seed))
    for (number, step) in golden.steps.enumerated() {
      // Parents do not depend on scores yet: every score is undefined, which ranks last.
      let attempt = try search.step { _, _ in
        ["vkdnw": .undefined("none"), "expressivity": .value(1)]
      }
      #expect(attempt?.child.description == step.child, "attempt \(number)")
      #expect((attempt?.rejection == nil) == step.accepted, "attempt \(number)")
    }
    #expect(search.history.count == 50)
  }

  /// A network without a number stands below all that have one, whatever its number would be.
  @Test func undefinedRanksLast() {
    let costs = SpaceCosts(flops: 1, parameters: 1, layers: 1)
    let component = SearchComponent.proxy(VKDNW())
    let values = [
      Score.value(0), .value(1e-12), .undefined("the Fisher information is not finite"),
    ]
    .map { component.value(scores: ["vkdnw": $0], costs: costs) }
    #expect(values[2] < values[0] && values[0] < values[1])
  }
}
