/// The probability of a tau at least as far from 0 if scores and accuracies were unrelated.
///
/// For at most 50 networks without ties it is exact, from the number of permutations with each
/// number of inversions. Otherwise it is the Gaussian approximation with the variance corrected for
/// ties (Kendall, "Rank Correlation Methods", chapter 4).
///
/// - Parameters:
///   - scores: one score for each network; infinities are legal, NaN is not.
///   - accuracies: one accuracy for each network, in the same order.
/// - Returns: the two-sided p-value, or `nil` where tau is undefined.
public func kendallSignificance(_ scores: [Double], _ accuracies: [Double]) -> Double? {
  var table = ContingencyTable(scores, accuracies)
  let pairs = table.pairCounts()
  guard pairs.kendallTau != nil else { return nil }
  let hasTies = pairs.tiedInScore + pairs.tiedInAccuracy + pairs.tiedInBoth > 0
  if !hasTies, table.total <= 50 {
    return exactTail(
      inversions: min(pairs.concordant, pairs.discordant), permuting: table.total)
  }
  let count = Double(table.total)
  let score = TieSums(table.scoreCounts)
  let accuracy = TieSums(table.accuracyCounts)
  let orderedPairs = count * (count - 1)
  let variance =
    (orderedPairs * (2 * count + 5) - score.weighted - accuracy.weighted) / 18
    + score.pairs * accuracy.pairs / (2 * orderedPairs)
    + score.triples * accuracy.triples / (9 * orderedPairs * (count - 2))
  let surplus = Double(pairs.concordant - pairs.discordant)
  return complementaryErrorFunction(abs(surplus) / (2 * variance).squareRoot())
}

/// The probability of a rho at least as far from 0 if scores and accuracies were unrelated.
///
/// From Student's distribution with n - 2 degrees of freedom of t = r sqrt((n - 2) / (1 - r^2)),
/// which is an approximation for ranks.
///
/// - Parameters:
///   - scores: one score for each network; infinities are legal, NaN is not.
///   - accuracies: one accuracy for each network, in the same order.
/// - Returns: the two-sided p-value, or `nil` where rho is undefined or n is below 3.
public func spearmanSignificance(_ scores: [Double], _ accuracies: [Double]) -> Double? {
  guard scores.count > 2, let rho = spearmanRho(scores, accuracies) else { return nil }
  // With x = df / (df + t^2) = 1 - r^2 the two tails of Student's distribution are the incomplete
  // beta function I_x(df / 2, 1/2).
  let halfDegrees = Double(scores.count - 2) / 2
  let remainder = (1 - rho) * (1 + rho)
  let scale = powerOverBeta(halfDegrees, remainder) * abs(rho)
  // Each continued fraction converges fast on its side of the mean, and where the complement is
  // used the probability is not small.
  if remainder < (halfDegrees + 1) / (halfDegrees + 2.5) {
    return scale * betaFraction(halfDegrees, 0.5, remainder) / halfDegrees
  }
  return 1 - scale * betaFraction(0.5, halfDegrees, rho * rho) / 0.5
}

/// Sums over the tied groups of one column.
private struct TieSums {
  /// The sum of t (t - 1) over groups of t.
  var pairs = 0.0
  /// The sum of t (t - 1) (t - 2).
  var triples = 0.0
  /// The sum of t (t - 1) (2 t + 5).
  var weighted = 0.0

  init(_ counts: [Int32]) {
    for count in counts {
      let size = Double(count)
      pairs += size * (size - 1)
      triples += size * (size - 1) * (size - 2)
      weighted += size * (size - 1) * (2 * size + 5)
    }
  }
}

/// Twice the probability that a random permutation has at most so many inversions, at most 1.
private func exactTail(inversions: Int, permuting count: Int) -> Double {
  // Inserting element number m into a permutation adds 0 ... m - 1 inversions, equally likely.
  var probabilities = [Double](repeating: 0, count: inversions + 1)
  probabilities[0] = 1
  for inserted in 1...count {
    let previous = probabilities
    var window = 0.0
    for index in probabilities.indices {
      window += previous[index]
      if index >= inserted { window -= previous[index - inserted] }
      probabilities[index] = window / Double(inserted)
    }
  }
  return min(2 * probabilities.reduce(0, +), 1)
}

/// The ratio of x^a to the beta function of a and 1/2, for a multiple a of 1/2.
private func powerOverBeta(_ a: Double, _ x: Double) -> Double {
  // gamma(a + 1/2) / gamma(a) steps up from its value at 1/2 or at 1.
  let pi = Double.pi
  var argument = a == a.rounded() ? 1 : 0.5
  var ratio = argument == 1 ? pi.squareRoot() / 2 : 1 / pi.squareRoot()
  while argument < a {
    ratio *= (argument + 0.5) / argument
    argument += 1
  }
  guard x > 0 else { return 0 }
  return binaryExponential(a * binaryLogarithm(x)) * ratio / pi.squareRoot()
}

/// The continued fraction of the incomplete beta function, by the modified method of Lentz.
private func betaFraction(_ a: Double, _ b: Double, _ x: Double) -> Double {
  // Keeps a vanishing denominator away from zero; it cancels in the next step.
  let tiny = 1e-300
  func guarded(_ value: Double) -> Double { abs(value) < tiny ? tiny : value }
  var numerator = 1.0
  var denominator = 1 / guarded(1 - (a + b) * x / (a + 1))
  var fraction = denominator
  // It takes about sqrt(max(a, b)) steps; the bound only ends what rounding keeps from settling.
  for step in 1...10_000 {
    let m = Double(step)
    let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
    denominator = 1 / guarded(1 + even * denominator)
    numerator = guarded(1 + even / numerator)
    fraction *= denominator * numerator
    let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
    denominator = 1 / guarded(1 + odd * denominator)
    numerator = guarded(1 + odd / numerator)
    fraction *= denominator * numerator
    if abs(denominator * numerator - 1) < 1e-15 { break }
  }
  return fraction
}
