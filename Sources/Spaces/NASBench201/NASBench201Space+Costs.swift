public import Networks
internal import Scoring
internal import Synchronization

extension NASBench201Space {
  /// What the network of a cell costs.
  ///
  /// Every edge of a stage has one width and one resolution, so that a cell costs what a cell without
  /// convolutions costs, and as much for each of its convolutions wherever it stands. The three numbers
  /// are read off the graphs of three cells, once for each skeleton.
  ///
  /// - Throws: `NetworkError` when the resolution is too small for two halvings.
  public func costs(of architecture: NASBench201Architecture) throws(NetworkError) -> SpaceCosts {
    let parts = try CellCosts.of(skeleton)
    let small = architecture.count(of: .convolution1x1)
    let large = architecture.count(of: .convolution3x3)
    func sum(_ part: KeyPath<SpaceCosts, Int>) -> Int {
      parts.bare[keyPath: part]
        + small * (parts.convolution1x1[keyPath: part] - parts.bare[keyPath: part])
        + large * (parts.convolution3x3[keyPath: part] - parts.bare[keyPath: part])
    }
    return SpaceCosts(
      flops: sum(\.flops), parameters: sum(\.parameters), layers: sum(\.layers))
  }
}

/// The costs of three cells, of which those of all cells are made.
private struct CellCosts: Sendable {
  /// Without convolutions.
  let bare: SpaceCosts
  /// With one 1x1 convolution.
  let convolution1x1: SpaceCosts
  /// With one 3x3 convolution.
  let convolution3x3: SpaceCosts

  private init(_ skeleton: NASBench201Skeleton) throws(NetworkError) {
    func costs(first operation: NASBench201Operation) throws(NetworkError) -> SpaceCosts {
      SpaceCosts(
        try skeleton.network(
          of: NASBench201Architecture(
            operations: [operation] + [NASBench201Operation](repeating: .none, count: 5))))
    }
    bare = try costs(first: .none)
    convolution1x1 = try costs(first: .convolution1x1)
    convolution3x3 = try costs(first: .convolution3x3)
  }

  private static let known = Mutex<[NASBench201Skeleton: CellCosts]>([:])

  static func of(_ skeleton: NASBench201Skeleton) throws(NetworkError) -> CellCosts {
    if let known = known.withLock({ $0[skeleton] }) { return known }
    let made = try CellCosts(skeleton)
    known.withLock { $0[skeleton] = made }
    return made
  }
}
