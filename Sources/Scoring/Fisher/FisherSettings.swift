public import Networks
internal import Tensors

/// How `diag(p) - p p^T` enters the Fisher information.
public enum FisherFactor: String, Hashable, Sendable, CaseIterable {
  /// The Fisher information: `J^T (diag(p) - p p^T) J`.
  case exact
  /// What the released code computes: `J^T L^T L J`, with `L L^T = diag(p) - p p^T`. It depends on the
  /// order of the classes and is no Fisher information. Where rounded smoothing makes the probabilities
  /// sum to more than 1 before the last class, as with 1,000 classes, a root is that of a negative
  /// number and nothing is finite.
  case released
  /// `J^T J`, as if every logit had unit variance.
  case logits

  /// The precision of smoothing constants where none is asked for.
  var impliedRounding: SmoothingRounding { self == .released ? .half : .exact }
}

/// The precision of the two constants of smoothing.
public enum SmoothingRounding: String, Hashable, Sendable, CaseIterable {
  /// Half precision, as in the released code, so that probabilities do not quite sum to 1.
  case half
  /// None.
  case exact
}

/// The quantiles of the eigenvalues whose entropy VKDNW is.
public enum SpectrumQuantiles: String, Hashable, Sendable, CaseIterable {
  /// Nine, at 0.1 to 0.9: equation 11 of the paper.
  case deciles
  /// Eleven, at 0 to 1, as the released code has them on the MobileNetV2 space: the largest eigenvalue
  /// is among them, and so large that hardly any entropy is left.
  case eleven

  /// Where they lie, from 0 to 1.
  public var fractions: [Double] {
    // k / 10 is the exact fraction; the product 0.1 k is what numpy's and PyTorch's callers write.
    (self == .deciles ? 1...9 : 0...10).map { Double($0) / 10 }
  }
}

/// Which parameter tensors a selection counts.
public enum WeightTensors: String, Hashable, Sendable, CaseIterable {
  /// Every parameter tensor, batch normalisation and biases included, as the released code does.
  case tensors
  /// The weights of convolutions and linear layers, as the paper says.
  case layers
  /// Some of all, drawn without replacement, as the released code does on the MobileNetV2 space.
  ///
  /// `random.Random(N).sample(range(N), dimension)` in Python, with `N` the number of tensors: the draw
  /// depends on nothing else. All of them where they are no more than the dimension.
  case sampled
}

/// Which numbers of a tensor are selected.
public enum WeightPosition: Hashable, Sendable {
  /// Index `trunc(fraction (count - 1))` of every tensor, for one weight for each tensor.
  case fraction(Double)
  /// One index for each tensor, drawn uniformly, the same for networks with equal tensor shapes.
  case random
}

/// The axes of VKDNW: everything that changes its value but weights, inputs and precision.
public struct FisherSettings: Hashable, Sendable {
  /// How the covariance of the labels enters.
  public var factor: FisherFactor
  /// Where batch normalisation takes its statistics from.
  public var normalization: NormalizationMode
  /// The share of the uniform distribution that is mixed into the predicted one, 0 to 1.
  public var smoothing: Double
  /// The precision of the smoothing constants; `nil` is that of the factor, half for `released` and
  /// exact otherwise.
  public var smoothingRounding: SmoothingRounding?
  /// Which tensors count.
  public var tensors: WeightTensors
  /// At most this many tensors, the first in registration order or those that are drawn.
  public var dimension: Int
  /// Weights of each tensor: evenly spaced, or one at `position`.
  public var weightsPerTensor: Int
  /// Where the single weight of a tensor lies.
  public var position: WeightPosition
  /// The quantiles whose entropy is taken.
  public var quantiles: SpectrumQuantiles
  /// How many directions are pulled back for each image; `nil` is the standard for the number of classes.
  public var pullbacks: Pullbacks?

  /// Creates settings.
  public init(
    factor: FisherFactor, normalization: NormalizationMode, smoothing: Double,
    smoothingRounding: SmoothingRounding? = nil, tensors: WeightTensors, dimension: Int = 128,
    weightsPerTensor: Int = 1, position: WeightPosition = .fraction(0),
    quantiles: SpectrumQuantiles = .deciles, pullbacks: Pullbacks? = .all
  ) {
    precondition(
      (0...1).contains(smoothing) && dimension > 0 && weightsPerTensor > 0,
      "smoothing \(smoothing), dimension \(dimension), \(weightsPerTensor) weights for each tensor")
    self.factor = factor
    self.normalization = normalization
    self.smoothing = smoothing
    self.smoothingRounding = smoothingRounding
    self.tensors = tensors
    self.dimension = dimension
    self.weightsPerTensor = weightsPerTensor
    self.position = position
    self.quantiles = quantiles
    self.pullbacks = pullbacks
  }

