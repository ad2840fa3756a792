@testable import Derivatives
@testable import Networks
@testable import Tensors

/// A minibatch walked by one worker with frozen statistics, for tests that look inside.
///
/// The statistics of the minibatch are the sums that the walk offers, joined here once more.
final class FrozenMinibatch {
  let network: Network
  let batch: Int
  let walk: PerSampleWalk

  /// Statistics of a normalisation.
  typealias Statistics = (mean: [Double], variance: [Double])
  private(set) var statistics: [Int: Statistics] = [:]

  /// Binds and runs the forward walk.
  ///
  /// Statistics by node may be given, instead of those of the minibatch; and kernels to use again,
  /// since making them costs more than a small walk.
  init(
    _ network: Network, _ parameters: Parameters, _ inputs: [Float], mode: NormalizationMode,
    precision: Precision, selection: [WeightAddress] = [], given: [Int: Statistics]? = nil,
    engine: KernelEngine? = nil
  ) throws {
    self.network = network
    let size = network.inputShape.count
    batch = inputs.count / size
    let engine = try engine ?? KernelEngine(precision: precision)
    walk = try PerSampleWalk(
      network, parameters: parameters, selection: selection, rows: network.classes, window: batch,
      engine: engine, arena: Arena())
    engine.adopt()
    if mode == .identity { walk.prepare(.identity) }
    for image in 0..<batch {
      walk.setInput(Array(inputs[image * size..<(image + 1) * size]), image: image)
    }
    let isFrozen = mode == .calibrated || mode == .updated
    for level in 0..<walk.levels {
      if isFrozen {
        for node in walk.normalizations(level: level) { freeze(node, given?[node]) }
      }
      for image in 0..<batch { try walk.forward(level: level, image: image) }
    }
    if mode == .updated, given == nil {
      for (node, seen) in statistics { freeze(node, updated(seen, node)) }
      for image in 0..<batch {
        for level in 0..<walk.levels { try walk.forward(level: level, image: image) }
      }
    }
    walk.foldScales()
  }

  private func freeze(_ node: Int, _ given: Statistics?) {
    let frozen = given ?? moments(of: node)
    statistics[node] = frozen
    walk.freeze(node, mean: frozen.mean, variance: frozen.variance)
  }

  /// One step of momentum 0.1 from mean 0 and variance 1 to the mean and the unbiased variance.
  private func updated(_ seen: Statistics, _ node: Int) -> Statistics {
    let count = Double(batch * network.nodes[node].shape.area)
    return (
      seen.mean.map { 0.1 * $0 }, seen.variance.map { 0.9 + 0.1 * $0 * count / (count - 1) }
    )
  }

  private func moments(of node: Int) -> Statistics {
    var joined = walk.moments(of: node, image: 0)
    for image in 1..<max(batch, 1) { joined.add(walk.moments(of: node, image: image)) }
    return (joined.mean, joined.variance)
  }

  var logits: [[Double]] { (0..<batch).map { walk.logits(image: $0) } }

  /// The derivatives of all logits by the selected weights, `classes x selection`, by pulling back
  /// one logit after another; those of the head's own weights from the features alone.
  func jacobian(image: Int) throws -> Matrix {
    let classes = network.classes
    let features = walk.features(image: image)
    let head = walk.head
    var result = try walk.pullback(head?.matrix ?? Matrix.identity(classes), image: image)
    guard head != nil else { return result }
    for (column, address) in walk.selection.enumerated() {
      let own = network.nodes[network.output].parameters
      guard own.contains(address.parameter) else { continue }
      if network.parameters[address.parameter].role.isLayerWeight {
        let (output, input) = address.index.quotientAndRemainder(dividingBy: features.count)
        result[output, column] = features[input]
      } else {
        result[address.index, column] = 1
      }
    }
    return result
  }
}

extension Network {
  /// The part of a network that ends with a node.
  func ending(at last: Int) throws -> Network {
    var builder = NetworkBuilder(input: inputShape)
    for node in nodes[1...last] {
      if let primitive = node.op {
        _ = try builder.add(primitive, node.inputs, name: node.name)
      }
    }
    return builder.build()
  }

  /// The numbers that a beginning of this network has of the numbers of this network.
  func beginning(_ parameters: Parameters, of part: Network) -> Parameters {
    Parameters(Array(parameters.values[..<part.parameters.count]), for: part)
  }
}
