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
