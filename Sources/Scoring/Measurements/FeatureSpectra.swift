internal import Derivatives
internal import Networks
package import Tensors

/// How evenly each block's output fills its space: the entropy of the spectrum of its covariance.
package struct FeatureSpectra: Measurement {
  /// Where it is taken.
  package let point: CandidatePoint

  /// The entropies at a point of a candidate.
  package init(of candidate: Candidate, at point: CandidatePoint) {
    self.point = candidate.resolved(point)
  }

  /// The entropy of each block's output, the stem being block 0, or why there is none.
  package func measure(_ candidate: Candidate) throws(BackendError) -> [Score] {
    let ends = candidate.network.blockOutputs
    let blocks = try candidate.blocks(at: point)
    let spectra = ends.map { Spectrum(shape: candidate.network.nodes[$0].shape) }
    let narrow = ends.indices.filter { !spectra[$0].isWide }
    let covariances = try ChannelCovariance.measure(ends: narrow, of: blocks)
    for (block, covariance) in zip(narrow, covariances) {
      spectra[block].features = .covariance(covariance)
    }
    for block in ends.indices where spectra[block].isWide {
      spectra[block].features = .rows(try blocks.rows(of: block))
    }
    return try Self.scores(spectra, of: candidate)
  }

  /// The entropies of all blocks, which workers share.
  private static func scores(
    _ spectra: [Spectrum], of candidate: Candidate
  ) throws(BackendError) -> [Score] {
    let precision = candidate.compute.precision
    candidate.compute.team.run(costs: spectra.map(\.cost)) { block in
      spectra[block].evaluate(number: block, in: precision)
    }
    var result: [Score] = []
    for spectrum in spectra { result.append(try spectrum.score.get()) }
    return result
  }

  /// The spectrum of one block, which one worker evaluates.
  private final class Spectrum {
    let shape: Shape
    var features = Features.none
    var score = Result<Score, BackendError>.success(.undefined("not evaluated"))

    enum Features {
      case none
      case covariance(ChannelCovariance)
      case rows(Matrix)
    }

    init(shape: Shape) { self.shape = shape }

    /// Whether an image has fewer places than there are channels.
    ///
    /// Products of channels then take more memory than the features themselves.
    var isWide: Bool { shape.area < shape.channels }

    /// About how much work the eigenvalues are.
    var cost: Double {
      var side = Double(shape.channels)
      if case .rows(let rows) = features { side = min(side, Double(rows.rows * shape.area)) }
      return side * side * side
    }

    func evaluate(number: Int, in precision: Precision) {
      let products: Matrix
      let relativeDeviation: Double
      switch features {
      case .none: return
      case .covariance(let covariance):
        products = covariance.matrix
        relativeDeviation = covariance.relativeDeviation
      case .rows(let rows):
        let centred = CentredFeatures(rows, shape: shape)
        features = .none
        products = centred.products()
        relativeDeviation = centred.relativeDeviation
      }
      features = .none
      guard products.values.allSatisfy(\.isFinite) else {
        score = .success(.undefined("the features of block \(number) are not finite"))
        return
      }
      if precision.isRounding(relativeDeviation) {
        score = .success(.undefined("the features of block \(number) are constant"))
        return
      }
      do throws(BackendError) {
        score = .success(.value(spectralEntropy(try products.symmetricEigenvalues())))
      } catch { score = .failure(error) }
    }
  }
}

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
