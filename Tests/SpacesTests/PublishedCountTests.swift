import Networks
import Operators
import Testing

@testable import Spaces

/// Counts against the columns that benchmarks publish beside their accuracies.
@Suite struct PublishedCountTests {
  /// Parameters and multiply-accumulates of all 6,561 networks, by the closed form and by checksums of
  /// the published columns.
  @Test func everyNetworkOfNASBenchMacro() throws {
    let space = NASBenchMacroSpace()
    var parameters: [UInt64] = []
    var macs: [UInt64] = []
    for (rank, architecture) in NASBenchMacroArchitecture.all.enumerated() {
      let closed = Self.closedForm(architecture)
      parameters.append(UInt64(closed.parameters))
      macs.append(UInt64(closed.macs))
      // Every fifteenth as a graph, which leaves out no block at any place.
      guard rank % 15 == 0 else { continue }
      let costs = try space.costs(of: architecture)
      #expect(costs.parameters == closed.parameters, "\(architecture)")
      #expect(costs.flops == closed.macs + 10, "\(architecture)")
    }
    #expect(checksum(parameters) == 0x534E_9ED9_1F1E_485C)
    #expect(checksum(macs) == 0x3FC7_11E4_666C_B047)
  }

  private static func closedForm(
    _ architecture: NASBenchMacroArchitecture
  ) -> (parameters: Int, macs: Int) {
    var (parameters, macs) = (928 + 256 * 1280 + 2560 + 12_810, 884_736 + 256 * 1280 * 16 + 12_800)
    var (channels, side) = (32, 32)
    for (place, block) in architecture.blocks.enumerated() {
      let isFirst = [0, 2, 5].contains(place)
      let output = isFirst ? 2 * channels : channels
      let outputSide = isFirst ? side / 2 : side
      if let (expansion, kernel) = block.residual {
        let hidden = expansion * channels
        let depthwise = hidden * kernel * kernel
        parameters += channels * hidden + 4 * hidden + depthwise + hidden * output + 2 * output
        macs += channels * hidden * side * side
        macs += (depthwise + hidden * output) * outputSide * outputSide
      } else if isFirst {
        parameters += channels * output + 2 * output
        macs += channels * output * outputSide * outputSide
      }
      (channels, side) = (output, outputSide)
    }
    return (parameters, macs)
  }

  /// Parameters and multiply-accumulates of cells of the micro space by a closed form.
  @Test func cellsOfTransNAS() throws {
    let space = TransNASMicroSpace()
    for rank in stride(from: 0, to: TransNASMicroArchitecture.count, by: 127) {
      let architecture = TransNASMicroArchitecture(rank: rank)
      var parameters = 27 * 32 + 64 + 288 * 64 + 128 + 512 * 63 + 63
      var macs = 27 * 32 * 128 * 128 + 288 * 64 * 64 * 64 + 512 * 63 + 63
      var (channels, side) = (64, 64)
      for module in TransNASMicroArchitecture.modules {
        for place in 0..<2 {
          let changes = place == 0 && module == 4
          let (output, outputSide) = changes ? (2 * channels, side / 2) : (channels, side)
          for (edge, operation) in zip(TransNASMicroArchitecture.edges, architecture.operations) {
            let area: Int
            switch operation {
            case .none: continue
            case .skip where !changes || edge.source > 0: continue
            case .skip, .convolution1x1: area = 1
            case .convolution3x3: area = 9
            }
            let from = edge.source == 0 ? channels : output
            parameters += area * from * output + 2 * output
            macs += area * from * output * outputSide * outputSide
          }
          (channels, side) = (output, outputSide)
        }
      }
      let costs = try space.costs(of: architecture)
      #expect(costs.parameters == parameters, "\(architecture)")
      #expect(costs.flops == macs, "\(architecture)")
    }
  }

  /// NASLib's columns for all 250 specifications of NAS-Bench-101.
  @Test func everyRowOfNASBench101() throws {
    let rows = try SpaceGolden.rows("nasbench101-counts")
    let architectures = NASBench101Space.specifications.map(\.architecture)
    try #require(rows.count == 250 && architectures.count == 250)
    for (row, architecture) in zip(rows, architectures) {
      let network = try NASBench101Space().network(for: architecture)
      #expect(String(network.cost.parameters) == row[0], "\(architecture)")
      let flops = GraphCounts.nasLibFLOPs(network, countsGlobalPooling: false)
      #expect(String(flops) == row[1], "\(architecture)")
    }
  }

  /// NASLib's columns for all 250 genotypes of NAS-Bench-301.
  ///
  /// They are of networks whose operations have batch normalisations without scale and shift, poolings too.
  @Test func everyRowOfNASBench301() throws {
    let rows = try SpaceGolden.rows("nasbench301-counts")
    let architectures = DARTSSpace.cifar10.architectures
    try #require(rows.count == 250 && architectures.count == 250)
    func isPlain(_ name: String) -> Bool { name.contains("._ops.") }
    for (row, architecture) in zip(rows, architectures) {
      let network = try DARTSSpace.nasBench301.network(for: architecture)
      let plain = network.nodes.filter { $0.op is BatchNormalization && isPlain($0.name) }
        .reduce(0) { $0 + 2 * $1.shape.channels }
      #expect(String(network.cost.parameters - plain) == row[0], "\(architecture)")
      let flops = GraphCounts.nasLibFLOPs(
        network, isPlain: isPlain, normalizesPoolings: true, countsGlobalPooling: true)
      #expect(String(flops) == row[1], "\(architecture)")
    }
  }

  /// Parameters of rows of the tables, and multiply-accumulates by a closed form.
  @Test func rowsOfAutoFormer() throws {
    let rows = try SpaceGolden.rows("autoformer-counts")
    try #require(rows.count > 40)
    for row in rows {
      let text = row[0..<4].joined(separator: ",")
      let architecture = try AutoFormerArchitecture(parsing: text)
      let network = try AutoFormerSpace(size: .tiny, classes: 1000).network(for: architecture)
      let counts = GraphCounts(network)
      let millions = try #require(Double(row[4]))
      #expect(counts.parameters == Int((millions * 1e6).rounded()), "\(text)")
      let width = architecture.embedding
      var macs = 196 * 768 * width + 1000 * width
      var products = 0
      var reference = Double(width + 196 * 768 * width + 197 * 1000 * width) + 98.5 * Double(width)
      for layer in architecture.layers {
        let heads = 64 * layer.heads
        let hidden = Int(Double(width) * layer.ratio)
        macs += 197 * (4 * heads * width + 2 * width * hidden)
        products += 2 * 197 * 197 * heads + 4 * 197 * 15 * heads
        let n = 198.0
        reference += 2 * n * Double(width) + 4 * n * Double(heads * width)
        reference += 2 * n * n * Double(heads) + 28.5 * n * n + n * Double(heads) / 2
        reference += 2 * n * Double(width * hidden)
      }
      #expect(counts.macs == macs, "\(text)")
      #expect(counts.products == products, "\(text)")
      // The published column is an estimate of its own; it says that the table's architectures are these.
      let published = try #require(Double(row[5]))
      #expect(abs(reference / 1e6 - published) < 1e-6, "\(text)")
    }
  }
}
