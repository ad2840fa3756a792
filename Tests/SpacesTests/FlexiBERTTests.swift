import Derivatives
import Networks
import Operators
import Scoring
import Tensors
import TestSupport
import Testing

@testable import Spaces

/// FlexiBERT against what an independent implementation counts and computes; `Fixtures/README.md` has the origin.
@Suite struct FlexiBERTTests {
  @Test func counts() throws {
    let networks = try FlexiBERTGolden.read().networks
    #expect(networks.count == 20 && networks.count { $0.isPublished } == 10)
    for golden in networks {
      let architecture = try FlexiBERTGolden.architecture(golden.hidden, golden.layers)
      let comment = Comment(rawValue: "\(architecture) published: \(golden.isPublished)")
      let space = FlexiBERTSpace(
        widths: golden.isPublished ? .published : .recorded, tokens: golden.tokens)
      let encoder = try space.encoder(for: architecture)
      let counts = GraphCounts(encoder)
      let words = FlexiBERTSpace.words * FlexiBERTSpace.embedding
      #expect(counts.parameters + words == golden.parameters, comment)
      let embeddings = encoder.parameters.filter { $0.name.hasPrefix("embeddings") }
      #expect(
        counts.parameters - embeddings.reduce(0) { $0 + $1.count }
          == golden.parametersWithoutEmbeddings, comment)
      // The embeddings of words are a tensor more.
      #expect(counts.tensors + 1 == golden.tensors, comment)
      #expect(counts.layers == golden.weightLayers, comment)
      #expect(counts.macs == golden.macs, comment)
      #expect(encoder.outputShape.extents == golden.output, comment)
      let costs = try space.costs(of: architecture)
      #expect(costs.parameters == golden.parameters, comment)
      #expect(costs.layers == golden.weightLayers, comment)
      #expect(costs.flops == counts.macs + counts.biasAdds + counts.products, comment)
      // The classifier is what the network has more.
      let network = try space.network(for: architecture)
      let hidden = golden.output[1]
      #expect(network.cost.parameters == counts.parameters + 10 * hidden + 10, comment)
      #expect(network.outputShape == [10] && network.inputShape == space.inputShape, comment)
      #expect(Set(network.parameters.map(\.name)).count == network.parameters.count, comment)
    }
  }

  /// Parameters of all rows of the table by a closed form.
  @Test(arguments: FlexiBERTWidths.allCases)
  func parametersOfAllRows(widths: FlexiBERTWidths) throws {
    let space = FlexiBERTSpace(widths: widths, tokens: 4)
    for row in FlexiBERTSpace.rows {
      let h = widths == .published ? 256 : row.architecture.hidden
      func linear(_ inputs: Int, _ outputs: Int) -> Int { (inputs + 1) * outputs }
      var parameters = (30_522 + 512 + 2 + 2) * 128 + (h == 128 ? 0 : linear(128, h))
      for layer in row.architecture.layers {
        let w = widths == .published ? 1024 : layer.width
        let output = linear(h, h) + 2 * h
        switch layer.operation {
        case .dotProduct: parameters += 3 * linear(h, h) + output
        case .weightedProduct: parameters += 3 * linear(h, h) + h * h + output
        case .fourier, .cosine: parameters += linear(h, h)
        case .convolution5, .convolution9:
          let taps = layer.operation == .convolution5 ? 5 : 9
          parameters += 4 * linear(h, h / 2) + h / 2 + h * taps + h * h / 2
          parameters += linear(h / 2, layer.heads / 2 * taps) + output
        }
        parameters += linear(h, w) + (layer.depth - 1) * linear(w, w) + linear(w, h) + 2 * h
      }
      #expect(try space.costs(of: row.architecture).parameters == parameters)
    }
  }

  /// Names, shapes and order of the parameters of a layer, and of those in front of it.
  @Test func state() throws {
    let entries = try FlexiBERTGolden.read().state
    #expect(entries.count == 2)
    let norm = ["embeddings.LayerNorm.weight", "embeddings.LayerNorm.bias"]
    for golden in entries {
      let architecture = try FlexiBERTGolden.architecture(golden.hidden, golden.layers)
      let specs = try FlexiBERTSpace().encoder(for: architecture).parameters
      #expect(
        specs.prefix(4).map(\.name)
          == [
            "embeddings.position_embeddings.weight", "embeddings.token_type_embeddings.weight",
          ] + norm)
      #expect(specs.prefix(4).map(\.shape) == [[512, 128], [2, 128], [128], [128]])
      #expect(specs.dropFirst(4).map(\.name) == golden.names)
      // Convolutions along the tokens are those of maps with one column here, and biases are vectors.
      func plain(_ shape: [Int]) -> [Int] { [shape[0]] + shape.dropFirst().filter { $0 > 1 } }
      #expect(specs.dropFirst(4).map { plain($0.shape) } == golden.shapes.map(plain))
    }
    let wide = try FlexiBERTSpace(widths: .published).encoder(
      for: FlexiBERTGolden.architecture(128, entries[0].layers))
    #expect(
      wide.parameters[4..<6].map(\.name)
        == ["embeddings_project.weight", "embeddings_project.bias"])
    #expect(wide.parameters[4].shape == [256, 128])
  }

  /// Tokens of two sentences.
  ///
  /// Parameters are in single precision; what rounding takes from them is put back to first order, so that what is
  /// missing is a product of two roundings, 1e-14 of the largest element. The matrices of the transforms stay
  /// rounded: each of their elements by 2^-25, so that a sum of N products is moved by 2^-25 of its largest term
  /// times the root of N, which is less than 1e-6 of the largest element.
  @Test func outputs() throws {
    let entries = try FlexiBERTGolden.read().numeric
    #expect(entries.count == 6)
    for golden in entries {
      let architecture = try FlexiBERTGolden.architecture(golden.hidden, golden.layers)
      let encoder = try FlexiBERTSpace(tokens: 16).encoder(for: architecture)
      let output = try Self.output(of: encoder, FlexiBERTNumbers.parameters(of: encoder))
      let largest = output.map { abs($0) }.max() ?? 0
      let operation = architecture.layers[0].operation
      let isTransform = operation == .fourier || operation == .cosine
      let tolerance = (isTransform ? 1e-6 : 1e-9) * largest
      let last = output.count - golden.last.count
      for (place, value) in golden.first.enumerated() {
        #expect(abs(output[place] - value) <= tolerance, "\(operation)")
      }
      for (place, value) in golden.last.enumerated() {
        #expect(abs(output[last + place] - value) <= tolerance, "\(operation)")
      }
      let sum = output.reduce(0) { $0 + abs($1) }
      #expect(
        abs(sum - golden.sumOfAbsolute) <= tolerance * Double(output.count), "\(operation)")
    }
  }

  /// What a network makes of two sentences of 16 tokens with parameters in double precision.
  private static func output(of network: Network, _ exact: [[Double]]) throws -> [Double] {
    let rounded = Parameters(exact.map { $0.map { Float($0) } }, for: network)
    let linearization = try Linearization(
      network, parameters: rounded,
      images: .doubles(FlexiBERTNumbers.sentences(tokens: 16)), normalization: .fresh,
      workers: [
        LinearizationWorker(
          engine: try KernelEngine(precision: .double), arena: Arena(minimumChunk: 1 << 20))
      ], team: WorkerTeam(count: 1))
    var output: [Double] = []
    try linearization.read([network.output]) { _, values in output += values[0].values() }
    var lost: [Int: [Double]] = [:]
    for (position, numbers) in exact.enumerated() {
      lost[position] = zip(numbers, rounded.values[position]).map { $0 - Double($1) }
    }
    return zip(output, try linearization.pushforward(parameters: lost).values).map(+)
  }

  /// The matrices against sums written out, on more tokens than heads are wide.
  @Test func transforms() {
    let size = 6
    for k in 0..<size {
      for n in 0..<size {
        let turn = Double.pi * Double(k) / Double(size)
        let place = k * size + n
        func isNear(_ matrix: TransformMatrix, _ value: Double) -> Bool {
          abs(Double(matrix.numbers(size: size)[place]) - value) < 2.5e-7
        }
        #expect(isNear(.cosine, Self.cosine(2 * turn * Double(n))))
        #expect(isNear(.sine, Self.cosine(2 * turn * Double(n) - .pi / 2)))
        #expect(isNear(.cosineTransform, 2 * Self.cosine(turn * (Double(n) + 0.5))))
      }
    }
    #expect(TransformMatrix.cosine.numbers(size: 1) == [1])
    #expect(TransformMatrix.sine.numbers(size: 1) == [0])
    #expect(TransformMatrix.cosineTransform.numbers(size: 1) == [2])
  }

  /// The cosine by its series.
  private static func cosine(_ x: Double) -> Double {
    var term = 1.0
    var sum = 1.0
    for place in stride(from: 1, through: 80, by: 2) {
      term *= -x * x / Double(place * (place + 1))
      sum += term
    }
    return sum
  }

  @Test func tokens() throws {
    let example = FlexiBERTSpace().example
    for tokens in [1, 4, 512] {
      let space = FlexiBERTSpace(tokens: tokens)
      let network = try space.network(for: example)
      #expect(network.inputShape == [1, tokens, 128] && network.inputShape == space.inputShape)
      #expect(try space.costs(of: example).parameters == 5_333_714)
    }
    for (space, message) in [
      (FlexiBERTSpace(tokens: 0), "input: 0 tokens; tokens are 1 to 512"),
      (FlexiBERTSpace(tokens: 513), "input: 513 tokens; tokens are 1 to 512"),
      (FlexiBERTSpace(classes: 0), "classifier: 0 classes; classes are 1 to 1000000"),
    ] {
      do throws(NetworkError) {
        _ = try space.network(for: example)
        Issue.record("\(message): a network")
      } catch {
        #expect(error.description == message)
      }
    }
  }

  @Test func table() throws {
    let rows = FlexiBERTSpace.rows
    #expect(rows.count == 250 && FlexiBERTSpace.glue.architectures.count == 246)
    #expect(
      rows.allSatisfy {
        FlexiBERTArchitecture(hidden: $0.architecture.hidden, layers: $0.architecture.layers) != nil
      })
    // Checksums of the published column, and of all architectures in their order.
    #expect(checksum(rows.map(\.mean.bitPattern)) == 0x02BB_AED8_D104_1556)
    #expect(
      checksum(rows.flatMap { $0.architecture.description.utf8.map(UInt64.init) })
        == 0xEC68_1BEA_A2E9_F56B)
    let first = try FlexiBERTArchitecture(
      parsing:
        #"256,[["LT","DFT",4,1024,3],["SA","SDP",2,1024,1],["DSC",9,4,512,3],["DSC",5,2,512,1]]"#)
    #expect(rows[0].architecture == first && FlexiBERTSpace.glue.accuracy(of: first) == 73.455)
    // Of the rows of one network the first counts.
    for (architecture, same) in Dictionary(grouping: rows, by: \.architecture) {
      #expect(FlexiBERTSpace.glue.accuracy(of: architecture) == same[0].mean)
      #expect(same.count < 3)
    }
  }
}
