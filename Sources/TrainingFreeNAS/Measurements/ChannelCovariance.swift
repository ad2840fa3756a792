package import Tensors

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// The covariance of the channels of a feature map over all places of a minibatch.
package struct ChannelCovariance {
  /// `X^T X / n` of the centred features, `channels x channels`.
  package let matrix: Matrix
  /// The square root of all variances over all squared means: how much there is besides a constant.
  package let relativeDeviation: Double

  /// Computes the covariance of a feature map, an image a row.
  package init(_ rows: Matrix, shape: TensorShape) {
    var features = ChannelRows(rows, shape: shape)
    let means = features.centre()
    let centred = features.matrix
    matrix = centred.times(centred, transposingOther: true).scaled(by: 1 / Double(features.places))
    var variance = 0.0
    for channel in 0..<matrix.rows { variance += matrix[channel, channel] }
    let squares = means.reduce(0) { $0 + $1 * $1 }
    relativeDeviation = variance == 0 ? 0 : (variance / squares).squareRoot()
  }

  /// Whether no channel varies by more than rounding.
  ///
  /// Channels that are constant in truth vary by some units in the last place of their values; the
  /// bounds leave a factor of about ten for sums of them, and real features are far above.
  package func isConstant(in precision: Precision) -> Bool {
    relativeDeviation <= (precision == .float ? 1e-6 : 1e-12)
  }

  /// The entropy `- sum p ln(p + 1e-8)` of the eigenvalues, normalised to sum 1; negative ones, which
  /// come from rounding, count as 0.
  package func entropy() throws(BackendError) -> Double {
    let eigenvalues = try matrix.symmetricEigenvalues().map { max($0, 0) }
    let sum = eigenvalues.reduce(0, +)
    return eigenvalues.reduce(0) { result, eigenvalue in
      let p = eigenvalue / sum
      return result - p * log(p + 1e-8)
    }
  }
}
