import Networks
import Scoring
import Testing

@testable import Spaces

/// Every proxy scores small networks of every space, or says why it does not.
@Suite struct SpaceScoreTests {
  /// Proxies whose published implementation reads the modules of NAS-Bench-201.
  private static let ofNASBench201: Set<String> = [
    "dextr-released", "meco-released", "meco-opt-released",
  ]

  /// Scores architectures by all proxies; those of a set have no score.
  private func check<Space: SearchSpace>(
    _ space: Space, _ architectures: [Space.Architecture],
    undefined: Set<String> = Self.ofNASBench201
  ) throws {
    let evaluator = Evaluator(
      space: space, proxies: AllProxies.list, settings: ScoringSettings(batch: 4), seed: 3,
      threads: 2)
    var seen = 0
    try evaluator.run(architectures) { architecture, records in
      seen += 1
      #expect(records.count == AllProxies.list.count)
      for record in records {
        let comment = Comment(
          rawValue: "\(Space.name) \(architecture) \(record.proxy): \(record.score)")
        #expect(record.score.value?.isFinite ?? true, comment)
        #expect((record.score.value == nil) == undefined.contains(record.proxy), comment)
        #expect(record.score.value != nil || record.score.reason?.isEmpty == false, comment)
      }
    }
    #expect(seen == architectures.count)
  }

  private func check<Space: SearchSpace>(
    _ space: Space, texts: String..., undefined: Set<String> = Self.ofNASBench201
  ) throws {
    let architectures = try texts.map { try #require(Space.Architecture($0), "\($0)") }
    try check(space, architectures, undefined: undefined)
  }

  @Test func nasBenchMacro() throws {
    try check(
      NASBenchMacroSpace(width: 4, classes: 3, resolution: 16), texts: "01201201", "00000000")
  }

  @Test func transNAS() throws {
    try check(
      TransNASMicroSpace(width: 4, classes: 3, resolution: 64), texts: "1_02_333", "3_20_010")
    try check(TransNASMacroSpace(width: 4, classes: 3, resolution: 32), texts: "1234")
  }

  @Test func nasBench101() throws {
    try check(
      NASBench101Space(width: 8, cells: 1, classes: 3, resolution: 16),
      [3, 120, 249].map { NASBench101Space.specifications.map(\.architecture)[$0] })
  }

  @Test func darts() throws {
    try check(
      DARTSSpace(width: 4, cells: 3, classes: 3, resolution: 16),
      [0, 200].map { DARTSSpace.cifar10.architectures[$0] })
  }

  @Test func natsBenchSize() throws {
    try check(
      NATSBenchSizeSpace(classes: 3, resolution: 16), texts: "8:16:8:8:16", undefined: [])
  }

  /// Two layers are fewer than an architecture of the space has, and enough for what a layer does.
  @Test func autoFormer() throws {
    let layer = AutoFormerArchitecture.Layer(heads: 3, ratio: 3.5)
    try check(
      AutoFormerSpace(size: .tiny, classes: 3, resolution: 32),
      [AutoFormerArchitecture(unchecked: 192, [layer, layer])],
      undefined: Self.ofNASBench201.union(["dextr"]))
  }

  /// One layer of each kind at a time.
  @Test func flexiBERT() throws {
    let layers = FlexiBERTSpace().example.layers
    try check(
      FlexiBERTSpace(classes: 3, tokens: 6),
      [layers[0...1], layers[2...3]].map {
        FlexiBERTArchitecture(unchecked: 128, Array($0))
      }, undefined: Self.ofNASBench201.union(["dextr"]))
  }
}
