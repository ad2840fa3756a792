/// Where batch normalisation takes its statistics from, in modes in which samples are independent.
public enum FisherNormalization: String, Hashable, Sendable, CaseIterable {
  /// Running mean 0 and variance 1, as in a network that was never run: hardly a normalisation.
  case fresh
  /// The statistics of the scored minibatch, then frozen.
  case calibrated
  /// Running statistics after one update, with momentum 0.1, by a forward pass of the scored minibatch
  /// in training mode: mean `0.1 m` and variance `0.9 + 0.1 v`, then frozen.
  ///
  /// `m` and `v`, the unbiased variance, are those that the pass itself normalises with, so that every
  /// layer is updated from a normalised input and then reads one that is hardly normalised. A channel
  /// that has a single number in the whole minibatch has no unbiased variance: the Fisher information
  /// is then not finite. As released VKDNW scores the MobileNetV2 space.
  case updated
  /// No normalisation at all: the output is the input.
  case identity

  /// Whether the statistics depend on the minibatch.
  var readsMinibatch: Bool { self == .calibrated || self == .updated }

  /// The running statistics after one update of those of a new network.
  ///
  /// - Parameters:
  ///   - mean: the means of the channels in the minibatch.
  ///   - variance: their biased variances.
  ///   - count: the numbers of a channel in the minibatch.
  /// - Returns: running means and variances.
  static func updated(
    mean: [Double], variance: [Double], count: Double
  ) -> (mean: [Double], variance: [Double]) {
    let momentum = 0.1
    return (
      mean.map { momentum * $0 },
      variance.map { (1 - momentum) + momentum * ($0 * count / (count - 1)) }
    )
  }
}
