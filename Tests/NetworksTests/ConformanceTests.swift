import Derivatives
import Networks
import PlainTwins
import Tensors
import Testing

/// The published conformance vectors of the training-free proxies on a small network.
///
/// It has 4 channels, one NAS-Bench-201 cell a stage, 8x8 images, batch 8 and 10 classes; the values
/// come from reference implementations in double precision. Weights and images come from the portable generator of those vectors.
@Suite("The conformance vectors of gradient-based proxies")
struct ConformanceTests {
  /// A word of the portable generator, counted from 1.
  static func word(stream: UInt64, at i: Int) -> UInt64 {
    var z = stream &* 0xD134_2543_DE82_EF95 &+ UInt64(i) &* 0x9E37_79B9_7F4A_7C15
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// The sum of twelve uniform numbers, less its mean.
  static func normal(stream: UInt64, at k: Int) -> Double {
    (1...12).reduce(0) { $0 + Double(word(stream: stream, at: 12 * k + $1) >> 11) * 0x1p-53 } - 6
  }

  let batch = 8
  let classes = 10

  func parameters(_ network: Network) -> Parameters {
    Parameters(
      network.parameters.enumerated().map { t, spec in
        switch spec.role {
        case .weight:
          let deviation = (2 / Double(spec.fanIn)).squareRoot()
          return (0..<spec.count).map {
            Float(Self.normal(stream: UInt64(1000 + t), at: $0) * deviation)
          }
        case .scale: return [Float](repeating: 1, count: spec.count)
        case .shift, .bias, .constant, .normal:
          return [Float](repeating: 0, count: spec.count)
        }
      }, for: network)
  }

  func linearization(_ cell: String, stream: UInt64, _ mode: NormalizationMode) throws
    -> Linearization
  {
    let network = try cellNetwork(cell)
    return try Linearization(
      network, parameters: parameters(network),
      images: (0..<batch * 3 * 64).map { Float(Self.normal(stream: stream, at: $0)) },
      normalization: mode, engine: KernelEngine(precision: .double), arena: Arena())
  }

  /// The cotangent of the mean cross-entropy with labels `(7 i + 3) mod 10`.
  func lossCotangent(_ logits: Matrix) -> Matrix {
    var result = probabilities(logits)
    for i in 0..<logits.rows {
      result[i, (7 * i + 3) % classes] -= 1
    }
    return result.scaled(by: 1 / Double(logits.rows))
  }

  /// The derivative of that cotangent for a derivative of the logits.
  func lossCotangentTangent(_ logits: Matrix, _ tangent: Matrix) -> Matrix {
    var result = probabilities(logits)
    for i in 0..<logits.rows {
      let mean = (0..<classes).reduce(0) { $0 + result[i, $1] * tangent[i, $1] }
      for c in 0..<classes { result[i, c] *= tangent[i, c] - mean }
    }
    return result.scaled(by: 1 / Double(logits.rows))
  }

  private func probabilities(_ logits: Matrix) -> Matrix {
    var result = Matrix(rows: logits.rows, columns: logits.columns)
    for i in 0..<logits.rows {
      let row = (0..<logits.columns).map { logits[i, $0] }
      let top = row.max() ?? 0
      let powers = row.map { exponential($0 - top) }
      let total = powers.reduce(0, +)
      for c in row.indices { result[i, c] = powers[c] / total }
    }
    return result
  }

  /// `exp` without Foundation: halved until the series converges at once, then squared back.
  func exponential(_ x: Double) -> Double {
    var (term, sum) = (1.0, 1.0)
    let reduced = x / 1024
    for k in 1...12 {
      term *= reduced / Double(k)
      sum += term
    }
    for _ in 0..<10 { sum *= sum }
    return sum
  }

  @Test("agree on the logits of both kinds of normalisation")
  func logits() throws {
    let fresh = try linearization("3s1sp3", stream: 1, .fresh).output
    let expected = [
      10.1765213918, 1.6932457623, -12.6333147912, -5.6689575587, 12.4258138173, -3.8141309170,
      9.2482509071, 18.3740350438, 20.0345540044, -0.4848604883,
    ]
    for c in 0..<10 { #expect(abs(fresh[0, c] - expected[c]) < 1e-9) }
    let batch = try linearization("3s1sp3", stream: 1, .batch).output
    for (c, logit) in [1.2617958342, -0.0581598054, -0.2377461846].enumerated() {
      #expect(abs(batch[0, c] - logit) < 1e-9)
    }
  }

  @Test("agree on the derivatives of one image's logits by the first weight")
  func jacobian() throws {
    let point = try linearization("3s1sp3", stream: 1, .fresh)
    for (c, expected) in [0.07880201, 2.75362686, -1.01848246, -0.48002161].enumerated() {
      var cotangent = Matrix(rows: batch, columns: classes)
      cotangent[0, c] = 1
      #expect(abs(try point.pullback(cotangent).parameters[0][0] - expected) < 1e-8)
    }
  }

  @Test(
    "agree on the gradient norm",
    arguments: [
      ("3s1sp3", 3.575014384381), ("333333", 4.967733809022), ("p1nns1", 5.296065914144),
      ("nsnnns", 2.285794028485), ("nnnnnn", 0.158113883008), ("pppppp", 3.480822342302),
      ("3nnsnn", 2.162816510956),
    ])
  func gradientNorm(cell: String, expected: Double) throws {
    let point = try linearization(cell, stream: 1, .batch)
    let gradient = try point.pullback(lossCotangent(point.output)).parameters
    #expect(abs(norm(gradient.flatMap { $0 }) / expected - 1) < 1e-9)
  }

  @Test(
    "agree on the saliency of weights",
    arguments: [
      ("3s1sp3", 27.880941983507), ("333333", 57.594055281905), ("p1nns1", 40.153487740913),
      ("nsnnns", 18.457878189001), ("nnnnnn", 0), ("pppppp", 16.297382265830),
      ("3nnsnn", 15.137449330270),
    ])
  func saliency(cell: String, expected: Double) throws {
    let point = try linearization(cell, stream: 11, .batch)
    let gradient = try point.pullback(lossCotangent(point.output)).parameters
    let score = saliency(point, parameters(point.network), gradient)
    // The tolerance that the vectors state for double precision.
    #expect(abs(score - expected) <= 1e-8 * max(expected, 1), "\(score)")
  }

  @Test(
    "agree on the curvature along the weights",
    arguments: [
      ("3s1sp3", 5.958118498104), ("333333", 9.545745824452), ("p1nns1", 14.978969006429),
      ("nsnnns", 3.656327467500), ("nnnnnn", 0), ("pppppp", 1.008789511958),
      ("3nnsnn", 1.618237127046),
    ])
  func curvature(cell: String, expected: Double) throws {
    let point = try linearization(cell, stream: 11, .batch)
    let result = try point.radialCurvature { logits, tangent in
      (lossCotangent(logits), lossCotangentTangent(logits, tangent))
    }
    var score = 0.0
    for (t, spec) in point.network.parameters.enumerated() where spec.role.isLayerWeight {
      score -= dot(result.gradient[t], result.curvature[t])
    }
    #expect(abs(score - expected) <= 1e-8 * max(expected, 1), "\(score)")
    // The gradient comes along.
    let gradient = try point.pullback(lossCotangent(point.output)).parameters
    #expect(result.gradient == gradient)
  }

  @Test(
    "agree on the synaptic flow, without normalisation",
    arguments: [
      ("3s1sp3", 19842609835856.2), ("333333", 347782640251844), ("p1nns1", 7352671409.89217),
      ("nsnnns", 2508814.71186348), ("nnnnnn", 0), ("pppppp", 161754929.042905),
      ("3nnsnn", 2412240.26236452),
    ])
  func synapticFlow(cell: String, expected: Double) throws {
    let network = try cellNetwork(cell)
    let positive = Parameters(parameters(network).values.map { $0.map(abs) }, for: network)
    let point = try Linearization(
      network, parameters: positive, images: [Float](repeating: 1, count: 3 * 64),
      normalization: .identity, engine: KernelEngine(precision: .double), arena: Arena())
    let ones = Matrix(rows: 1, columns: classes, values: [Double](repeating: 1, count: classes))
    let score = saliency(point, positive, try point.pullback(ones).parameters)
    #expect(abs(score - expected) <= 1e-13 * expected)
  }

  /// `sum |w dL/dw|` over the weights of convolutions and linear layers.
  private func saliency(_ point: Linearization, _ weights: Parameters, _ gradient: [[Double]])
    -> Double
  {
    var sum = 0.0
    for (t, spec) in point.network.parameters.enumerated() where spec.role.isLayerWeight {
      for (w, g) in zip(weights.values[t], gradient[t]) { sum += abs(Double(w) * g) }
    }
    return sum
  }

  /// Trainability of AZ-NAS: the largest singular value of each block's transported signs.
  @Test(
    "agree on the derivatives of single blocks",
    arguments: [
      ("3s1sp3", -0.410371302007), ("333333", -0.397005485887), ("p1nns1", -0.377140732050),
      ("nnnnnn", -599998.911535198), ("pppppp", -0.638362895061),
    ])
  func blocks(cell: String, expected: Double) throws {
    let point = try linearization(cell, stream: 1, .batch)
    let ends = point.network.blockOutputs
    var total = 0.0
    for k in 1..<ends.count {
      let (source, target) = (ends[ends.count - k], ends[ends.count - k - 1])
      let (outer, inner) = (point.network.nodes[source].shape, point.network.nodes[target].shape)
      let signs = Matrix(
        rows: batch, columns: outer.count,
        values: (1...batch * outer.count).map {
          Self.word(stream: UInt64(5000 + k), at: $0) >> 63 == 0 ? 1 : -1
        })
      let pulled = try point.pullback(signs, from: source, to: [target], parameters: false).nodes[0]
      // Channels of either side at the places of the output; a coarser side takes each place apart.
      let ratio = inner.height / outer.height
      var product = Matrix(rows: inner.channels * ratio * ratio, columns: outer.channels)
      for b in 0..<batch {
        for c in 0..<inner.channels {
          for y in 0..<inner.height {
            for x in 0..<inner.width {
              let row = (c * ratio + y % ratio) * ratio + x % ratio
              let value = pulled[b, (c * inner.height + y) * inner.width + x]
              if value == 0 { continue }
              let place = y / ratio * outer.width + x / ratio
              for o in 0..<outer.channels {
                product[row, o] += value * signs[b, o * outer.area + place]
              }
            }
          }
        }
      }
      let largest = try product.singularValues().first ?? 0
      let sigma = largest / Double(batch * outer.area)
      total += -sigma - 1 / (sigma + 1e-6) + 2
    }
    let score = total / Double(ends.count - 1)
    #expect(abs(score / expected - 1) < 1e-9)
  }
}
