public import Ranking
internal import Synchronization
internal import Tensors

extension ForestTraining {
  /// A forest, its trees grown by several workers.
  ///
  /// - Parameters:
  ///   - treeCount: the number of trees, at least one.
  ///   - threads: the number of workers; it does not change a digit.
  /// - Returns: the forest of the first trees.
  public func forest(treeCount: Int, threads: Int) -> RandomForest {
    RandomForest(
      inOrder(treeCount, threads: threads) { tree(number: $0) }, featureCount: featureCount)
  }
}

extension RandomForest {
  /// The predictions for networks, shared among several workers.
  ///
  /// - Parameters:
  ///   - features: the networks, with as many features as the forest knows.
  ///   - threads: the number of workers; it does not change a digit.
  /// - Returns: one number for each network.
  public func predictions(for features: FeatureMatrix, threads: Int) -> [Double] {
    let block = 256
    let blocks = (features.rowCount + block - 1) / block
    return inOrder(blocks, threads: threads) { number in
      predictions(
        for: features, rows: number * block..<min((number + 1) * block, features.rowCount))
    }.flatMap(\.self)
  }

  /// The permutation importance of every feature, shared among several workers.
  ///
  /// - Parameters:
  ///   - features: networks that the forest was not trained on.
  ///   - repeats: how many exchanges are tried.
  ///   - seed: the seed of the exchanges.
  ///   - threads: the number of workers; it does not change a digit.
  ///   - quality: how good predictions are.
  /// - Returns: for each feature the losses of
  ///   ``Ranking/RandomForest/permutationImportance(of:on:repeats:seed:quality:)``.
  public func permutationImportances(
    on features: FeatureMatrix, repeats: Int, seed: UInt64, threads: Int,
    quality: @Sendable ([Double]) -> Double
  ) -> [[Double]] {
    inOrder(featureCount, threads: threads) { feature in
      permutationImportance(
        of: feature, on: features, repeats: repeats, seed: seed, quality: quality)
    }
  }
}

/// The results of pure functions of a number, computed by workers that each take the next number.
private func inOrder<Result: Sendable>(
  _ count: Int, threads: Int, _ result: (Int) -> Result
) -> [Result] {
  let next = Atomic(0)
  let results = Mutex<[Int: Result]>([:])
  WorkerTeam(count: max(1, min(threads, count))).run { _ in
    while true {
      let number = next.wrappingAdd(1, ordering: .relaxed).oldValue
      guard number < count else { return }
      let value = result(number)
      results.withLock { $0[number] = value }
    }
  }
  return results.withLock { results in (0..<count).compactMap { results[$0] } }
}
