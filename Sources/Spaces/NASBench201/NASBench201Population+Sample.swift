extension NASBench201Population {
  /// Architectures drawn at random without replacement, in the order in which they were drawn.
  ///
  /// The sample depends on the arguments alone, not on the machine. A smaller sample is the
  /// beginning of a larger one with the same seed, so that results stay of use as a sample grows.
  ///
  /// - Parameters:
  ///   - count: the number of architectures, at most the ``count`` of the population.
  ///   - seed: the seed; every value gives a sample of its own.
  /// - Returns: different architectures, as drawn.
  public func sample(count: Int, seed: UInt64) -> [NASBench201Architecture] {
    architectures.sample(count: count, seed: seed)
  }
}
