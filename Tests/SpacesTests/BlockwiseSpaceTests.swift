import Testing

@testable import Networks
@testable import Scoring
@testable import Spaces
@testable import Tensors

/// Networks whose tensors are registered in another order than nodes run, cut into blocks: what proxies read is
/// the same to the last bit.
@Suite struct BlockwiseSpaceTests {
  private func readings(
    _ network: Network, isWhole: Bool, precision: Precision
  ) throws -> [String] {
    let compute = try Compute(threads: 2, precision: precision)
    compute.wholeBytes = isWhole ? .max : 0
    let candidate = Candidate(
      architecture: "a", network: network,
      settings: ScoringSettings(batch: 5, precision: precision), seed: 3, given: GivenTensors(),
      compute: compute)
    let point = CandidatePoint(.noise)
    let values =
      try candidate.value(of: BlockGains(of: candidate, at: point)).map { "\($0)" }
      + candidate.value(of: FeatureSpectra(of: candidate, at: point)).map { "\($0)" }
    if case .oneByOne = try candidate.blocks(at: point) {
      #expect(!isWhole)
    } else {
      #expect(isWhole)
    }
    return values
  }

  @Test(arguments: [Precision.float, .double])
  func nasBench101(precision: Precision) throws {
    let module = NASBench101Space.specifications.map(\.architecture)[200]
    let network = try NASBench101Space(width: 8, cells: 1, classes: 3, resolution: 16)
      .network(for: module)
    let order = network.nodes.flatMap(\.parameters)
    #expect(order != order.sorted(), "the module has its tensors in the order of its nodes")
    let whole = try readings(network, isWhole: true, precision: precision)
    #expect(try readings(network, isWhole: false, precision: precision) == whole)
  }
}
