internal import RealModule

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
