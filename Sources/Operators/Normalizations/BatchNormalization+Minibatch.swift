internal import Networks
internal import Tensors

extension BoundBatchNormalization {
  /// Fixes the statistics that do not depend on the minibatch.
  package func prepare(_ mode: NormalizationMode) {
    switch mode {
    case .identity: pass()
    case .fresh:
      freeze(
        mean: [Double](repeating: 0, count: channels),
        variance: [Double](repeating: 1, count: channels))
    case .given:
      freeze(mean: given[0].map(Double.init), variance: given[1].map(Double.init))
    case .calibrated, .batch, .updated: break
    }
  }

  package func value(_ x: Tensor, _ mode: NormalizationMode) -> AffineTerm {
    mode == .identity
      // About the mean, not with the shift of the frozen walk: a large mean must not cost digits.
      ? AffineTerm(x) : AffineTerm(x, factor: scale, about: mean)
  }

  package func offset(_ mode: NormalizationMode) -> [Double] {
    mode == .identity
      ? [Double](repeating: 0, count: channels) : beta.map(Double.init)
  }

  package func sums(_ u: Tensor, at x: Tensor) -> ChannelSums {
    let moments = x.centredMoments(about: mean, weight: u)
    return ChannelSums(sum: moments.sum, product: moments.product)
  }

  /// `y' = gamma xh' + gamma' xh + beta'` with `xh = (x - mean) s`; `xh' = s x'` for fixed
  /// statistics and `xh' = s (x' - mean(x') - xh mean(x' xh))` for those of the minibatch.
  package func pushforward(
    _ input: Tensor?, parameters: [ParameterTangent?], at x: Tensor, sums: ChannelSums?,
    count: Double
  ) -> (terms: [AffineTerm], offset: [Double]) {
    let zeros = [Double](repeating: 0, count: channels)
    var factor = zip(parameters[0]?.values(gamma) ?? zeros, reciprocalDeviation).map { $0 * $1 }
    var offset = parameters[1]?.values(beta) ?? zeros
    guard let input else {
      return ([AffineTerm(x, factor: factor, about: mean)], offset)
    }
    if let sums {
      for c in 0..<channels {
        let s = reciprocalDeviation[c]
        factor[c] -= scale[c] * s * s * sums.product[c] / count
        offset[c] -= scale[c] * sums.sum[c] / count
      }
    }
    return (
      [AffineTerm(x, factor: factor, about: mean), AffineTerm(input, factor: scale)], offset
    )
  }

  /// `dx = gamma s dy` for fixed statistics and
  /// `dx = gamma s (dy - dbeta / n - xh dgamma / n)` for those of the minibatch.
  package func pullback(
    _ cotangent: Tensor, at x: Tensor, sums: ChannelSums?, count: Double, into input: Tensor
  ) {
    guard let sums else { return pullback(cotangent, into: input) }
    let factor = (0..<channels).map { c in
      let s = reciprocalDeviation[c]
      return -scale[c] * s * s * sums.product[c] / count
    }
    x.centredAffine(
      factor: factor, about: mean, offset: zip(scale, sums.sum).map { -$0 * $1 / count },
      adding: (cotangent, scale), into: input)
  }

  /// `dgamma = sum dy xh` and `dbeta = sum dy`, both zero where nothing is normalised.
  package func parameterCotangent(_ sums: ChannelSums, _ mode: NormalizationMode) -> [[Double]] {
    if mode == .identity {
      let zeros = [Double](repeating: 0, count: channels)
      return [zeros, zeros]
    }
    return [zip(sums.product, reciprocalDeviation).map { $0 * $1 }, sums.sum]
  }
}
