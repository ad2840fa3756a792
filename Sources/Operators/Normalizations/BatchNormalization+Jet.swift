internal import Networks
internal import Tensors

extension BoundBatchNormalization {
  /// The value and two derivatives of a normalisation over the minibatch, on a path of its input.
  ///
  /// With `c` the input less its mean, and primes for derivatives along the path,
  ///
  ///     V   = mean(c^2) + eps,  V' = 2 mean(c c'),  V'' = 2 mean(c'^2) + 2 mean(c c'')
  ///     s   = V^(-1/2)
  ///     s'  = - V' V^(-3/2) / 2
  ///     s'' = 3/4 V'^2 V^(-5/2) - V'' V^(-3/2) / 2
  ///     y   = gamma c s + beta
  ///     y'  = gamma (c' s + c s')
  ///     y'' = gamma (c'' s + 2 c' s' + c s'')
  ///
  /// A channel that is constant but for rounding counts as constant: its errors would be divided by the
  /// square root of epsilon, and look like features.
  package func jet(_ x: TensorJet, into y: TensorJet) {
    let n = Double(x.value.shape.batch * x.value.shape.area)
    let centres = x.parts.map { $0.roughChannelMeans() }
    var means: [[Double]] = []
    for (part, centre) in zip(x.parts, centres) {
      means.append(zip(centre, part.centredMoments(about: centre).sum).map { $0 + $1 / n })
    }
    let squares = zip(x.parts, means).map { $0.centredMoments(about: $1).product.map { $0 / n } }
    let withFirst = x.value.centredMoments(about: means[0], weight: x.first).product
    let withSecond = x.value.centredMoments(about: means[0], weight: x.second).product
    let zeros = [Double](repeating: 0, count: channels)
    // The factors of c, c' and c'' in the value and its derivatives.
    var ofValue = [zeros, zeros, zeros]
    var ofFirst = [zeros, zeros]
    var ofSecond = zeros
    for c in 0..<channels {
      let varies = (0..<3).map { part in
        squares[part][c] > 0
          && !x.value.precision.isRounding(squares[part][c].squareRoot() / abs(means[part][c]))
      }
      let isPair = varies[0] && varies[1]
      let v = (varies[0] ? squares[0][c] : 0) + epsilon
      let v1 = isPair ? 2 * withFirst[c] / n : 0
      let v2 =
        (varies[1] ? 2 * squares[1][c] : 0) + (varies[0] && varies[2] ? 2 * withSecond[c] / n : 0)
      let s = 1 / v.squareRoot()
      let s1 = -v1 * s * s * s / 2
      let s2 = 0.75 * v1 * v1 * s * s * s * s * s - v2 * s * s * s / 2
      let g = Double(gamma[c])
      if varies[0] { (ofValue[0][c], ofValue[1][c], ofValue[2][c]) = (g * s, g * s1, g * s2) }
      if varies[1] { (ofFirst[0][c], ofFirst[1][c]) = (g * s, 2 * g * s1) }
      if varies[2] { ofSecond[c] = g * s }
    }
    y.value.set(
      sumOf: [AffineTerm(x.value, factor: ofValue[0], about: means[0])],
      offset: beta.map(Double.init))
    y.first.set(sumOf: [
      AffineTerm(x.first, factor: ofFirst[0], about: means[1]),
      AffineTerm(x.value, factor: ofValue[1], about: means[0]),
    ])
    y.second.set(sumOf: [
      AffineTerm(x.second, factor: ofSecond, about: means[2]),
      AffineTerm(x.first, factor: ofFirst[1], about: means[1]),
      AffineTerm(x.value, factor: ofValue[2], about: means[0]),
    ])
  }
}
