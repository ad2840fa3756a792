import Networks
import Operators
import PlainTwins
import Scoring
import Tensors
import Testing

@testable import Spaces

/// Networks against what independent implementations count and compute; `Fixtures/README.md` has the origin.
@Suite struct GoldenSpaceTests {
  static let spaces = [
    "nasbench_macro", "transnas101_micro", "transnas101_macro", "nasbench101", "nats_size", "darts",
    "autoformer",
  ]

  @Test(arguments: spaces)
  func counts(space: String) throws {
    let networks = try SpaceGolden.entries(space).networks
    #expect(networks.count >= 10)
    for golden in networks {
      let comment = Comment(
        rawValue: "\(space) \(golden.architecture ?? "\(golden.embed_dim ?? 0)") "
          + "\(golden.network ?? "")")
      let network = try GoldenNetworks.network(space, golden)
      GraphCounts(network).expect(golden, comment)
      #expect(network.outputShape.extents == golden.output, comment)
      #expect(Set(network.parameters.map(\.name)).count == network.parameters.count, comment)
      if let flops = golden.naslib_flops {
        #expect(
          GraphCounts.nasLibFLOPs(network, countsGlobalPooling: space.hasPrefix("transnas"))
            == flops, comment)
      }
    }
  }

  /// Names, shapes and order of all parameters.
  @Test(arguments: spaces)
  func state(space: String) throws {
    let golden = try SpaceGolden.entries(space)
    #expect(!golden.state.isEmpty)
    for (text, tensors) in golden.state {
      let network = try Self.network(space, state: text, golden)
      let own = network.parameters.map { spec in
        // What stands alone in the reference is a module of its own here.
        let name =
          space == "autoformer"
            && (spec.name.contains("table_") || spec.name.contains("_embed.")
              || spec.name.hasPrefix("cls_"))
          ? String(spec.name.dropLast(".weight".count)) : spec.name
        return SpaceGolden.Tensor(name: name, shape: spec.shape)
      }
      #expect(own == tensors, Comment(rawValue: "\(space) \(text)"))
    }
  }

  private static func network(
    _ space: String, state text: String, _ golden: SpaceGolden
  ) throws -> Network {
    if space == "autoformer" {
      // The first architecture of a size stands for it.
      let width = text == "tiny" ? 192 : 624
      let entry = try #require(golden.networks.first { $0.embed_dim == width })
      return try GoldenNetworks.network(space, entry)
    }
    if let entry = golden.networks.first(where: {
      $0.architecture == text && ["nasbench301", nil].contains($0.network)
    }) {
      return try GoldenNetworks.network(space, entry)
    }
    var entry = golden.networks[0]
    entry.architecture = text
    return try GoldenNetworks.network(space, entry)
  }

  /// Logits of two images.
  ///
  /// The parameters of a network are in single precision, each of which moves the logits by 2^-24 of itself
  /// and of what it meets: 6e-8 of the largest logit, and a few times as much behind many layers. A batch
  /// normalisation by two images enlarges it where their values nearly agree.
  @Test(arguments: spaces)
  func logits(space: String) throws {
    let compute = try Compute(threads: 2, precision: .double)
    let entries = try SpaceGolden.entries(space).numeric
    #expect(entries.count > 1)
    for golden in entries {
      let network = try GoldenNetworks.network(space, golden)
      let parameters = PrescribedNumbers.parameters(of: network)
      let images = PrescribedNumbers.images(network.inputShape)
      for (mode, normalization) in [("eval", NormalizationMode.fresh), ("train", .calibrated)] {
        let expected = try #require(golden.logits[mode])
        // One weight of the head is enough: the logits come for free.
        let settings = FisherSettings(
          factor: .exact, normalization: normalization, smoothing: 0, tensors: .tensors,
          dimension: 1)
        let logits = try FisherInformation(
          network, parameters: parameters, inputs: images, settings: settings, on: compute
        ).logits
        let all = logits.flatMap { $0 }
        let largest = all.map { abs($0) }.max() ?? 0
        let shown = logits.map { $0.prefix(expected.first_image.count) }
        let tolerance = (mode == "eval" ? 1e-6 : 1e-5) * largest
        for (own, value) in zip(shown.joined(), expected.first_image + expected.second_image) {
          #expect(
            abs(own - value) <= tolerance,
            Comment(rawValue: "\(space) \(golden.architecture ?? "") \(mode) of \(largest)"))
        }
        let sum = all.reduce(0, +)
        let squares = all.reduce(0) { $0 + $1 * $1 }
        #expect(abs(sum - expected.sum) <= tolerance * Double(all.count))
        #expect(
          abs(squares - expected.sum_of_squares) <= 2 * tolerance * largest * Double(all.count))
      }
    }
  }
}
