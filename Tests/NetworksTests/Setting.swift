import Derivatives
import Networks
import PlainTwins
import Tensors

/// A network, its numbers and a minibatch; the numbers are short fractions, so that small changes
/// of them are exact in 32 bits.
struct Setting {
  var network: Network
  var parameters: Parameters
  var images: [Float]
  var batch: Int

  init(_ network: Network, seed: UInt64, batch: Int = 3) {
    var numbers = Numbers(seed: seed, "parameters")
    let unit = 1.0 / 4096
    let values = network.parameters.map { spec in
      let deviation = spec.role.isLayerWeight ? (2 / Double(spec.fanIn)).squareRoot() : 0.3
      let centre = spec.role == .scale ? 1.0 : 0
      return numbers.normals(spec.count).map { x in
        let rounded = ((centre + deviation * x) / unit).rounded() * unit
        return Float(min(max(rounded, -1.75), 1.75))
      }
    }
    self.network = network
    parameters = Parameters(values, for: network)
    self.batch = batch
    images = numbers.multiples(of: unit, within: 1.75, batch * network.inputShape.count)
      .map(Float.init)
  }

  func linearization(_ mode: NormalizationMode, _ precision: Precision) throws -> Linearization {
    try Linearization(
      network, parameters: parameters, images: images, normalization: mode,
      engine: KernelEngine(precision: precision), arena: Arena())
  }

  /// A change of all parameters and of the input in one direction.
  func moved(by step: Double, along direction: Direction) -> Setting {
    var moved = self
    for position in parameters.values.indices {
      guard let change = direction.parameters[position] else { continue }
      for k in change.indices {
        moved.parameters.values[position][k] += Float(step * change[k])
      }
    }
    for k in images.indices { moved.images[k] += Float(step * direction.input.values[k]) }
    return moved
  }
}

/// A direction in the space of parameters and inputs, of few bits.
struct Direction {
  var parameters: [Int: [Double]] = [:]
  var input: Matrix

  init(_ setting: Setting, numbers: inout Numbers) {
    for (position, spec) in setting.network.parameters.enumerated() {
      parameters[position] = numbers.multiples(of: 0.25, within: 1, spec.count)
    }
    input = Matrix(
      rows: setting.batch, columns: setting.network.inputShape.count,
      values: numbers.multiples(of: 0.25, within: 1, setting.images.count))
  }
}
