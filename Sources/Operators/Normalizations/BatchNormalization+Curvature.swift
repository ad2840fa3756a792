internal import Networks
internal import Tensors

extension BoundBatchNormalization {
  /// The derivative of a pulled-back cotangent, in the direction of a tangent of the input and of the
  /// cotangent; scale and shift stay.
  ///
  /// With `d = x - mean`, `xh = s d`, `m1 = mean(dy)`, `m2 = mean(dy xh)` and primes for derivatives,
  ///
  ///     dx  = gamma s (dy - m1 - xh m2)
  ///     dx' = gamma s' (dy - m1 - xh m2) + gamma s (dy' - m1' - xh' m2 - xh m2')
  ///
  /// where `s' = -s^3 mean(d x')` and `xh' = s (x' - mean(x')) + s' d`.
  package func pullbackTangent(
    _ cotangent: [Tensor], at x: Tensor, tangent: Tensor?, tangentSums: ChannelSums?,
    sums: [ChannelSums], count: Double, into input: Tensor
  ) {
    let zeros = [Double](repeating: 0, count: channels)
    var ofCotangent = zeros
    var ofDeviation = zeros
    var ofTangent = zeros
    var constant = zeros
    for c in 0..<channels {
      let g = Double(gamma[c])
      let s = reciprocalDeviation[c]
      let meanTangent = (tangentSums?.sum[c] ?? 0) / count
      let sTangent = -s * s * s * (tangentSums?.product[c] ?? 0) / count
      let m1 = sums[0].sum[c] / count
      let m2 = s * sums[0].product[c] / count
      let m1Tangent = sums[1].sum[c] / count
      let cross = sums.count > 2 ? sums[2].product[c] : 0
      let m2Tangent =
        (s * sums[1].product[c] + s * (cross - meanTangent * sums[0].sum[c])
          + sTangent * sums[0].product[c]) / count
      ofCotangent[c] = g * sTangent
      ofDeviation[c] = -2 * g * s * sTangent * m2 - g * s * s * m2Tangent
      ofTangent[c] = -g * s * s * m2
      constant[c] = -g * sTangent * m1 - g * s * m1Tangent + g * s * s * meanTangent * m2
    }
    var terms = [
      AffineTerm(cotangent[0], factor: ofCotangent), AffineTerm(cotangent[1], factor: scale),
      AffineTerm(x, factor: ofDeviation, about: mean),
    ]
    if let tangent { terms.append(AffineTerm(tangent, factor: ofTangent)) }
    input.set(sumOf: terms, offset: constant)
  }
}
