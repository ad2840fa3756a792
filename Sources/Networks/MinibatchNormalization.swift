package import Tensors

/// Where a batch normalisation takes its mean and variance from.
public enum NormalizationMode: String, Hashable, Sendable, CaseIterable {
  /// Running mean 0 and variance 1, as in a network that was never run: hardly a normalisation.
  case fresh
  /// The statistics of the scored minibatch, then frozen: no derivative goes through them.
  case calibrated
  /// The statistics of the minibatch, with the derivative through them: samples interact.
  case batch
  /// No normalisation at all: the output is the input.
  case identity
  /// Running statistics after one update, with momentum 0.1, by a forward pass of the scored minibatch
  /// in training mode: mean `0.1 m` and variance `0.9 + 0.1 v`, then frozen.
  ///
  /// `m` and `v`, the unbiased variance, are those that the pass itself normalises with, so that every
  /// layer is updated from a normalised input and then reads one that is hardly normalised. A channel
  /// that has a single number in the whole minibatch has no unbiased variance: nothing behind it is
  /// finite. As released VKDNW scores the MobileNetV2 space.
  case updated
  /// The running statistics that belong to the network's numbers, as in a trained file.
  case given

  /// Whether the values depend on the whole minibatch.
  public var readsMinibatch: Bool { self == .calibrated || self == .batch || self == .updated }
  /// Whether the samples are independent once the statistics are known.
  public var isPerSample: Bool { self != .batch }
  /// Whether the derivative of the values is that which the engines take: not where statistics of the
  /// minibatch are taken for constants.
  package var isDifferentiated: Bool { !readsMinibatch || couplesDerivatives }
  /// Whether the derivative goes through the statistics of the minibatch.
  package var couplesDerivatives: Bool { self == .batch }

  /// The running statistics after one update of those of a new network.
  ///
  /// - Parameters:
  ///   - mean: the means of the channels in the minibatch.
  ///   - variance: their biased variances.
  ///   - count: the numbers of a channel in the minibatch.
  /// - Returns: running means and variances.
  package static func updated(
    mean: [Double], variance: [Double], count: Double
  ) -> (mean: [Double], variance: [Double]) {
    let momentum = 0.1
    return (
      mean.map { momentum * $0 },
      variance.map { (1 - momentum) + momentum * ($0 * count / (count - 1)) }
    )
  }
}

/// A bound operator that makes the mean of each channel 0 and its variance 1 over a minibatch: with
/// statistics that are fixed, it is a scale and a shift of each channel.
///
/// With `d = x - mean` and `s = 1 / sqrt(variance + eps)` the value is `gamma s d + beta`. Sums over the
/// minibatch are taken chunk by chunk by who walks the network, and handed in here.
package protocol BoundMinibatchNormalization: BoundLinearOperator {
  /// Subtracted from each channel.
  var mean: [Double] { get }
  /// The biased variance of each channel, without epsilon.
  var variance: [Double] { get }
  /// `1 / sqrt(variance + eps)` of each channel.
  var reciprocalDeviation: [Double] { get }
  /// `gamma / sqrt(variance + eps)`: the derivative.
  var scale: [Double] { get }

  /// Fixes the statistics.
  func freeze(mean: [Double], variance: [Double])
  /// Makes the normalisation the identity.
  func pass()
  /// Fixes the statistics that do not depend on the minibatch.
  func prepare(_ mode: NormalizationMode)

  /// The normalised values of some images, as a term without `offset`.
  func value(_ x: Tensor, _ mode: NormalizationMode) -> AffineTerm
  /// What is added to the values of each channel.
  func offset(_ mode: NormalizationMode) -> [Double]
  /// The sums of a tangent of the input, or a cotangent of the output, at an input.
  func sums(_ u: Tensor, at x: Tensor) -> ChannelSums

  /// The tangent of the output: its terms, and what is added to each channel.
  ///
  /// - Parameters:
  ///   - input: the tangent of the input, `nil` for zero.
  ///   - parameters: the tangents of scale and shift.
  ///   - x: the input.
  ///   - sums: those of the input's tangent over the minibatch, `nil` for fixed statistics.
  ///   - count: places of a channel over the minibatch.
  /// - Returns: the tangent of the output, as terms and an offset for each channel.
  func pushforward(
    _ input: Tensor?, parameters: [ParameterTangent?], at x: Tensor, sums: ChannelSums?,
    count: Double
  ) -> (terms: [AffineTerm], offset: [Double])

  /// The cotangent of the input.
  ///
  /// - Parameters:
  ///   - cotangent: the cotangent of the output.
  ///   - x: the input, read only where there are sums.
  ///   - sums: those of the cotangent over the minibatch, `nil` for fixed statistics.
  ///   - count: places of a channel over the minibatch.
  ///   - input: the cotangent of the input.
  func pullback(
    _ cotangent: Tensor, at x: Tensor, sums: ChannelSums?, count: Double, into input: Tensor)

  /// The derivative of a pulled-back cotangent, in the direction of a tangent of the input and of the
  /// cotangent; scale and shift stay.
  ///
  /// - Parameters:
  ///   - cotangent: the cotangent of the output, and its change.
  ///   - x: the input.
  ///   - tangent: the change of the input, or `nil` for zero.
  ///   - tangentSums: the sums of that change, or `nil` for zero.
  ///   - sums: the sums of both cotangents, and, where the input changes, those of the cotangent about
  ///     the change.
  ///   - count: places of a channel over the minibatch.
  ///   - input: the change of the cotangent of the input.
  func pullbackTangent(
    _ cotangent: [Tensor], at x: Tensor, tangent: Tensor?, tangentSums: ChannelSums?,
    sums: [ChannelSums], count: Double, into input: Tensor)

  /// The value and two derivatives of a normalisation over the minibatch, on a path of its input.
  func jet(_ input: TensorJet, into output: TensorJet)

  /// The cotangents of scale and shift.
  func parameterCotangent(_ sums: ChannelSums, _ mode: NormalizationMode) -> [[Double]]
}

/// Count, mean and sum of squared deviations of each channel over some images.
///
/// Two of them are joined without loss of digits (Chan, Golub and LeVeque, *Updating formulae and a
/// pairwise algorithm for computing sample variances*, 1979), which sums of squares are not.
package struct ChannelMoments {
  package private(set) var count: Double
  package private(set) var mean: [Double]
  package private(set) var squares: [Double]

  /// The moments of a tensor.
  ///
  /// The sums are taken about the mean of its first places, so that a large mean costs no digits.
  package init(of x: Tensor) {
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
  package mutating func add(_ other: ChannelMoments) {
    let total = count + other.count
    for c in mean.indices {
      let step = other.mean[c] - mean[c]
      mean[c] += step * other.count / total
      squares[c] += other.squares[c] + step * step * count * other.count / total
    }
    count = total
  }

  /// The biased variance of each channel.
  package var variance: [Double] { squares.map { $0 / count } }
}

/// What the derivative of a normalisation over the minibatch reads of the whole minibatch: with
/// `d = x - mean` and `u` a tangent of the input or a cotangent of the output, the sums of `u` and of
/// `u d` over all images and places of each channel.
package struct ChannelSums {
  package var sum: [Double]
  package var product: [Double]

  package init(sum: [Double], product: [Double]) {
    self.sum = sum
    self.product = product
  }

  package mutating func add(_ other: ChannelSums) {
    for c in sum.indices {
      sum[c] += other.sum[c]
      product[c] += other.product[c]
    }
  }
}
