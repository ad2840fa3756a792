internal import RealModule

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// The limit of `ln det(I + W^T W)` for large random matrices W, from their sizes alone.
package enum SpectralCapacity {
  /// The capacity of an `m x n` matrix with independent entries of a variance.
  ///
  /// With N and M the smaller and the larger side, `psi = N E ln(1 + M s^2 x)`, x distributed by the law
  /// of Marchenko and Pastur with the ratio `b = N / M`. With `e = M s^2` the integral is
  ///
  ///     F   = (sqrt(e (1 + sqrt(b))^2 + 1) - sqrt(e (1 - sqrt(b))^2 + 1))^2
  ///     psi = N (ln(1 + e - F/4) + ln(1 + e b - F/4) / b - F / (4 b e))
  ///
  /// - Parameters:
  ///   - rows: m.
  ///   - columns: n.
  ///   - variance: s^2; `nil` for Glorot's, `2 / (m + n)`.
  /// - Returns: the capacity, 0 where the matrix has no entries.
  package static func psi(rows: Int, columns: Int, variance: Double? = nil) -> Double {
    guard rows > 0, columns > 0 else { return 0 }
    let small = Double(min(rows, columns))
    let large = Double(max(rows, columns))
    let ratio = small / large
    let eta = large * (variance ?? 2 / (small + large))
    guard eta > 0 else { return 0 }
    let root = ratio.squareRoot()
    let edges =
      (eta * (1 + root) * (1 + root) + 1).squareRoot()
      - (eta * (1 - root) * (1 - root) + 1).squareRoot()
    let f = edges * edges
    return small
      * (log(1 + eta - f / 4) + log(1 + eta * ratio - f / 4) / ratio - f / (4 * ratio * eta))
  }

  /// How the projections of attention are cut into matrices.
  package enum AttentionConvention: String, Hashable, Sendable, CaseIterable {
    /// A matrix for each head and each of query, key and value.
    case perHead = "per-head"
    /// One matrix for query, key and value of all heads.
    case merged
    /// A matrix for each of query, key and value of all heads.
    case split
  }

  /// The capacity of a transformer block: projections of attention, its output, and the two linear layers
  /// behind it.
  ///
  /// - Parameters:
  ///   - width: features of a token.
  ///   - heads: heads of attention.
  ///   - headWidth: features of a head.
  ///   - hidden: features between the two linear layers.
  ///   - convention: how query, key and value are cut into matrices.
  /// - Returns: the sum over the matrices.
  package static func transformerBlock(
    width: Int, heads: Int, headWidth: Int, hidden: Int, convention: AttentionConvention
  ) -> Double {
    let inner = heads * headWidth
    let projections =
      switch convention {
      case .perHead: Double(3 * heads) * psi(rows: headWidth, columns: width)
      case .merged: psi(rows: 3 * inner, columns: width)
      case .split: 3 * psi(rows: inner, columns: width)
      }
    return projections + psi(rows: width, columns: inner) + 2 * psi(rows: width, columns: hidden)
  }
}

/// The entropy `- sum p ln(p + 1e-8)` of eigenvalues, normalised to sum 1.
///
/// Negative ones, which come from rounding, count as 0, and zeros add nothing: eigenvalues that a matrix
/// has besides those of another one change nothing where they are 0.
package func spectralEntropy(_ eigenvalues: [Double]) -> Double {
  let positive = eigenvalues.map { max($0, 0) }
  let sum = positive.reduce(0, +)
  return positive.reduce(0) { result, eigenvalue in
    let p = eigenvalue / sum
    return result - p * Double.log(p + 1e-8)
  }
}
