internal import Tensors

/// Count, mean and sum of squared deviations of each channel over some images.
///
/// Two of them are joined without loss of digits (Chan, Golub and LeVeque, *Updating formulae and a
/// pairwise algorithm for computing sample variances*, 1979), which sums of squares are not.
struct ChannelMoments {
  private(set) var count: Double
  private(set) var mean: [Double]
  private(set) var squares: [Double]

  /// The moments of a tensor.
  ///
  /// The sums are taken about the mean of its first places, so that a large mean costs no digits.
  init(of x: Tensor) {
    count = Double(x.shape.batch * x.shape.area)
    let n = count
    let centre = x.roughChannelMeans()
    let sums = x.centredMoments(about: centre)
    mean = zip(centre, sums.sum).map { $0 + $1 / n }
    squares = zip(sums.product, sums.sum).map { product, sum in
      let squares = product - sum * sum / n
      // Rounding may go below zero; what is not a number must stay so.
      return squares < 0 ? 0 : squares
    }
  }

  /// Adds the moments of other images.
  mutating func add(_ other: ChannelMoments) {
    let total = count + other.count
    for c in mean.indices {
      let step = other.mean[c] - mean[c]
      mean[c] += step * other.count / total
      squares[c] += other.squares[c] + step * step * count * other.count / total
    }
    count = total
  }

  /// The biased variance of each channel.
  var variance: [Double] { squares.map { $0 / count } }
}

/// What the derivative of a normalisation over the minibatch reads of the whole minibatch: with
/// `d = x - mean` and `u` a tangent of the input or a cotangent of the output, the sums of `u` and of
/// `u d` over all images and places of each channel.
struct ChannelSums {
  var sum: [Double]
  var product: [Double]

  mutating func add(_ other: ChannelSums) {
    for c in sum.indices {
      sum[c] += other.sum[c]
      product[c] += other.product[c]
    }
  }
}

extension BoundBatchNormalization {
  /// Fixes the statistics that do not depend on the minibatch.
  func prepare(_ normalization: NormalizationMode) {
    switch normalization {
    case .identity: pass()
    case .fresh:
      freeze(
        mean: [Double](repeating: 0, count: channels),
        variance: [Double](repeating: 1, count: channels))
    case .calibrated, .batch: break
    }
  }

  /// The normalised values of some images, as a term without `offset`.
  func value(_ x: Tensor, _ normalization: NormalizationMode) -> AffineTerm {
    normalization == .identity
      // About the mean, not with the shift of the frozen walk: a large mean must not cost digits.
      ? AffineTerm(x) : AffineTerm(x, factor: scale, about: mean)
  }

  /// What is added to the values of each channel.
  func offset(_ normalization: NormalizationMode) -> [Double] {
    normalization == .identity
      ? [Double](repeating: 0, count: channels) : beta.map(Double.init)
  }

  func sums(_ u: Tensor, at x: Tensor) -> ChannelSums {
    let moments = x.centredMoments(about: mean, weight: u)
    return ChannelSums(sum: moments.sum, product: moments.product)
  }

  /// The tangent of the output.
  ///
  /// `y' = gamma xh' + gamma' xh + beta'` with `xh = (x - mean) s`; `xh' = s x'` for frozen
  /// statistics and `xh' = s (x' - mean(x') - xh mean(x' xh))` for those of the minibatch.
  ///
  /// - Parameters:
  ///   - tangent: the tangents; one of them at least is not `nil`.
  ///   - x: the input.
  ///   - sums: those of the input's tangent, `nil` for frozen statistics.
  ///   - count: places of a channel over the minibatch.
  /// - Returns: the terms of the tangent, and what is added to each channel.
  func pushforward(_ tangent: NodeTangent, at x: Tensor, sums: ChannelSums?, count: Double)
    -> (terms: [AffineTerm], offset: [Double])
  {
    let zeros = [Double](repeating: 0, count: channels)
    func numbers(_ tangent: ParameterTangent?, _ own: [Float]) -> [Double] {
      switch tangent {
      case nil: zeros
      case .itself: own.map(Double.init)
      case .numbers(let numbers): numbers
      }
    }
    var factor = zip(numbers(tangent.parameters[0], gamma), reciprocalDeviation).map { $0 * $1 }
    var offset = numbers(tangent.parameters[1], beta)
    guard let input = tangent.input else {
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

  /// The cotangent of the input.
  ///
  /// `dx = gamma s dy` for frozen statistics and
  /// `dx = gamma s (dy - dbeta / n - xh dgamma / n)` for those of the minibatch.
  ///
  /// - Parameters:
  ///   - cotangent: the cotangent of the output.
  ///   - x: the input, read only where there are sums.
  ///   - sums: those of the cotangent, `nil` for frozen statistics.
  ///   - count: places of a channel over the minibatch.
  ///   - input: the cotangent of the input.
  func pullback(
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
  func parameterCotangent(_ sums: ChannelSums, _ normalization: NormalizationMode) -> [[Double]] {
    if normalization == .identity {
      let zeros = [Double](repeating: 0, count: channels)
      return [zeros, zeros]
    }
    return [zip(sums.product, reciprocalDeviation).map { $0 * $1 }, sums.sum]
  }
}
