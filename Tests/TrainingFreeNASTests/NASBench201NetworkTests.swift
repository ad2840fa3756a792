import Networks
import Operators
import Spaces
import Tensors
import Testing

/// Networks of NAS-Bench-201 against closed forms.
@Suite struct NASBench201NetworkTests {
  private struct Data: Sendable {
    let classes: Int
    let resolution: Int
    /// How many times fewer places an image has than one of CIFAR.
    var reduction: Int { 32 * 32 / resolution / resolution }
    var skeleton: NASBench201Skeleton {
      NASBench201Skeleton(classes: classes, resolution: resolution)
    }
    static let all = [
      Data(classes: 10, resolution: 32), Data(classes: 100, resolution: 32),
      Data(classes: 120, resolution: 16),
    ]
  }

  /// Cells spread over the enumeration.
  private static let cells = (0..<24).map {
    NASBench201Architecture(rank: ($0 * 7919 + 311) % NASBench201Architecture.count)
  }

  @Test func closedForms() throws {
    for cell in Self.cells {
      let (n1, n3) = (cell.count(of: .convolution1x1), cell.count(of: .convolution3x3))
      let n = n1 + n3
      for data in Data.all {
        let network = try data.skeleton.network(of: cell)
        let cost = network.cost
        let comment = Comment(rawValue: "\(cell), \(data)")
        #expect(cost.tensors == 21 + 45 * n, comment)
        #expect(cost.layers == 15 * n + 8, comment)
        #expect(
          cost.multiplyAdds == (7_782_400 + 3_932_160 * n1 + 35_389_440 * n3) / data.reduction
            + 65 * data.classes,
          comment)
        #expect(
          cost.parameters == 72_656 + 65 * data.classes + 28_000 * n1 + 243_040 * n3, comment)
        func count(_ matches: (any Operator) -> Bool) -> Int {
          network.nodes.count { $0.op.map(matches) ?? false }
        }
        #expect(count { $0 is Convolution } == 15 * n + 7, comment)
        #expect(count { $0 is BatchNormalization } == 15 * n + 6, comment)
        #expect(count { $0 is ReLU } == 15 * n + 5, comment)
        #expect(count { $0 is Linear } == 1, comment)
        #expect(network.classes == data.classes && network.blockOutputs.count == 18, comment)
      }
    }
  }

  private static func uniform(_ operation: NASBench201Operation) -> NASBench201Architecture {
    NASBench201Architecture(operations: [NASBench201Operation](repeating: operation, count: 6))
  }

  /// Millions of operations and parameters as published, digit by digit.
  @Test(arguments: [
    (10, 32, NASBench201Operation.convolution3x3, 220_119_690, 1_531_546),
    (10, 32, .skipConnect, 7_783_050, 73_306), (100, 32, .convolution3x3, 220_125_540, 1_537_396),
    (120, 16, .convolution3x3, 55_037_560, 1_538_696), (120, 16, .none, 1_953_400, 80_456),
  ])
  func published(
    classes: Int, resolution: Int, operation: NASBench201Operation, multiplyAdds: Int,
    parameters: Int
  ) throws {
    let cost = try NASBench201Skeleton(classes: classes, resolution: resolution)
      .network(of: Self.uniform(operation)).cost
    #expect(cost.multiplyAdds == multiplyAdds)
    #expect(cost.parameters == parameters)
  }

  @Test func deadEdgesAreBuilt() throws {
    let cell = try NASBench201Architecture(parsing: FisherSample.dead)
    #expect(!cell.isLive)
    let skeleton = NASBench201Skeleton(channels: 4, cells: 2, classes: 5, resolution: 8)
    let names = try skeleton.network(of: cell).parameters.map(\.name)
    for block in [0, 1, 3, 4, 6, 7] {
      #expect(names.contains("cells.\(block).layers.0.op.1.weight"))
    }
    let pruned = try skeleton.network(of: cell.pruned).parameters.map(\.name)
    #expect(!pruned.contains { $0.contains(".layers.") })
  }

  @Test func namesAreUnique() throws {
    for cell in Self.cells.prefix(6) {
      let network = try NASBench201Skeleton(cells: 2).network(of: cell)
      #expect(Set(network.parameters.map(\.name)).count == network.parameters.count)
    }
  }

  @Test(arguments: [1, 2, 3, 5, 6, 7, 9, 10, 31, 33])
  func resolutionsThatDoNotHalveTwice(resolution: Int) throws {
    let skeleton = NASBench201Skeleton(channels: 4, cells: 1, classes: 5, resolution: resolution)
    let error = #expect(throws: NetworkError.self) {
      try skeleton.network(of: Self.uniform(.convolution3x3))
    }
    let text = try #require(error?.description)
    #expect(text.hasPrefix("cells.") && !text.contains("\n"))
    #expect(error?.node.hasPrefix("cells.1") == true || error?.node.hasPrefix("cells.3") == true)
  }

  @Test(arguments: [4, 8, 12, 16, 20])
  func resolutionsThatHalveTwice(resolution: Int) throws {
    let skeleton = NASBench201Skeleton(channels: 4, cells: 1, classes: 5, resolution: resolution)
    let network = try skeleton.network(of: Self.uniform(.averagePool3x3))
    let last = try #require(network.blockOutputs.last)
    let side = resolution / 4
    #expect(network.nodes[last].shape == Shape(channels: 16, height: side, width: side))
  }
}
