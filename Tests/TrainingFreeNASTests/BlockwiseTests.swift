import Testing

@testable import Networks
@testable import Operators
@testable import Scoring
@testable import Spaces
@testable import Tensors

/// Networks whose blocks are linearized one by one: what proxies read is the same to the last bit.
@Suite struct BlockwiseTests {
  /// A network with a batch that fills no number of chunks.
  struct Sample: Sendable, CustomTestStringConvertible {
    let text: String
    let network: Network
    var batch = 19
    var testDescription: String { text }

    static let all: [Sample] = {
      let cells = (ProxySample.oddCells + [FisherSample.mixed]).map { text in
        (try? NASBench201Architecture(parsing: text)).flatMap { cell in
          (try? NASBench201Skeleton(channels: 4, cells: 2, classes: 5, resolution: 16).network(
            of: cell)).map { Sample(text: text, network: $0) }
        }
      }
      let structures = [
        "SuperConvK3BNRELU(3,8,2,1)SuperResIDWE6K3(8,16,2,8,1)SuperConvK1BNRELU(16,24,1,1)",
        "SuperConvK3BNRELU(3,8,1,1)SuperResIDWE1K5(8,8,2,8,2)SuperResIDWE2K7(8,9,1,5,1)",
        "SuperConvK3BNRELU(3,16,2,1)SuperResIDWE2K5(16,32,2,24,2)SuperConvK1BNRELU(32,200,1,1)",
        "SuperConvK3BNRELU(3,8,2,1)SuperResK3K3(8,16,2,8,1)SuperResK1K5K1(16,24,1,8,1)",
      ].flatMap { text in
        [false, true].map { squeezeExcitation in
          (try? MobileNetV2Architecture(parsing: text)).flatMap { architecture in
            (try? MobileNetV2Space(
              classes: 5, resolution: 16, squeezeExcitation: squeezeExcitation
            ).network(for: architecture)).map {
              Sample(text: text + (squeezeExcitation ? " SE" : ""), network: $0)
            }
          }
        }
      }
      return (cells + structures).compactMap { $0 }
    }()
  }

  /// A candidate, linearized whole or block by block.
  private func candidate(
    _ sample: Sample, precision: Precision, threads: Int = 1, isWhole: Bool = false,
    parameters: Parameters? = nil
  ) throws -> Candidate {
    let compute = try Compute(threads: threads, precision: precision)
    compute.wholeBytes = isWhole ? .max : 0
    return Candidate(
      architecture: sample.text, network: sample.network,
      settings: ScoringSettings(batch: sample.batch, precision: precision), seed: 3,
      given: GivenTensors(parameters: parameters), compute: compute)
  }

  /// What proxies read of blocks, by name, in the bits of their numbers.
  private func readings(_ candidate: Candidate, _ names: [String]) throws -> [String: [String]] {
    let point = CandidatePoint(.noise)
    var result: [String: [String]] = [:]
    for name in names {
      result[name] =
        switch name {
        case "gains":
          try candidate.value(of: BlockGains(of: candidate, at: point)).map { "\($0)" }
        case "spectra":
          try candidate.value(of: FeatureSpectra(of: candidate, at: point)).map { "\($0)" }
        default: try Jacov.inputGradients(of: candidate).values.map { "\($0)" }
        }
    }
    return result
  }

  private func isOneByOne(_ candidate: Candidate) throws -> Bool {
    if case .oneByOne = try candidate.blocks(at: CandidatePoint(.noise)) { true } else { false }
  }

  @Test func allSamplesAreThere() { #expect(Sample.all.count == 15) }

  @Test(arguments: Sample.all, [Precision.float, .double])
  func sameBits(sample: Sample, precision: Precision) throws {
    let names = ["gains", "spectra", "gradients"]
    let whole = try candidate(sample, precision: precision, isWhole: true)
    let expected = try readings(whole, names)
    #expect(try !isOneByOne(whole))
    // In every order, because what is read first leaves values for the others.
    for (threads, order) in [
      (1, names), (2, names.reversed()), (3, ["spectra", "gains", "gradients"]), (5, ["gradients"]),
    ] {
      let blockwise = try candidate(sample, precision: precision, threads: threads)
      let found = try readings(blockwise, order)
      #expect(try isOneByOne(blockwise))
      for name in order { #expect(found[name] == expected[name], "\(name), \(threads) threads") }
    }
  }

  /// Between walks no memory is held but that of the ends of blocks.
  @Test func memoryIsGivenBack() throws {
    let candidate = try candidate(
      try #require(Sample.all.last), precision: .float, threads: 2)
    for name in ["spectra", "gains", "gradients"] {
      _ = try readings(candidate, [name])
      #expect(candidate.compute.memory == 0, "\(name)")
    }
    let whole = try self.candidate(
      try #require(Sample.all.last), precision: .float, threads: 2, isWhole: true)
    _ = try readings(whole, ["gains"])
    #expect(whole.compute.memory > 0)
  }

  /// Numbers that overflow in the first convolution of the second block, or in its first normalisation.
  @Test(arguments: [Float.infinity, .nan])
  func notFinite(value: Float) throws {
    let sample = try #require(Sample.all.last)
    var parameters = Initializer.kaimingNormal.parameters(
      for: sample.network, seed: 1, architecture: sample.text, purpose: "weights 0")
    for position in [0, 3, 4] {
      let known = parameters.values[position][0]
      parameters.values[position][0] = value
      let names = ["gains", "spectra"]
      let expected = try readings(
        candidate(sample, precision: .float, isWhole: true, parameters: parameters), names)
      let found = try readings(
        candidate(sample, precision: .float, threads: 2, parameters: parameters), names)
      #expect(found == expected, "parameter \(position)")
      #expect(expected["spectra"]?.contains { $0.contains("not finite") } == true)
      parameters.values[position][0] = known
    }
  }

  /// A block that reads more than the one before it: the network is linearized whole.
  @Test func noChain() throws {
    var builder = NetworkBuilder(input: Shape(channels: 3, height: 8, width: 8))
    let first = try builder.add(
      Convolution(inChannels: 3, outChannels: 4, kernel: 3), 0, name: "first")
    builder.endBlock()
    let second = try builder.add(
      Convolution(inChannels: 4, outChannels: 4, kernel: 3), first, name: "second")
    builder.endBlock()
    let sum = try builder.add(Sum(), first, second, name: "sum")
    builder.endBlock()
    let pooled = try builder.add(GlobalAveragePool(), sum, name: "pool")
    _ = try builder.add(Linear(inFeatures: 4, outFeatures: 2), pooled, name: "classifier")
    let candidate = try candidate(
      Sample(text: "no chain", network: builder.build(), batch: 3), precision: .float)
    #expect(try !isOneByOne(candidate))
    #expect(try readings(candidate, ["gradients"])["gradients"]?.count == 3 * 3 * 64)
  }

  /// Without blocks there is nothing to take one by one.
  @Test func noBlocks() throws {
    var builder = NetworkBuilder(input: Shape([3]))
    _ = try builder.add(Linear(inFeatures: 3, outFeatures: 2), 0, name: "classifier")
    let candidate = try candidate(
      Sample(text: "no blocks", network: builder.build(), batch: 3), precision: .float)
    #expect(try !isOneByOne(candidate))
  }
}
