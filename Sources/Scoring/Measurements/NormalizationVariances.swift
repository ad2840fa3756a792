package import Derivatives
package import Networks
package import Tensors

/// The variance over a minibatch that each batch normalisation sees.
package struct NormalizationVariances: Measurement {
  /// Where it is taken.
  package let point: CandidatePoint

  /// The variances at a point of a candidate.
  package init(of candidate: Candidate, at point: CandidatePoint) {
    self.point = candidate.resolved(point)
  }

  /// The mean over channels of the unbiased variance, for each normalisation in the order of nodes.
  package func measure(_ candidate: Candidate) throws(BackendError) -> [Double] {
    try candidate.linearization(at: point).meanUnbiasedVariances
  }
}

extension Linearization {
  /// The mean over channels of the unbiased variance `n / (n - 1) v`, for each batch normalisation in
  /// the order of nodes; not a finite number where a channel has a single value.
  package var meanUnbiasedVariances: [Double] {
    network.nodes.indices.compactMap { position in
      guard let statistics = statistics(of: position) else { return nil }
      let values = Double(batch * network.nodes[position].shape.area)
      let sum = statistics.variance.reduce(0, +)
      return sum / Double(statistics.variance.count) * (values / (values - 1))
    }
  }
}

extension Network {
  /// Whether each batch normalisation, in the order of nodes, stands behind all blocks: in the head.
  package var isNormalizationOfHead: [Bool] {
    let last = blockOutputs.last ?? 0
    return nodes.indices.filter { nodes[$0].op?.derivative.couplesMinibatch == true }.map {
      $0 > last
    }
  }
}

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
