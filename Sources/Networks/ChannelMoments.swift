package import Tensors

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
