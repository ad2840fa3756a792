internal import Tensors

/// Labels drawn uniformly, for images that have none of their own.
public enum RandomLabels {
  /// The labels of a minibatch, a pure function of seed and number.
  ///
  /// - Parameters:
  ///   - count: images of the minibatch.
  ///   - classes: the number of classes.
  ///   - number: the number of the minibatch, from 0.
  ///   - seed: the seed of the run.
  /// - Returns: integers from 0 below `classes`.
  public static func labels(count: Int, classes: Int, number: Int, seed: UInt64) -> [Int] {
    let stream = RandomStream(seed: seed, text: "", purpose: "labels", index: number)
    return (0..<count).map { stream.integer(below: classes, at: $0) }
  }
}
