import Networks
import Operators
import Tensors

/// A small network in the manner of NAS-Bench-201: stem, cell, reduction, cell, reduction, cell,
/// head; parameters in the order of the benchmark's modules.
///
/// A cell is six operations on the edges (0,1), (0,2), (1,2), (0,3), (1,3), (2,3), one letter each:
/// `n` none, `s` skip, `1` and `3` convolutions, `p` average pooling.
func cellNetwork(_ cell: String, channels: Int = 4, size: Int = 8, classes: Int = 10) throws
  -> Network
{
  var builder = CellBuilder(
    NetworkBuilder(input: Shape(channels: 3, height: size, width: size)))
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
    x = try builder.add(ReLU(), x, name: "lastact.1")
    x = try builder.add(GlobalAveragePool(), x, name: "pool")
    _ = try builder.add(
      Linear(inFeatures: width, outFeatures: classes), x, name: "classifier")
    return builder.build()
  }

  /// ReLU, convolution, normalisation.
  mutating func unit(
    _ x: Int, from: Int, to: Int, kernel: Int, stride: Int = 1, groups: Int = 1, name: String
  ) throws -> Int {
    let gated = try builder.add(ReLU(), x, name: "\(name).0")
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
  var cell = CellBuilder(NetworkBuilder(input: Shape(channels: 2, height: 7, width: 6)))
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
    Linear(inFeatures: 20, outFeatures: 9), vector, name: "hidden")
  let gate = try cell.builder.add(ReLU(), hidden, name: "gate")
  _ = try cell.builder.add(Linear(inFeatures: 9, outFeatures: 4), gate, name: "head")
  return cell.builder.build()
}

/// A network with biases of convolutions: before a normalisation as in a shortcut, alone, behind
/// another bias, and behind a zero, where the bias is all that there is.
func biasedNetwork() throws -> Network {
  var cell = CellBuilder(NetworkBuilder(input: Shape(channels: 2, height: 6, width: 5)))
  func biased(_ x: Int, from: Int, to: Int, stride: Int = 1, name: String) throws -> Int {
    let convolved = try cell.builder.add(
      Convolution(inChannels: from, outChannels: to, kernel: 1, stride: stride), x, name: name)
    return try cell.builder.add(ConvolutionBias(channels: to), convolved, name: name)
  }
  let stem = try biased(0, from: 2, to: 17, name: "stem")
  let body = try cell.unit(
    stem, from: 17, to: 17, kernel: 3, stride: 2, groups: 17, name: "body")
  let shortcut = try biased(stem, from: 17, to: 17, stride: 2, name: "shortcut")
  let normalized = try cell.builder.add(
    BatchNormalization(channels: 17, epsilon: 1e-3), shortcut, name: "shortcut.norm")
  let zero = try cell.builder.add(Zero(), body, name: "zero")
  let constant = try cell.builder.add(ConvolutionBias(channels: 17), zero, name: "constant")
  let sum = try cell.builder.add(Sum(), body, normalized, constant, name: "sum")
  let gate = try cell.builder.add(ReLU(), sum, name: "gate")
  let last = try biased(gate, from: 17, to: 5, name: "last")
  let again = try cell.builder.add(ConvolutionBias(channels: 5), last, name: "again")
  let vector = try cell.builder.add(GlobalAveragePool(), again, name: "vector")
  _ = try cell.builder.add(Linear(inFeatures: 5, outFeatures: 4), vector, name: "head")
  return cell.builder.build()
}

/// A network with squeeze-and-excitation in all manners: behind normalisations as in units, where the
/// maps are read by others too; with a sigmoid of maps; with maps and vector of two branches; with
/// factors that are one half, or nothing, by structure; on vectors, and with itself.
func squeezedNetwork() throws -> Network {
  var cell = CellBuilder(NetworkBuilder(input: Shape(channels: 2, height: 6, width: 5)))
  func convolved(_ x: Int, from: Int, to: Int, kernel: Int = 1, stride: Int = 1, name: String)
    throws -> Int
  {
    try cell.builder.add(
      Convolution(inChannels: from, outChannels: to, kernel: kernel, stride: stride), x, name: name)
  }
  func pooled(_ x: Int, name: String) throws -> Int {
    try cell.builder.add(GlobalAveragePool(keepsPlaces: true), x, name: name)
  }
  func sigmoid(_ x: Int, name: String) throws -> Int {
    try cell.builder.add(Sigmoid(), x, name: name)
  }
  func product(_ x: Int, _ vector: Int, name: String) throws -> Int {
    try cell.builder.add(Multiply(), x, vector, name: name)
  }
  func squeezed(_ x: Int, width: Int, to: Int, name: String) throws -> Int {
    let means = try pooled(x, name: "\(name).pool")
    var factors = try convolved(means, from: width, to: to, name: "\(name).squeeze")
    factors = try cell.builder.add(
      BatchNormalization(channels: to, epsilon: 0.25), factors, name: "\(name).squeeze_norm")
    factors = try cell.unit(factors, from: to, to: width, kernel: 1, name: "\(name).excite")
    return try product(x, sigmoid(factors, name: "\(name).factors"), name: "\(name).product")
  }

  let stem = try cell.unit(0, from: 2, to: 18, kernel: 3, name: "stem")
  let gate = try cell.builder.add(ReLU(), stem, name: "gate")
  let first = try squeezed(gate, width: 18, to: 5, name: "first")
  // Without a normalisation behind it, so that the size of the weights counts.
  let wide = try convolved(first, from: 18, to: 20, kernel: 3, stride: 2, name: "wide")
  let second = try squeezed(wide, width: 20, to: 3, name: "second")
  cell.builder.endBlock()
  let smooth = try sigmoid(second, name: "smooth")
  // Means that only a product reads.
  let crossed = try product(
    smooth, pooled(wide, name: "cross.pool"), name: "cross.product")
  let zero = try cell.builder.add(Zero(), pooled(second, name: "zero.pool"), name: "zero")
  let halved = try product(wide, sigmoid(zero, name: "half"), name: "halved")
  let none = try product(second, zero, name: "none")
  let sum = try cell.builder.add(Sum(), crossed, halved, none, second, name: "sum")
  let means = try pooled(sum, name: "means")
  let square = try product(means, means, name: "square")
  let both = try cell.builder.add(Sum(), square, means, name: "both")
  let vector = try cell.builder.add(GlobalAveragePool(), both, name: "vector")
  _ = try cell.builder.add(Linear(inFeatures: 20, outFeatures: 4), vector, name: "head")
  return cell.builder.build()
}

/// The network without its last linear layer: it ends in features.
func headlessNetwork() throws -> Network {
  var cell = CellBuilder(NetworkBuilder(input: Shape(channels: 3, height: 5, width: 5)))
  let stem = try cell.builder.add(
    Convolution(inChannels: 3, outChannels: 18, kernel: 3), 0, name: "stem")
  let unit = try cell.unit(stem, from: 18, to: 5, kernel: 1, name: "unit")
  let gate = try cell.builder.add(ReLU(), unit, name: "gate")
  _ = try cell.builder.add(GlobalAveragePool(), gate, name: "vector")
  return cell.builder.build()
}
