import Testing

@testable import Formats
@testable import Scoring
@testable import Tensors

/// The axes of VKDNW as settings of a record.
@Suite struct FisherSettingsTests {
  private static let released =
    #"{"batchNorm":"fresh","dimension":128,"factor":"released","position":0.0,"smoothing":0.05,"#
    + #""weights":"tensors","weightsPerTensor":1}"#

  private func text(_ change: (inout FisherSettings) -> Void) -> String {
    var settings = Recipe.released.fisher
    change(&settings)
    return SettingValue.canonical(settings.settings)
  }

  /// Records that were written before an axis was there keep their text to the byte.
  @Test func recordsOfRecipesStayAsTheyAre() {
    #expect(text { _ in } == Self.released)
    #expect(
      SettingValue.canonical(Recipe.default.fisher.settings)
        == #"{"batchNorm":"calibrated","dimension":128,"factor":"exact","position":0.0,"#
        + #""smoothing":0.0,"weights":"tensors","weightsPerTensor":1}"#)
    #expect(
      SettingValue.canonical(Recipe.paper.fisher.settings)
        == #"{"batchNorm":"fresh","dimension":128,"factor":"exact","position":0.0,"#
        + #""smoothing":0.0,"weights":"layers","weightsPerTensor":1}"#)
  }

  /// A quarter, where images stay large enough to be halved as before.
  @Test(arguments: [
    (8, 8), (10, 8), (16, 8), (32, 8), (64, 16), (128, 32), (224, 64), (256, 64), (4, 4),
  ])
  func fastImagesAreSmall(usual: Int, expected: Int) {
    #expect(Recipe.fast.resolution(usual: usual) == expected)
    for recipe in [Recipe.default, .released, .paper] {
      #expect(recipe.resolution(usual: usual) == usual)
    }
  }

  /// A choice that says what was implied is no deviation.
  @Test func onlyDeviationsAreNamed() {
    #expect(text { $0.smoothingRounding = .half } == Self.released)
    #expect(text { $0.quantiles = .deciles } == Self.released)
    #expect(
      text { $0.smoothingRounding = .exact }
        == Self.released.replacing(
          #""smoothing":0.05"#, with: #""smoothing":0.05,"smoothingRounding":"exact""#))
    #expect(
      text { $0.quantiles = .eleven }
        == Self.released.replacing(
          #""position":0.0"#, with: #""position":0.0,"quantiles":"eleven""#))
    // What is implied follows the factor.
    let exact = Self.released.replacing(#""released""#, with: #""exact""#)
    #expect(text { $0.factor = .exact } == exact)
    #expect(
      text {
        $0.factor = .exact
        $0.smoothingRounding = .exact
      } == exact)
    #expect(
      text {
        $0.factor = .exact
        $0.smoothingRounding = .half
      }.contains(#""smoothingRounding":"half""#))
    #expect(text { $0.tensors = .sampled }.contains(#""weights":"sampled""#))
    #expect(text { $0.normalization = .updated }.contains(#""batchNorm":"updated""#))
  }

  /// A record with an axis more is not one of the recipe.
  @Test func axesOfARecord() {
    let settings = Recipe.released.fisher
    let record = settings.settings.merging(["batch": .integer(16)]) { $1 }
    #expect(settings.areAxes(of: record))
    for (axis, value) in [("quantiles", "eleven"), ("smoothingRounding", "exact"), ("factor", "x")]
    {
      #expect(!settings.areAxes(of: record.merging([axis: .text(value)]) { $1 }))
    }
    var eleven = settings
    eleven.quantiles = .eleven
    #expect(!eleven.areAxes(of: record) && eleven.areAxes(of: eleven.settings))
  }

  /// A decile does not depend on the quantiles of the entropy, so its records do not name them.
  @Test func decilesHaveNoQuantiles() {
    var settings = ScoringSettings(recipe: .released)
    let plain = VKDNWDecile(3).settings(settings)
    #expect(plain == VKDNW().settings(settings))
    settings.fisher.quantiles = .eleven
    #expect(VKDNWDecile(3).settings(settings) == plain)
    #expect(VKDNW().settings(settings)["quantiles"] == .text("eleven"))
    #expect(VKDNWSingle().settings(settings)["quantiles"] == .text("eleven"))
  }

  /// The score is the entropy of the quantiles that are asked for, alone and as one of a family.
  @Test func scoresReadTheirQuantiles() throws {
    let sample = try FisherSample()
    var settings = ScoringSettings(recipe: .released, batch: 4)
    var entropies: [Double] = []
    for quantiles in SpectrumQuantiles.allCases {
      settings.fisher.quantiles = quantiles
      let candidate = Candidate(
        architecture: FisherSample.mixed, network: sample.network, settings: settings, seed: 3,
        compute: try Compute(threads: 1))
      let spectrum = try FisherInformation(
        sample.network, parameters: candidate.parameters, inputs: candidate.inputs,
        settings: settings.fisher, on: candidate.compute
      ).spectrum(quantiles)
      #expect(try candidate.score(VKDNW()) == .value(spectrum.entropy))
      entropies.append(spectrum.entropy)
    }
    #expect(entropies[0] != entropies[1])
    let family = VKDNWVariant.family(
      SpectrumQuantiles.allCases.map { quantiles in
        var fisher = settings.fisher
        fisher.quantiles = quantiles
        return (fisher, 4)
      }, input: .noise)
    let candidate = Candidate(
      architecture: FisherSample.mixed, network: sample.network, settings: settings, seed: 3,
      compute: try Compute(threads: 1))
    for (variant, entropy) in zip(family, entropies) {
      #expect(try candidate.score(variant) == .value(entropy))
    }
  }
}
