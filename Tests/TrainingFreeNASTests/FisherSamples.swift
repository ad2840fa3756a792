import Foundation
import PlainTwins
import Testing

@testable import Networks
@testable import Operators
@testable import Scoring
@testable import Spaces
@testable import Studies
@testable import Tensors

/// A network with numbers and a minibatch, made from the portable generator.
struct FisherSample: CustomTestStringConvertible, Sendable {
  /// The cell of section "conformance" with all live operations.
  static let mixed =
    "|nor_conv_3x3~0|+|skip_connect~0|nor_conv_1x1~1|+|skip_connect~0|avg_pool_3x3~1|nor_conv_3x3~2|"
  /// A cell whose first convolution nobody reads.
  static let dead =
    "|nor_conv_3x3~0|+|none~0|none~1|+|skip_connect~0|none~1|none~2|"
  /// A cell with a zero between live edges, and a convolution of zero.
  static let partlyZero =
    "|none~0|+|nor_conv_1x1~0|nor_conv_3x3~1|+|none~0|nor_conv_1x1~1|avg_pool_3x3~2|"

  let testDescription: String
  let network: Network
  var parameters: Parameters
  var inputs: [Float]

  /// Makes a sample whose normalisations, biases included, are moved off 1 and 0.
  init(
    _ cell: String = mixed, width: Int = 4, classes: Int = 5, resolution: Int = 8, batch: Int = 4
  ) throws {
    let cell = try NASBench201Architecture(parsing: cell)
    let network = try NASBench201Skeleton(
      channels: width, cells: 1, classes: classes, resolution: resolution
    ).network(of: cell)
    self.init(
      network, batch: batch,
      description: "\(cell), width \(width), \(classes) classes, \(resolution)x\(resolution)")
  }

  /// The same for any network.
  init(_ network: Network, batch: Int, description: String) {
    self.network = network
    var values = ConformanceConfiguration.parameters(of: network).values
    for (position, spec) in network.parameters.enumerated() where !spec.role.isLayerWeight {
      let noise = PortableGenerator(stream: 9000 + UInt64(position)).normals(
        count: spec.count, scale: 0.2)
      values[position] = zip(values[position], noise).map { $0 + $1 }
    }
    parameters = Parameters(values, for: network)
    inputs = PortableGenerator.noise.normals(count: batch * network.inputShape.count)
    testDescription = description
  }

  var batch: Int { inputs.count / network.inputShape.count }

  func image(_ position: Int) -> ArraySlice<Float> {
    let size = network.inputShape.count
    return inputs[position * size..<(position + 1) * size]
  }

  func fisher(_ settings: FisherSettings, on compute: Compute) throws -> FisherInformation {
    try FisherInformation(
      network, parameters: parameters, inputs: inputs, settings: settings, on: compute)
  }

  func fisher(
    _ settings: FisherSettings, threads: Int = 1, precision: Precision = .double
  ) throws -> FisherInformation {
    try fisher(settings, on: Compute(threads: threads, precision: precision))
  }

  /// The Fisher information from its definition and one-hot Jacobians.
  func slowFisher(_ settings: FisherSettings) throws -> Matrix {
    let minibatch = try FrozenMinibatch(
      network, parameters, inputs, mode: settings.normalization, precision: .double,
      selection: settings.selection(in: network))
    return try minibatch.slowFisher(settings)
  }
}

extension FrozenMinibatch {
  func slowFisher(_ settings: FisherSettings) throws -> Matrix {
    let columns = walk.selection.count
    var sum = [Double](repeating: 0, count: columns * columns)
    for image in 0..<batch {
      let jacobian = try jacobian(image: image)
      let logits = walk.logits(image: image)
      let product = SlowFactor.rows(settings, logits: logits, jacobian: jacobian).gram()
      for place in sum.indices { sum[place] += product.values[place] }
    }
    return Matrix(rows: columns, columns: columns, values: sum.map { $0 / Double(batch) })
  }
}

/// The covariance of the labels, written out as in the definitions.
enum SlowFactor {
  /// Rows whose Gram matrix is `J^T S J` for one sample.
  static func rows(_ settings: FisherSettings, logits: [Double], jacobian: Matrix) -> Matrix {
    let p = PlainNetwork.softmax(logits)
    let isHalf = settings.smoothingRounding.map { $0 == .half } ?? (settings.factor == .released)
    let round = isHalf ? half : { $0 }
    let share = round(settings.smoothing)
    let (keep, each) = (round(1 - share), round(share / Double(p.count)))
    let smoothed = p.map { keep * $0 + each }
    switch settings.factor {
    case .logits: return jacobian
    case .exact: return differences(smoothed, jacobian: jacobian)
    case .released: return released(smoothed).times(jacobian)
    }
  }

  /// `diag(p) - p p^T / s`, `s` being the sum of `p`, as the sum over pairs `c < k` of
  /// `p_c p_k / s (e_c - e_k)(e_c - e_k)^T`, applied to a Jacobian.
  static func differences(_ p: [Double], jacobian: Matrix) -> Matrix {
    var rows: [Double] = []
    let norm = p.reduce(0, +).squareRoot()
    for c in p.indices {
      for k in p.indices where c < k {
        // Two square roots: the product of two small probabilities may underflow.
        let weight = p[c].squareRoot() * p[k].squareRoot() / norm
        for j in 0..<jacobian.columns { rows.append(weight * (jacobian[c, j] - jacobian[k, j])) }
      }
    }
    let pairs = p.count * (p.count - 1) / 2
    return Matrix(rows: pairs, columns: jacobian.columns, values: rows)
  }

  /// `L` with `t_j = 1 - (p_1 + ... + p_j)`, the last `t` set to 0.
  static func released(_ p: [Double]) -> Matrix {
    let classes = p.count
    var t = [1.0]
    for j in 1...classes { t.append(j == classes ? 0 : 1 - p[..<j].reduce(0, +)) }
    var result = Matrix(rows: classes, columns: classes)
    for j in 0..<classes where t[j + 1] > 0 {
      let d = (p[j] * t[j + 1] / t[j]).squareRoot()
      result[j, j] = d
      for i in 0..<classes where i > j { result[i, j] = -p[i] / t[j + 1] * d }
    }
    return result
  }

  /// All numbers of IEEE half precision from 0 up, in order.
  static let halves: [Double] = (0..<31 * 1024).map { bits in
    let (exponent, fraction) = (bits / 1024, Double(bits % 1024))
    return exponent == 0 ? fraction * 0x1p-24 : scalbn(1024 + fraction, exponent - 25)
  }

  /// The nearest of them; of two that are equally near the one with an even last bit.
  static func half(_ x: Double) -> Double {
    var (low, high) = (0, halves.count - 1)
    while high - low > 1 {
      let middle = (low + high) / 2
      if halves[middle] <= x { low = middle } else { high = middle }
    }
    let (below, above) = (x - halves[low], halves[high] - x)
    return halves[below < above || below == above && low % 2 == 0 ? low : high]
  }
}

extension FisherSettings {
  /// What tests vary; everything else is that of the released code.
  static func test(
    _ factor: FisherFactor, _ normalization: NormalizationMode = .fresh, smoothing: Double = 0.05,
    tensors: WeightTensors = .tensors, weightsPerTensor: Int = 1
  ) -> FisherSettings {
    FisherSettings(
      factor: factor, normalization: normalization, smoothing: smoothing, tensors: tensors,
      weightsPerTensor: weightsPerTensor)
  }
}
