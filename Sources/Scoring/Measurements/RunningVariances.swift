/// The running variance of each batch normalisation, as its mean over channels.
///
/// `running <- 0.9 running + 0.1 n / (n - 1) v` for each minibatch with the biased variance v of n
/// values: the momentum of 0.1 that is usual. It is linear, so the means follow the same rule.
struct RunningVariances {
  /// The means, in the order of nodes.
  private(set) var means: [Double]

  init(_ means: [Double]) { self.means = means }

  /// The variances after a minibatch with given mean unbiased variances.
  ///
  /// - Parameters:
  ///   - variances: a number for each normalisation.
  ///   - isLeftOut: the normalisations that the minibatch did not reach.
  /// - Returns: the new variances.
  func updated(with variances: [Double], except isLeftOut: [Bool] = []) -> RunningVariances {
    RunningVariances(
      means.indices.map { place in
        isLeftOut.indices.contains(place) && isLeftOut[place]
          ? means[place] : 0.9 * means[place] + 0.1 * variances[place]
      })
  }
}
