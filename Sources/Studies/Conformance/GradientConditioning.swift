internal import Networks
package import Scoring
package import Tensors

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// How far single precision may move ZiCo and L-SWAG, told by two runs in double precision.
///
/// ZiCo adds `ln sum m / |d|` over the layers, with `m = |a| + |b|` and `d = a - b` for the two gradients
/// a and b of a weight. A weight whose d is near zero dominates its layer, so an error e of d moves the
/// score by far more than e relative to the gradients. L-SWAG adds `ln sum 2 / |d|` with `d = |a| - |b|`, for
/// which the same is true, and multiplies with a number of patterns. Two questions decide.
///
/// **How large is e?** An output of a layer is a sum of k products, which single precision computes with
/// an error of about `sqrt(k) u` of the sum's size, `u = 2^-24` (the probabilistic bound of Higham and
/// Mary, *SIAM J. Sci. Comput.* 41, 2019, with the factor 1, which also covers minimal filtering). Such an
/// error does most of its harm where it turns a value of a rectifier around zero and so switches a path
/// of the gradient on or off. The number of values that are turned is proportional to the error, and what
/// each does to the gradients is independent of the others, so `e^2` is proportional to the error too. The
/// second run therefore moves every weight of a layer by `64 sqrt(k) u` of itself, up or down at random:
/// enough values are turned to count on, and `e` in single precision is an eighth of the change of the
/// gradients, root mean square over a layer. What does not come from rectifiers is proportional to the
/// error itself and hence overestimated.
///
/// **What does e do?** With e normally distributed and independent from weight to weight, the sum of each
/// layer has a mean and a deviation, which 64 draws tell. Layers are independent, so that their variances
/// add up. The tolerance is the shift of the mean and five deviations: the terms `1 / |d + e|` make the
/// tails of the logarithm exponential, not normal. The patterns of L-SWAG are counted as those of SWAP, which
/// may move by a share of 2e-4.
package struct GradientConditioning {
  /// The largest difference of ZiCo between single and double precision that counts as rounding.
  package let tolerance: Double
  /// The same of L-SWAG, as a share of its value; `nil` where that is 0.
  package let lSwagShare: Double?
  /// The root mean square error of the two gradients of each layer's weights, by the layer.
  package let gradientErrors: [[Double]]

  /// By how much more the second run is moved than single precision moves a run.
  private static let amplification: Float = 64
  /// The draws of a layer.
  private static let draws = 64

  /// Computes two gradients twice; `nil` where one is not finite or the images have no labels.
  ///
  /// - Parameters:
  ///   - configuration: the network and the minibatch, whatever its precision.
  ///   - threads: workers; their number does not change a digit.
  /// - Throws: `NetworkError` or `BackendError`.
  package init?(of configuration: ConformanceConfiguration, threads: Int) throws {
    let compute = try Compute(threads: threads, precision: .double)
    var configuration = configuration
    configuration.precision = .double
    let candidate = try configuration.candidate(on: compute)
    let moved = try configuration.candidate(
      on: compute, parameters: Self.moved(candidate.parameters, of: candidate.network))
    guard let exact = try Self.gradients(of: candidate),
      let other = try Self.gradients(of: moved)
    else { return nil }
    let layers = candidate.network.layerWeights
    let scale = 1 / Double(Self.amplification).squareRoot()
    let errors = layers.map { layer in
      zip(exact, other).map { scale * Self.distance($0[layer], $1[layer]) }
    }
    gradientErrors = errors
    func tolerance(_ sum: Sum) -> Double {
      var shift = 0.0
      var variance = 0.0
      for (number, layer) in layers.enumerated() {
        let error = errors[number]
        let (mean, spread) = Self.spread(
          of: sum, exact[0][layer], exact[1][layer],
          deviation: (error[0] * error[0] + error[1] * error[1]).squareRoot(),
          stream: RandomStream(seed: 0, text: "zico", purpose: "conditioning", index: number))
        shift += mean
        variance += spread
      }
      return abs(shift) + 5 * variance.squareRoot()
    }
    self.tolerance = tolerance(.zico)
    let logarithms = layers.reduce(0) {
      $0 + (Sum.lSwag.logarithm(exact[0][$1], exact[1][$1]) ?? 0)
    }
    lSwagShare = logarithms == 0 ? nil : tolerance(.lSwag) / abs(logarithms) + 2e-4
  }

  /// The sum under the logarithm of a layer.
  enum Sum {
    case zico
    case lSwag

    /// The term of one weight: its numerator, and the difference in its denominator.
    func term(_ first: Double, _ second: Double) -> (size: Double, difference: Double) {
      switch self {
      case .zico: (abs(first) + abs(second), first - second)
      case .lSwag: (2, abs(first) - abs(second))
      }
    }

    /// The logarithm as the proxy has it.
    func logarithm(_ first: [Double], _ second: [Double]) -> Double? {
      switch self {
      case .zico: ZiCo.logarithm(first, second)
      case .lSwag: LSWAG.logarithm(first, second)
      }
    }
  }

  /// The gradients of both minibatches, `nil` where the proxy has no score.
  package static func gradients(of candidate: Candidate) throws(BackendError) -> [[[Double]]]? {
    var gradients: [[[Double]]] = []
    for point in [CandidatePoint(.images), CandidatePoint(.secondImages)] {
      guard let gradient = LossGradient(of: candidate, at: point) else { return nil }
      let value = try candidate.value(of: gradient)
      guard value.isFinite else { return nil }
      gradients.append(value.tensors)
    }
    return gradients
  }

  /// The weights of every layer, each up or down by the same share of itself.
  private static func moved(_ parameters: Parameters, of network: Network) -> Parameters {
    let values = zip(network.parameters, parameters.values).enumerated().map { position, tensor in
      let (spec, values) = tensor
      guard spec.role.isLayerWeight else { return values }
      let stream = RandomStream(
        seed: 0, text: spec.name, purpose: "conditioning", index: position)
      let share = amplification * Float(spec.fanIn).squareRoot() * Float.ulpOfOne / 2
      return values.enumerated().map { index, value in
        value * (1 + stream.sign(at: index) * share)
      }
    }
    return Parameters(values, for: network)
  }

  /// The root mean square of the differences of two lists.
  private static func distance(_ first: [Double], _ second: [Double]) -> Double {
    let sum = zip(first, second).reduce(0.0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    return (sum / Double(max(first.count, 1))).squareRoot()
  }

  /// Mean and variance of the change of a layer's logarithm where the differences have errors.
  ///
  /// - Parameters:
  ///   - sum: what the logarithm is taken of.
  ///   - first: the gradient of the first minibatch.
  ///   - second: that of the second.
  ///   - deviation: the deviation of the error of a difference.
  ///   - stream: where the errors are drawn from.
  /// - Returns: both, zero where no weight counts or there is no error.
  static func spread(
    of sum: Sum, _ first: [Double], _ second: [Double], deviation: Double, stream: RandomStream
  ) -> (mean: Double, variance: Double) {
    guard let exact = sum.logarithm(first, second), deviation > 0 else { return (0, 0) }
    // The terms of other weights change by little, and in both directions.
    let reach = 8 * deviation
    var near: [(size: Double, difference: Double)] = []
    var rest = 0.0
    for (a, b) in zip(first, second) {
      let term = sum.term(a, b)
      let size = abs(term.difference)
      if size == 0 { continue }
      if size < reach { near.append(term) } else { rest += term.size / size }
    }
    if near.isEmpty { return (0, 0) }
    var changes: [Double] = []
    for draw in 0..<draws {
      let sum = near.enumerated().reduce(rest) { sum, term in
        let error = deviation * Double(stream.normal(at: draw * near.count + term.offset))
        return sum + term.element.size / abs(term.element.difference + error)
      }
      changes.append(log(sum) - exact)
    }
    let mean = changes.reduce(0, +) / Double(draws)
    return (mean, changes.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(draws - 1))
  }
}
