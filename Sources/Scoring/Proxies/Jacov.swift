internal import Derivatives
public import Formats
internal import Networks
internal import Ranking
internal import RealModule
public import Tensors

/// How differently the network treats different images: the correlation of its input gradients.
///
/// With G the derivative of the sum of all logits of the minibatch by the pixels, an image a row, and
/// v the eigenvalues of Pearson's correlation of the rows: `- sum (ln(v + k) + 1 / (v + k))`, k =
/// 1e-5; at most about minus the number of images, where all rows are uncorrelated. Mellor et al.,
/// *Neural Architecture Search without Training*, arXiv 2006.04647 version 1, 2020.
public struct Jacov: Proxy {
  /// What keeps the logarithm away from 0.
  package static let shift = 1e-5

  /// Creates the proxy.
  public init() {}

  /// `jacov`.
  public var name: String { "jacov" }
  /// What it measures.
  public var summary: String { "how little the input gradients of images correlate" }
  /// Less correlated is better.
  public var higherIsBetter: Bool { true }
  /// Weights and images; no labels.
  public var needs: ProxyNeeds { [.weights, .images, .severalImages] }
  /// One pass forward and one of activations back.
  public var cost: String { "1 forward, 1 activation backward" }
  /// The sum of its passes.
  public func passes(batch: Int, classes: Int) -> Double { 2 }
  /// The paper.
  public var citation: String { "Mellor et al., 2020 (arXiv 2006.04647v1)" }

  /// Minibatch, initialisations and precision.
  public func settings(_ settings: ScoringSettings) -> [String: SettingValue] {
    settings.minibatchSettings
  }

  /// The score, undefined for a single image and where the gradient of an image does not vary.
  public func score(of candidate: Candidate) throws(BackendError) -> Score {
    guard candidate.batch > 1 else { return .undefined("a correlation needs two images") }
    let rows = try Self.inputGradients(of: candidate)
    guard rows.values.allSatisfy(\.isFinite) else {
      return .undefined("the gradient by the pixels is not finite")
    }
    guard let correlation = RowCorrelation(rows) else {
      return .undefined("the gradient by the pixels of an image is constant")
    }
    let eigenvalues = try correlation.matrix.symmetricEigenvalues()
    let sum = eigenvalues.reduce(0) { sum, value in
      sum + Double.log(value + Self.shift) + 1 / (value + Self.shift)
    }
    return Score(-sum, otherwise: "the correlations are not positive semidefinite")
  }

  /// The derivative of the sum of all logits by the pixels, an image a row.
  package static func inputGradients(of candidate: Candidate) throws(BackendError) -> Matrix {
    let blocks = try candidate.blocks(at: CandidatePoint(.images))
    let classes = candidate.network.classes
    let ones = Matrix(
      rows: blocks.batch, columns: classes,
      values: [Double](repeating: 1, count: blocks.batch * classes))
    return try blocks.pullback(ones)
  }
}
