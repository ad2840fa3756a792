package import Derivatives
internal import Networks
internal import Ranking
package import Tensors

/// The covariance of the channels of a feature map over all places of a minibatch.
package struct ChannelCovariance {
  /// `X^T X / n` of the centred features, `channels x channels`.
  package let matrix: Matrix
  /// The square root of all variances over all squared means: how much there is besides a constant.
  package let relativeDeviation: Double

  /// Joins the parts of a covariance: sums of deviations from a centre, and of their products.
  ///
  /// - Parameters:
  ///   - centre: a number near the mean of each channel.
  ///   - sums: the sum of `x - centre` of each channel.
  ///   - products: the sums of the products of all pairs of these.
  ///   - places: how many places were summed.
  package init(centre: [Double], sums: [Double], products: [Double], places: Int) {
    let n = Double(places)
    let channels = centre.count
    var matrix = Matrix(rows: channels, columns: channels)
    for i in 0..<channels {
      for j in 0..<channels {
        matrix[i, j] = products[i * channels + j] / n - sums[i] / n * (sums[j] / n)
      }
    }
    var variance = 0.0
    var squares = 0.0
    for channel in 0..<channels {
      // Rounding may go below zero; what is not a number must stay so.
      if matrix[channel, channel] < 0 { matrix[channel, channel] = 0 }
      variance += matrix[channel, channel]
      let mean = centre[channel] + sums[channel] / n
      squares += mean * mean
    }
    self.matrix = matrix
    relativeDeviation = variance == 0 ? 0 : (variance / squares).squareRoot()
  }

  /// The covariances of several nodes of a network, chunk by chunk on all workers.
  ///
  /// - Parameters:
  ///   - nodes: positions of nodes.
  ///   - linearization: the network with a minibatch.
  /// - Returns: a covariance for each node.
  /// - Throws: `BackendError` when a value has to be computed again and a library call fails.
  package static func measure(
    _ nodes: [Int], of linearization: Linearization
  ) throws(BackendError) -> [ChannelCovariance] {
    try measure(
      areas: nodes.map { linearization.network.nodes[$0].shape.area }, batch: linearization.batch,
      chunks: linearization.chunks
    ) { images, body throws(BackendError) in
      try linearization.read(nodes, images: images, body)
    }
  }

  /// The covariances at the ends of some blocks of a network, chunk by chunk on all workers.
  package static func measure(
    ends numbers: [Int], of blocks: NetworkBlocks
  ) throws(BackendError) -> [ChannelCovariance] {
    let network = blocks.network
    return try measure(
      areas: numbers.map { network.nodes[network.blockOutputs[$0]].shape.area },
      batch: blocks.batch, chunks: blocks.chunks
    ) { _, body throws(BackendError) in try blocks.read(numbers, body) }
  }

  private static func measure(
    areas: [Int], batch: Int, chunks: Int,
    read: (_ images: Int?, (Int, [Tensor]) -> Void) throws(BackendError) -> Void
  ) throws(BackendError) -> [ChannelCovariance] {
    // All chunks must have one centre, near the means: that of the first image will do.
    let centres = Centres(count: areas.count)
    try read(1) { chunk, values in
      guard chunk == 0 else { return }
      centres.lists = values.map { $0.roughChannelMeans() }
    }
    let parts = (0..<chunks).map { _ in Part() }
    try read(nil) { chunk, values in
      for (value, centre) in zip(values, centres.lists) {
        var products = [Double](repeating: 0, count: centre.count * centre.count)
        value.addChannelProducts(with: value, about: centre, centre, to: &products)
        parts[chunk].products.append(products)
        parts[chunk].sums.append(value.centredMoments(about: centre).sum)
      }
    }
    return areas.indices.map { number in
      let centre = centres.lists[number]
      var sums = [Double](repeating: 0, count: centre.count)
      var products = [Double](repeating: 0, count: centre.count * centre.count)
      for part in parts {
        for c in sums.indices { sums[c] += part.sums[number][c] }
        for p in products.indices { products[p] += part.products[number][p] }
      }
      return ChannelCovariance(
        centre: centre, sums: sums, products: products,
        places: batch * areas[number])
    }
  }

  private final class Centres {
    var lists: [[Double]]
    init(count: Int) { lists = [[Double]](repeating: [], count: count) }
  }

  /// What one chunk adds, by node.
  private final class Part {
    var sums: [[Double]] = []
    var products: [[Double]] = []
  }
}
