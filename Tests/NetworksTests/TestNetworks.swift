import Networks
import Tensors

/// A small network in the manner of NAS-Bench-201: stem, cell, reduction, cell, reduction, cell,
/// head; parameters in the order of the benchmark's modules.
///
/// A cell is six operations on the edges (0,1), (0,2), (1,2), (0,3), (1,3), (2,3), one letter each:
/// `n` none, `s` skip, `1` and `3` convolutions, `p` average pooling.
func cellNetwork(_ cell: String, channels: Int = 4, size: Int = 8, classes: Int = 10) throws
  -> Network
{
  var builder = CellBuilder(NetworkBuilder(input: TensorShape(channels: 3, height: size, width: size)))
  return try builder.build(Array(cell), channels: channels, classes: classes)
}

/// Every operation, dead edges, repeated consumers, disconnected cells.
let cells = [
  "3s1sp3",  // all operations but none
  "333333",
  "p1nnss",  // none among live edges
  "nsnnns",  // skips alone
  "nnnnnn",  // nothing: the output does not depend on the input
  "pppppp",
  "3nnsnn",  // a convolution on a dead edge
  "n3nnn1",  // node 1 is zero, and nothing but zero is read from it
  "13p3p1",  // zero-free, every node read twice
]

struct CellBuilder {
  var builder: NetworkBuilder

  init(_ builder: NetworkBuilder) { self.builder = builder }

  mutating func build(_ cell: [Character], channels: Int, classes: Int) throws -> Network {
    var x = try builder.add(
      Convolution(inChannels: 3, outChannels: channels, kernel: 3), 0, name: "stem.0")
    x = try builder.add(BatchNormalization(channels: channels), x, name: "stem.1")
    builder.endBlock()
    var width = channels
    for stage in 0..<3 {
      if stage > 0 {
        x = try reduction(x, width: width, name: "reduction\(stage)")
        width *= 2
      }
      x = try add(cell, x, width: width, name: "cell\(stage)")
    }
    x = try builder.add(BatchNormalization(channels: width), x, name: "lastact.0")
    x = try builder.add(Rectifier(), x, name: "lastact.1")
    x = try builder.add(GlobalAveragePool(), x, name: "pool")
    _ = try builder.add(
      Dense(inFeatures: width, outFeatures: classes), x, name: "classifier")
    return builder.build()
  }

  /// Rectifier, convolution, normalisation.
  mutating func unit(
    _ x: Int, from: Int, to: Int, kernel: Int, stride: Int = 1, groups: Int = 1, name: String
  ) throws -> Int {
    let gated = try builder.add(Rectifier(), x, name: "\(name).0")
    let convolved = try builder.add(
      Convolution(
        inChannels: from, outChannels: to, kernel: kernel, stride: stride, groups: groups), gated,
      name: "\(name).1")
    return try builder.add(BatchNormalization(channels: to), convolved, name: "\(name).2")
  }

  private mutating func reduction(_ x: Int, width: Int, name: String) throws -> Int {
    let a = try unit(x, from: width, to: 2 * width, kernel: 3, stride: 2, name: "\(name).a")
    let b = try unit(a, from: 2 * width, to: 2 * width, kernel: 3, name: "\(name).b")
    let pooled = try builder.add(
      AveragePool(PoolingGeometry(kernel: 2, stride: 2)), x, name: "\(name).pool")
    let shortcut = try builder.add(
      Convolution(inChannels: width, outChannels: 2 * width, kernel: 1), pooled,
      name: "\(name).shortcut")
    let sum = try builder.add(Sum(), shortcut, b, name: name)
    builder.endBlock()
    return sum
  }

  private mutating func add(_ cell: [Character], _ x: Int, width: Int, name: String) throws -> Int {
    var nodes = [x]
    var edge = 0
    for target in 1...3 {
      var terms: [Int] = []
      for source in 0..<target {
        let name = "\(name).\(edge)"
        switch cell[edge] {
        case "n": terms.append(try builder.add(Zero(), nodes[source], name: name))
        case "s": terms.append(nodes[source])
        case "1":
          terms.append(try unit(nodes[source], from: width, to: width, kernel: 1, name: name))
        case "3":
          terms.append(try unit(nodes[source], from: width, to: width, kernel: 3, name: name))
        case "p":
          terms.append(
            try builder.add(
              AveragePool(PoolingGeometry(kernel: 3, stride: 1, padding: 1)), nodes[source],
              name: name))
        default: preconditionFailure("no operation \(cell[edge])")
        }
        edge += 1
      }
      nodes.append(try builder.add(Sum(), terms, name: "\(name).node\(target)"))
    }
    builder.endBlock()
    return nodes[3]
  }
}

/// A network unlike a cell: groups, a convolution with two readers, a normalisation of a sum, a sum
/// that reads a node twice, and two linear layers with a rectifier between.
func irregularNetwork() throws -> Network {
  var cell = CellBuilder(NetworkBuilder(input: TensorShape(channels: 2, height: 7, width: 6)))
  let stem = try cell.builder.add(
    Convolution(inChannels: 2, outChannels: 6, kernel: 3), 0, name: "stem")
  let normalized = try cell.builder.add(BatchNormalization(channels: 6), stem, name: "norm")
  let grouped = try cell.unit(
    normalized, from: 6, to: 6, kernel: 3, groups: 6, name: "depthwise")
  let twice = try cell.builder.add(Sum(), stem, grouped, grouped, name: "twice")
  let again = try cell.builder.add(BatchNormalization(channels: 6), twice, name: "again")
  let halved = try cell.unit(again, from: 6, to: 20, kernel: 3, stride: 2, groups: 2, name: "half")
  let pooled = try cell.builder.add(
    AveragePool(PoolingGeometry(kernel: 3, stride: 2, padding: 1, countsPadding: true)), halved,
    name: "pool")
  let vector = try cell.builder.add(GlobalAveragePool(), pooled, name: "vector")
  let hidden = try cell.builder.add(
    Dense(inFeatures: 20, outFeatures: 9), vector, name: "hidden")
  let gate = try cell.builder.add(Rectifier(), hidden, name: "gate")
  _ = try cell.builder.add(Dense(inFeatures: 9, outFeatures: 4), gate, name: "head")
  return cell.builder.build()
}

/// The network without its last linear layer: it ends in features.
func headlessNetwork() throws -> Network {
  var cell = CellBuilder(NetworkBuilder(input: TensorShape(channels: 3, height: 5, width: 5)))
  let stem = try cell.builder.add(
    Convolution(inChannels: 3, outChannels: 18, kernel: 3), 0, name: "stem")
  let unit = try cell.unit(stem, from: 18, to: 5, kernel: 1, name: "unit")
  let gate = try cell.builder.add(Rectifier(), unit, name: "gate")
  _ = try cell.builder.add(GlobalAveragePool(), gate, name: "vector")
  return cell.builder.build()
}

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
      let centre = spec.role == .normalizationScale ? 1.0 : 0
      return numbers.normals(spec.count).map { x in
        let rounded = ((centre + deviation * x) / unit).rounded() * unit
        return Float(min(max(rounded, -1.75), 1.75))
      }
    }
    self.network = network
    parameters = Parameters(values, for: network)
    self.batch = batch
    images = numbers.multiples(of: unit, within: 1.75, batch * network.inputShape.imageCount)
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
      rows: setting.batch, columns: setting.network.inputShape.imageCount,
      values: numbers.multiples(of: 0.25, within: 1, setting.images.count))
  }
}
