package import Tensors

/// The features of a map with many channels about their means, for the spectrum of their covariance.
///
/// With X the centred features, a place a row, the eigenvalues of `X^T X` and of `X X^T` that are not 0
/// are the same, so the smaller of the two has the spectrum: the last map of a network has 2,048
/// channels at 784 places where a minibatch has 16 images.
package struct CentredFeatures {
  /// X or its transpose, whichever has fewer columns.
  private let features: Matrix
  /// The square root of all variances over all squared means: how much there is besides a constant.
  package let relativeDeviation: Double

  /// Centres features.
  ///
  /// - Parameters:
  ///   - rows: the features, an image a row, each row-major `[channels, height, width]`.
  ///   - shape: the shape of the map.
  package init(_ rows: Matrix, shape: Shape) {
    let (area, channels) = (shape.area, shape.channels)
    let places = rows.rows * area
    let isTransposed = places < channels
    var features = [Double](repeating: 0, count: rows.values.count)
    var (variance, squares) = (0.0, 0.0)
    for channel in 0..<channels {
      var sum = 0.0
      for image in 0..<rows.rows {
        let start = image * rows.columns + channel * area
        for value in rows.values[start..<start + area] { sum += value }
      }
      let mean = sum / Double(places)
      var products = 0.0
      var place = 0
      for image in 0..<rows.rows {
        let start = image * rows.columns + channel * area
        for value in rows.values[start..<start + area] {
          let deviation = value - mean
          products += deviation * deviation
          features[isTransposed ? channel * places + place : place * channels + channel] = deviation
          place += 1
        }
      }
      variance += products / Double(places)
      squares += mean * mean
    }
    self.features = Matrix(
      rows: isTransposed ? channels : places, columns: isTransposed ? places : channels,
      values: features)
    relativeDeviation = variance == 0 ? 0 : (variance / squares).squareRoot()
  }

  /// `X^T X` or `X X^T`, whichever is smaller; the covariance is `X^T X` over the number of places.
  package func products() -> Matrix { features.gram() }
}
