public import Scoring

/// The positions that accuracies have among those of a population, each found by bisection.
public struct AccuracyPositions: Sendable {
  /// The accuracies in percent, the best first.
  private let accuracies: [Double]

  /// Sorts the accuracies of a population.
  ///
  /// - Parameters:
  ///   - population: the architectures to be compared with.
  ///   - dataset: the data set of the accuracies.
  public init(
    among population: some Sequence<NASBench201Architecture>, on dataset: BenchmarkDataset
  ) {
    accuracies = AccuracyTable.nasBench201.accuracies(of: population, on: dataset).sorted(by: >)
  }

  /// The position of an accuracy, where 1 is the best; equal ones share it.
  ///
  /// - Parameter accuracy: an accuracy in percent, of a member of the population or of any other.
  /// - Returns: one more than the number of larger accuracies.
  public func position(of accuracy: Double) -> Int {
    var (low, high) = (0, accuracies.count)
    while low < high {
      let middle = (low + high) / 2
      if accuracies[middle] > accuracy { low = middle + 1 } else { high = middle }
    }
    return low + 1
  }
}
