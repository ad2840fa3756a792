import Testing

@testable import Networks
@testable import Operators
@testable import Scoring
@testable import Spaces
@testable import Tensors

/// Which weights the settings select.
@Suite struct WeightSelectionTests {
  /// A network with one linear layer of a length, so that a tensor of any length can be had.
  private func network(length: Int) throws -> Network {
    var builder = NetworkBuilder(input: [length])
    _ = try builder.add(Linear(inFeatures: length, outFeatures: 1), 0, name: "head")
    return builder.build()
  }

  private func indices(_ settings: FisherSettings, length: Int) throws -> [Int] {
    try settings.selection(in: network(length: length)).filter { $0.parameter == 0 }.map(\.index)
  }

  private func settings(weights: Int = 1, position: WeightPosition = .fraction(0)) -> FisherSettings
  {
    FisherSettings(
      factor: .exact, normalization: .fresh, smoothing: 0, tensors: .tensors,
      weightsPerTensor: weights, position: position)
  }

  @Test(arguments: [
    (432, 1, [0]), (432, 2, [0, 431]), (432, 4, [0, 143, 287, 431]),
    (10, 8, [0, 1, 2, 3, 5, 6, 7, 9]), (10, 10, Array(0..<10)), (1, 4, [0]), (3, 8, [0, 1, 2]),
    (2, 2, [0, 1]),
    // 11 * 30 / 22 is 15, which a rounded step just misses.
    (31, 23, [0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 15, 16, 17, 19, 20, 21, 23, 24, 25, 27, 28, 30]),
  ])
  func evenlySpaced(length: Int, weights: Int, wanted: [Int]) throws {
    #expect(try indices(settings(weights: weights), length: length) == wanted)
  }

  @Test func neverTwiceTheSame() throws {
    for length in [1, 2, 5, 16, 27, 36, 144] {
      for weights in 1...40 {
        let taken = try indices(settings(weights: weights), length: length)
        #expect(taken.count == min(weights, length))
        #expect(zip(taken, taken.dropFirst()).allSatisfy { $0 < $1 })
        #expect(taken.first == 0 && (weights == 1 || taken.last == length - 1))
      }
    }
  }

  @Test(arguments: [
    (0, 0, 0), (0.2, 1, 86), (0.4, 3, 172), (0.5, 4, 215), (0.6, 5, 258), (0.8, 7, 344),
    (1, 9, 431),
  ])
  func fraction(fraction: Double, ofTen: Int, of432: Int) throws {
    let settings = settings(position: .fraction(fraction))
    #expect(try indices(settings, length: 10) == [ofTen])
    #expect(try indices(settings, length: 432) == [of432])
    #expect(try indices(settings, length: 1) == [0])
  }

  /// Tensors that are drawn: those of the reference for networks of 112, 244 and 258 tensors.
  @Test func sampledAsTheReferenceDoes() throws {
    let golden = try MobileNetV2Golden.loaded.get()
    let found = try #require(golden.networks.first { $0.id == "vkdnw-history-480M-L14-fixed" })
    for architecture in [
      .releasedStart, .zico450, try MobileNetV2Architecture(parsing: found.structure),
    ] {
      let network = try MobileNetV2Space(resolution: 32).network(for: architecture)
      var settings = settings()
      settings.tensors = .sampled
      let selection = settings.selection(in: network)
      let count = network.parameters.count
      let wanted =
        count < 128
        ? Array(0..<count) : try #require(golden.parameter_sampling.sorted_indices["\(count)"])
      #expect(selection == wanted.map { WeightAddress(parameter: $0, index: 0) }, "\(count)")
      // A small sample of many, and another place in the tensors.
      settings.dimension = 8
      let few = settings.selection(in: network)
      #expect(few.count == 8 && Set(few).count == 8)
      settings.position = .fraction(1)
      for (last, first) in zip(settings.selection(in: network), few) {
        #expect(last.parameter == first.parameter)
        #expect(last.index == network.parameters[last.parameter].count - 1)
      }
    }
  }

  @Test func randomIsEqualForEqualShapes() throws {
    let settings = settings(position: .random)
    let skeleton = NASBench201Skeleton(channels: 4, cells: 1, classes: 5, resolution: 8)
    // Different edges, equal shapes.
    let first = try skeleton.network(
      of: NASBench201Architecture(
        parsing: "|nor_conv_3x3~0|+|none~0|none~1|+|none~0|none~1|none~2|"))
    let second = try skeleton.network(
      of: NASBench201Architecture(
        parsing: "|skip_connect~0|+|none~0|none~1|+|none~0|none~1|nor_conv_3x3~2|"))
    #expect(first.parameters.map(\.shape) == second.parameters.map(\.shape))
    #expect(first.parameters != second.parameters)
    let selection = settings.selection(in: first)
    #expect(selection == settings.selection(in: second))
    #expect(selection.map(\.parameter) == Array(first.parameters.indices))
    for address in selection {
      #expect((0..<first.parameters[address.parameter].count).contains(address.index))
    }
    // Not all at the start, and not all at the same share of the tensor.
    #expect(Set(selection.map(\.index)).count > 5)
  }

  @Test func layersAreWeightsOfConvolutionsAndTheHead() throws {
    let network = try FisherSample().network
    var settings = settings(weights: 2)
    settings.tensors = .layers
    let selected = Set(settings.selection(in: network).map(\.parameter))
    for (position, spec) in network.parameters.enumerated() {
      // A weight of a layer has more than one axis.
      #expect(selected.contains(position) == (spec.shape.count > 1), "\(spec.name)")
    }
  }

  @Test(arguments: [1, 16, 47, 48, 49, 128])
  func dimension(dimension: Int) throws {
    let network = try FisherSample().network
    #expect(network.parameters.count == 48)
    var settings = settings(weights: 2)
    settings.dimension = dimension
    let selection = settings.selection(in: network)
    let tensors = min(dimension, 48)
    #expect(Set(selection.map(\.parameter)) == Set(0..<tensors))
    #expect(selection.count == 2 * tensors)
    settings.tensors = .layers
    let layers = Set(settings.selection(in: network).map(\.parameter))
    #expect(layers.count == min(dimension, 17))
    #expect(selection.map(\.parameter) == selection.map(\.parameter).sorted())
  }
}
