internal import Foundation
package import Networks
internal import Operators
package import Tensors

/// A network with frozen statistics of its minibatch as plain loops in double, the twin of the walks.
///
/// It knows the primitives of chains with depthwise convolutions, biases of convolutions, sums and
/// squeeze-and-excitation.
package struct PlainNetwork {
  package let network: Network
  private let parameters: [[Double]]
  /// For each image the values of all nodes, row-major.
  private var values: [[[Double]]]
  /// Shift and factor of each normalisation.
  private var statistics: [Int: (mean: [Double], factor: [Double])] = [:]

  /// Runs the minibatch, with its own statistics or with those of new networks after one update by it.
  package init(
    _ network: Network, _ parameters: Parameters, _ inputs: [Float], isUpdated: Bool = false
  ) {
    self.network = network
    self.parameters = parameters.values.map { $0.map(Double.init) }
    let size = network.inputShape.count
    values = stride(from: 0, to: inputs.count, by: size).map { start in
      [inputs[start..<start + size].map(Double.init)]
    }
    for node in network.nodes.indices.dropFirst() {
      if network.nodes[node].op is BatchNormalization { calibrate(node) }
      for image in values.indices { values[image].append(value(node, image)) }
    }
    guard isUpdated else { return }
    for node in network.nodes.indices { update(node) }
    for node in network.nodes.indices.dropFirst() {
      for image in values.indices { values[image][node] = value(node, image) }
    }
  }

  package var batch: Int { values.count }
  package func logits(image: Int) -> [Double] { values[image][network.output] }
  private var head: Node { network.nodes[network.output] }

  // MARK: Values

  private mutating func calibrate(_ node: Int) {
    let (input, shape) = (network.nodes[node].inputs[0], network.nodes[node].shape)
    guard let norm = network.nodes[node].op as? BatchNormalization else { return }
    var (means, factors) = ([Double](), [Double]())
    for c in 0..<shape.channels {
      let numbers = values.flatMap { $0[input][c * shape.area..<(c + 1) * shape.area] }
      let mean = numbers.reduce(0, +) / Double(numbers.count)
      let variance =
        numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(numbers.count)
      means.append(mean)
      factors.append(1 / (variance + norm.epsilon).squareRoot())
    }
    statistics[node] = (means, factors)
  }

  /// One step of momentum 0.1 from mean 0 and variance 1, by the numbers that were normalised.
  private mutating func update(_ node: Int) {
    let (shape, place) = (network.nodes[node].shape, network.nodes[node])
    guard let norm = place.op as? BatchNormalization else { return }
    var (means, factors) = ([Double](), [Double]())
    for c in 0..<shape.channels {
      let numbers = values.flatMap { $0[place.inputs[0]][c * shape.area..<(c + 1) * shape.area] }
      let mean = numbers.reduce(0, +) / Double(numbers.count)
      let squares = numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      let variance = squares / Double(numbers.count - 1)
      means.append(0.1 * mean)
      factors.append(1 / (0.9 + 0.1 * variance + norm.epsilon).squareRoot())
    }
    statistics[node] = (means, factors)
  }

  private func value(_ node: Int, _ image: Int) -> [Double] {
    let place = network.nodes[node]
    let read = place.inputs.map { values[image][$0] }
    let weights = parameters[place.parameters]
    let (channels, area) = (place.shape.channels, place.shape.area)
    switch place.op {
    case let convolution as Convolution:
      var y = [Double](repeating: 0, count: channels * area)
      forEachTap(convolution, node) { y[$0] += weights[weights.startIndex][$2] * read[0][$1] }
      return y
    case is ConvolutionBias:
      return read[0].indices.map { read[0][$0] + weights[weights.startIndex][$0 / area] }
    case is BatchNormalization:
      guard let (mean, factor) = statistics[node] else { return [] }
      let (gamma, beta) = (weights[weights.startIndex], weights[weights.startIndex + 1])
      return read[0].indices.map {
        let c = $0 / area
        return gamma[c] * (read[0][$0] - mean[c]) * factor[c] + beta[c]
      }
    case is ReLU: return read[0].map { max($0, 0) }
    case is Sigmoid: return read[0].map { 1 / (1 + exp(-$0)) }
    case is Multiply: return read[0].indices.map { read[0][$0] * read[1][$0 / area] }
    case is Sum: return read[0].indices.map { i in read.reduce(0) { $0 + $1[i] } }
    case is GlobalAveragePool:
      let size = read[0].count / channels
      return (0..<channels).map { c in
        read[0][c * size..<(c + 1) * size].reduce(0, +) / Double(size)
      }
    case let linear as Linear:
      let (matrix, bias) = (weights[weights.startIndex], weights[weights.startIndex + 1])
      return (0..<linear.outFeatures).map { (o: Int) -> Double in
        var sum = bias[o]
        for i in 0..<linear.inFeatures { sum += matrix[o * linear.inFeatures + i] * read[0][i] }
        return sum
      }
    default: preconditionFailure("\(place.name) has no plain loop")
    }
  }

  /// Output, input and weight of every product of a convolution, as row-major indices.
  private func forEachTap(
    _ convolution: Convolution, _ node: Int, _ body: (Int, Int, Int) -> Void
  ) {
    let (input, output) = (
      network.nodes[network.nodes[node].inputs[0]].shape, network.nodes[node].shape
    )
    let (kernel, perGroup) = (convolution.rows.kernel, convolution.inChannels / convolution.groups)
    for o in 0..<output.channels {
      let group = o / (convolution.outChannels / convolution.groups)
      for i in 0..<perGroup {
        for row in 0..<kernel {
          for column in 0..<kernel {
            let weight = ((o * perGroup + i) * kernel + row) * kernel + column
            for v in 0..<output.height {
              let y = v * convolution.rows.stride + row - convolution.rows.before
              guard y >= 0, y < input.height else { continue }
              for u in 0..<output.width {
                let x = u * convolution.rows.stride + column - convolution.rows.before
                guard x >= 0, x < input.width else { continue }
                body(
                  (o * output.height + v) * output.width + u,
                  ((group * perGroup + i) * input.height + y) * input.width + x, weight)
              }
            }
          }
        }
      }
    }
  }

  // MARK: Derivatives

  /// The derivatives of what the head reads by selected weights, `features x selection`.
  private func featureJacobian(_ selection: [WeightAddress], image: Int) -> Matrix {
    let last = head.inputs[0]
    let features = values[image][last].count
    var jacobian = Matrix(rows: features, columns: selection.count)
    for feature in 0..<features {
      var cotangents = network.nodes.map { [Double](repeating: 0, count: $0.shape.count) }
      cotangents[last][feature] = 1
      var gradients = parameters.map { [Double](repeating: 0, count: $0.count) }
      for node in (1...last).reversed() {
        pull(node, image, &cotangents, &gradients)
      }
      for (column, address) in selection.enumerated() {
        jacobian[feature, column] = gradients[address.parameter][address.index]
      }
    }
    return jacobian
  }

  private func pull(
    _ node: Int, _ image: Int, _ cotangents: inout [[Double]], _ gradients: inout [[Double]]
  ) {
    let place = network.nodes[node]
    let (c, input, area) = (cotangents[node], place.inputs[0], place.shape.area)
    let first = place.parameters.lowerBound
    let x = values[image][input]
    switch place.op {
    case let convolution as Convolution:
      let weights = parameters[first]
      var (pulled, gradient) = (cotangents[input], gradients[first])
      forEachTap(convolution, node) {
        pulled[$1] += weights[$2] * c[$0]
        gradient[$2] += x[$1] * c[$0]
      }
      (cotangents[input], gradients[first]) = (pulled, gradient)
    case is ConvolutionBias:
      for i in c.indices {
        cotangents[input][i] += c[i]
        gradients[first][i / area] += c[i]
      }
    case is BatchNormalization:
      guard let (mean, factor) = statistics[node] else { return }
      for i in c.indices {
        let k = i / area
        cotangents[input][i] += parameters[first][k] * factor[k] * c[i]
        gradients[first][k] += (x[i] - mean[k]) * factor[k] * c[i]
        gradients[first + 1][k] += c[i]
      }
    case is ReLU:
      for i in c.indices where x[i] > 0 { cotangents[input][i] += c[i] }
    case is Sigmoid:
      for i in c.indices {
        let e = exp(-x[i])
        cotangents[input][i] += e / ((1 + e) * (1 + e)) * c[i]
      }
    case is Multiply:
      let vector = place.inputs[1]
      for i in c.indices {
        cotangents[input][i] += values[image][vector][i / area] * c[i]
        cotangents[vector][i / area] += x[i] * c[i]
      }
    case is Sum:
      for input in place.inputs { for i in c.indices { cotangents[input][i] += c[i] } }
    case is GlobalAveragePool:
      let size = x.count / c.count
      for i in x.indices { cotangents[input][i] += c[i / size] / Double(size) }
    default: preconditionFailure("\(place.name) has no plain loop")
    }
  }

  /// The derivatives of the logits of one image by selected weights, `classes x selection`.
  package func jacobian(_ selection: [WeightAddress], image: Int) -> Matrix {
    let features = values[image][head.inputs[0]]
    let first = head.parameters.lowerBound
    let matrix = Matrix(
      rows: network.classes, columns: features.count, values: parameters[first])
    var result = matrix.times(featureJacobian(selection, image: image))
    for (column, address) in selection.enumerated() {
      if address.parameter == first {
        result[address.index / features.count, column] = features[address.index % features.count]
      } else if address.parameter == first + 1 {
        result[address.index, column] = 1
      }
    }
    return result
  }

  /// The Fisher information: the mean of `J^T (diag(p) - p p^T) J` without smoothing.
  package func fisher(_ selection: [WeightAddress]) -> Matrix {
    var rows: [Matrix] = []
    for image in 0..<batch {
      let p = Self.softmax(logits(image: image))
      var jacobian = jacobian(selection, image: image)
      for column in selection.indices {
        let mean = p.indices.reduce(0) { $0 + p[$1] * jacobian[$1, column] }
        for c in p.indices {
          jacobian[c, column] = p[c].squareRoot() * (jacobian[c, column] - mean)
        }
      }
      rows.append(jacobian)
    }
    return Matrix.stacked(rows, columns: selection.count).gram().scaled(by: 1 / Double(batch))
  }

  /// The distribution of some logits.
  package static func softmax(_ logits: [Double]) -> [Double] {
    let top = logits.reduce(-.infinity, max)
    let powers = logits.map { exp($0 - top) }
    return powers.map { $0 / powers.reduce(0, +) }
  }
}
