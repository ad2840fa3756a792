import Testing

@testable import Formats
@testable import Networks
@testable import Scoring
@testable import Spaces
@testable import Tensors

/// A proxy that has needs and scores nothing.
private struct Stub: Proxy {
  var name: String
  var needs: ProxyNeeds
  var summary: String { "a stub" }
  var higherIsBetter: Bool { true }
  var cost: String { "none" }
  func passes(batch: Int, classes: Int) -> Double { 0 }
  var citation: String { "none" }

  init(_ name: String, _ needs: ProxyNeeds) {
    self.name = name
    self.needs = needs
  }

  func settings(_ settings: ScoringSettings) -> [String: SettingValue] { [:] }
  func score(of candidate: Candidate) throws(BackendError) -> Score { .value(0) }
}

@Suite("what stands in the way of a run")
struct InputObstacleTests {
  private static let reader = Stub("reader", [.weights, .images])
  private static let labelled = Stub("snip", [.weights, .images, .labels])
  private static let paired = Stub("zico", [.weights, .images, .labels, .secondMinibatch])
  private static let noisy = Stub("gradnorm", [.weights, .inputs, .labels])

  private func obstacle(
    _ proxies: [any Proxy], _ images: (any ImageSource)?, batch: Int = 4, inits: Int = 1,
    given: GivenTensors = GivenTensors()
  ) -> InputObstacle? {
    InputObstacle.first(
      for: proxies, settings: ScoringSettings(batch: batch, initializations: inits),
      images: images, given: given, shape: Shape(channels: 3, height: 8, width: 8), classes: 5
    )
  }

  private func images(_ count: Int, labels: [Int64]? = nil) throws -> LabelledImages {
    let images = ArrayFiles.byteImages([count, 3, 8, 8])
    let file = labels.map { ArrayFiles.npz(["x": images, "y": ArrayFiles.labels($0)]) } ?? images
    return try LabelledImages([ImageArray(bytes: file, file: "i.npz")])
  }

  @Test func whoNeedsImagesIsNamed() {
    #expect(obstacle([VKDNW(), Layers(), Self.noisy], nil) == nil)
    let bare = obstacle([VKDNW(), Self.labelled, Self.reader], nil)
    #expect(bare?.remedy == .usage)
    #expect(
      bare?.description
        == "snip needs images with labels: give --images FILE, or --images synthetic or noise to do "
        + "without real ones")
    #expect(
      obstacle([Self.reader], nil)?.description.hasPrefix("reader needs images: give") == true)
    for source in [NoiseImages(), SyntheticImages()] as [any ImageSource] {
      #expect(obstacle([Self.labelled, Self.paired, Self.noisy], source, inits: 9) == nil)
    }
  }

  @Test func labelsAreAskedForWhereTheyAreRead() throws {
    let bare = try images(4)
    #expect(obstacle([Self.reader, Self.noisy], bare) == nil)
    let fault = obstacle([Self.reader, Self.labelled], bare)
    #expect(fault?.remedy == .data)
    #expect(
      fault?.description
        == "i.npz: no labels, but snip needs them: give --labels FILE.npy, or --labels random")
    #expect(obstacle([Self.labelled], try images(4, labels: [0, 1, 2, 4])) == nil)
    #expect(
      obstacle([Self.labelled], try images(4, labels: [0, 1, 5, 4]))?.description
        == "i.npz: record 2: label 5, but the network has 5 classes")
  }

  @Test func imagesAreCountedByWhatIsRead() throws {
    let four = try images(4, labels: [0, 1, 2, 3])
    #expect(obstacle([Self.labelled], four) == nil)
    let pair = obstacle([Self.labelled, Self.paired], four)
    #expect(pair?.description == "i.npz: 4 images, but 2 minibatches of 4 are wanted")
    #expect(pair?.remedy == .data)
    // Initialisation 1 reads minibatch 2, behind the second one of initialisation 0.
    #expect(
      obstacle([Self.labelled], four, inits: 2)?.description
        == "i.npz: 4 images, but 3 minibatches of 4 are wanted")
    #expect(obstacle([Self.labelled], four, batch: 1, inits: 2) == nil)
    #expect(obstacle([Self.paired], four, batch: 1, inits: 2) == nil)
    #expect(obstacle([Self.paired], four, batch: 1, inits: 3) != nil)
    // Files that are given are checked even where nobody reads them.
    #expect(obstacle([Layers()], four, batch: 5)?.remedy == .data)
  }

  @Test func oneImageHasNoStatistics() {
    let proxy = Stub("zen", [.weights, .inputs, .severalImages])
    #expect(obstacle([proxy], nil, batch: 2) == nil)
    let fault = obstacle([Layers(), proxy], nil, batch: 1)
    #expect(fault?.description == "zen needs more than one image in a minibatch, not 1")
    #expect(fault?.remedy == .usage)
  }

  @Test func givenTensorsServeEveryProxy() {
    func fault(
      _ proxy: any Proxy, _ first: [Int]?, second: Minibatch? = nil
    ) -> String? {
      obstacle(
        [proxy], nil,
        given: GivenTensors(
          inputs: Minibatch(pixels: [], labels: first), secondInputs: second))?.description
    }
    let bare = Minibatch(pixels: [], labels: nil)
    let full = Minibatch(pixels: [], labels: [1])
    #expect(fault(Self.reader, nil) == nil)
    #expect(fault(Self.labelled, [1]) == nil)
    #expect(fault(Self.labelled, nil) == "snip needs labels: the tensor 'labels' beside 'input'")
    #expect(fault(Self.noisy, nil) == "gradnorm needs labels: the tensor 'labels' beside 'input'")
    #expect(
      fault(Self.paired, [1]) == "zico needs a second minibatch: the tensor 'input2' beside 'input'"
    )
    #expect(
      fault(Self.paired, [1], second: bare)
        == "zico needs labels of both minibatches: the tensor 'labels2'")
    #expect(fault(Self.paired, [1], second: full) == nil)
  }

  @Test func recordsNameTheImages() throws {
    func settings(_ proxy: any Proxy, _ images: any ImageSource) -> String {
      Evaluator(
        space: NASBench201Space(), proxies: [proxy], settings: ScoringSettings(), seed: 0,
        threads: 1,
        images: images
      ).settingsText(of: proxy)
    }
    let text = settings(Self.labelled, try images(2, labels: [0, 1]))
    for key in ["\"images\":", "\"labels\":", "\"imageStats\":\"none\"", "\"augmentation\":"] {
      #expect(text.contains(key), "\(text)")
    }
    let synthetic = settings(Self.labelled, SyntheticImages())
    #expect(synthetic.contains(#""images":"synthetic-textures","imagesVersion":1"#))
    #expect(!settings(VKDNW(), SyntheticImages()).contains("images"))
  }
}
