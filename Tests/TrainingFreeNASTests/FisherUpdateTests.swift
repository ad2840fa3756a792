import PlainTwins
import Testing

@testable import Networks
@testable import Scoring
@testable import Search
@testable import Spaces
@testable import Tensors

/// Running statistics after one update by the scored minibatch.
@Suite struct FisherUpdateTests {
  private func sample(_ structure: String, batch: Int = 3) throws -> FisherSample {
    let architecture = try MobileNetV2Architecture(parsing: structure)
    let network = try MobileNetV2Space(classes: 10, resolution: 32).network(for: architecture)
    return FisherSample(network, batch: batch, description: structure)
  }

  /// Logits and Fisher information against plain loops, whatever is drawn of the tensors.
  @Test(arguments: FisherModeTests.structures, [24, 128])
  func definition(structure: String, dimension: Int) throws {
    let sample = try sample(structure)
    let settings = FisherSettings(
      factor: .exact, normalization: .updated, smoothing: 0, tensors: .sampled,
      dimension: dimension)
    let plain = PlainNetwork(
      sample.network, sample.parameters, sample.inputs, isUpdated: true)
    let selection = settings.selection(in: sample.network)
    let wanted = plain.fisher(selection)
    for threads in [1, 2] {
      let information = try sample.fisher(settings, threads: threads)
      #expect(information.selection == selection)
      #expect(relativeDistance(information.matrix.values, wanted.values) < 1e-9)
      for image in 0..<sample.batch {
        #expect(relativeDistance(information.logits[image], plain.logits(image: image)) < 1e-11)
      }
    }
    // A network that was never run, or whose statistics are those of the minibatch, is another one.
    for other in [NormalizationMode.fresh, .calibrated] {
      let logits = try sample.fisher(.test(.exact, other)).logits
      #expect(relativeDistance(logits[0], plain.logits(image: 0)) > 1e-2)
    }
  }

  /// Float activations differ from double ones by rounding only.
  @Test func precisions() throws {
    let sample = try FisherSample(batch: 6)
    let settings = FisherSettings.test(.exact, .updated)
    let exact = try sample.fisher(settings).matrix.values
    let rounded = try sample.fisher(settings, precision: .float).matrix.values
    let distance = relativeDistance(rounded, exact)
    #expect(distance > 0 && distance < 1e-3)
  }

  /// A channel with one number has no unbiased variance, so there is no score; two images have one.
  @Test func oneNumberHasNoVariance() throws {
    let architecture = try MobileNetV2Architecture(
      parsing: "SuperConvK3BNRELU(3,8,2,1)SuperConvK1BNRELU(8,16,1,1)")
    let network = try MobileNetV2Space(classes: 10, resolution: 2).network(for: architecture)
    for batch in [1, 2] {
      var settings = ScoringSettings(batch: batch)
      settings.fisher = SearchDefaults.mobileNetV2(.logged).settings.fisher
      let candidate = Candidate(
        architecture: architecture.description, network: network, settings: settings, seed: 1,
        compute: try Compute(threads: 1))
      let score = try candidate.score(VKDNW())
      if batch == 1 {
        #expect(score == .undefined("the Fisher information is not finite"))
      } else {
        #expect(score.value != nil)
      }
    }
  }
}