  /// The precision of the smoothing constants.
  var rounding: SmoothingRounding { smoothingRounding ?? factor.impliedRounding }
}

/// How many directions are pulled back for each image's share of the Fisher information.
public enum Pullbacks: Hashable, Sendable {
  /// As many as its rank, at most `min(classes - 1, features)`: the exact matrix.
  case all
  /// So many random combinations of the factor's rows: a matrix whose expectation is the exact one.
  ///
  /// Where there are no fewer than the rank, the matrix is the exact one to the last bit.
  case combinations(Int)

  /// What is pulled back where nothing else is asked for.
  ///
  /// - Parameter classes: the outputs of the network.
  /// - Returns: all, whatever the number.
  public static func standard(classes: Int) -> Pullbacks { .all }

  /// The number of combinations in the place of the factor's rows.
  ///
  /// - Parameter rank: the rank of an image's share.
  /// - Returns: fewer than the rank, `nil` for the rows themselves.
  func count(ofRank rank: Int) -> Int? {
    if case .combinations(let count) = self, count < rank { count } else { nil }
  }
}

extension FisherSettings {
  /// The settings with what ``pullbacks`` leave open decided: the standard for a number of classes, and all of
  /// them where networks have different numbers.
  public func resolved(classes: Int?) -> FisherSettings {
    var settings = self
    settings.pullbacks = pullbacks ?? classes.map(Pullbacks.standard) ?? .all
    return settings
  }
}

extension ScoringSettings {
  /// The settings with what the axes leave open decided for a number of classes.
  public func resolved(classes: Int?) -> ScoringSettings {
    var settings = self
    settings.fisher = fisher.resolved(classes: classes)
    return settings
  }
}

/// A few random combinations of the rows of a matrix that keep its Gram matrix on average.
///
/// The rows are dealt out at random to groups of equal size, or of sizes that differ by one, and the rows of a
/// group are added with random signs: `G A`, where each column of `G` holds a single 1 or -1. Products of rows of
/// different groups never occur, and those of two rows of one group have an independent sign, so
/// `E[(G A)^T (G A)] = A^T A`, with
///
///     Var[((G A)^T (G A))_ij] = q sum over rows k < l of (A_ki A_lj + A_li A_kj)^2
///
/// where `q` is the probability that two rows share a group: `(R - N) / (N (R - 1))` for `R` rows and `N` groups that
/// divide them. Combinations with independent signs (Hutchinson 1990) have `1 / N` in its place, which is more unless
/// `N` is 1, and those with normal numbers add `2 / N` times the sum of `(A_ki A_kj)^2`: they do not even keep
/// the products of a row with itself. Dealing also costs no more than reading `A` once, whatever `N` is.
struct RowCombinations: Sendable {
  /// How many combinations there are.
  let count: Int
  /// The combination that each row is part of.
  private let groups: [Int]
  /// The sign of each row.
  private let signs: [Double]

  /// The combinations of one image.
  ///
  /// - Parameters:
  ///   - count: how many, at least 1 and at most as many as rows.
  ///   - rows: how many rows are combined.
  ///   - seed: the seed of the network.
  ///   - image: the number of the image.
  init(count: Int, rows: Int, seed: UInt64, image: Int) {
    precondition((1...rows).contains(count), "\(count) combinations of \(rows) rows")
    let stream = RandomStream(seed: seed, text: "", purpose: "pullbacks", index: image)
    var order = Array(0..<rows)
    var groups = order
    for place in 0..<rows {
      order.swapAt(place, place + stream.integer(below: rows - place, at: place))
      groups[order[place]] = place % count
    }
    self.count = count
    self.groups = groups
    signs = (0..<rows).map { Double(stream.sign(at: rows + $0)) }
  }

  /// The combination that a row is part of, and its sign there.
  subscript(row: Int) -> (group: Int, sign: Double) { (groups[row], signs[row]) }

  /// `G A`.
  func times(_ matrix: Matrix) -> Matrix {
    precondition(matrix.rows == groups.count, "\(matrix.rows) rows, not \(groups.count)")
    let (columns, x) = (matrix.columns, matrix.values)
    var result = [Double](repeating: 0, count: count * columns)
    for (row, group) in groups.enumerated() {
      let (from, to, sign) = (row * columns, group * columns, signs[row])
      for column in 0..<columns { result[to &+ column] += sign * x[from &+ column] }
    }
    return Matrix(rows: count, columns: columns, values: result)
  }
}
