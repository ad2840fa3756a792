public import Networks
internal import Tensors

extension FisherSettings {
  /// The weights whose Fisher information is taken, in registration order.
  ///
  /// - Parameter network: the network that holds them.
  /// - Returns: `weightsPerTensor` addresses for each of the first `dimension` tensors, or of as many
  ///   that are drawn; fewer for a tensor that is shorter, because an index is never taken twice.
  public func selection(in network: Network) -> [WeightAddress] {
    // The stream is the same for every network, so equal tensor shapes give equal indices.
    let stream = RandomStream(seed: 12, text: "", purpose: "weight positions")
    return counted(in: network).flatMap { parameter -> [WeightAddress] in
      let count = network.parameters[parameter].count
      return indices(of: count, stream: stream, parameter: parameter).map {
        WeightAddress(parameter: parameter, index: $0)
      }
    }
  }

  /// The tensors that count, in registration order.
  private func counted(in network: Network) -> [Int] {
    let all = network.parameters.indices
    switch tensors {
    case .tensors: return Array(all.prefix(dimension))
    case .layers:
      return Array(all.filter { network.parameters[$0].role.isLayerWeight }.prefix(dimension))
    case .sampled:
      var generator = MersenneTwister(seed: UInt64(all.count))
      return generator.sample(min(dimension, all.count), below: all.count).sorted()
    }
  }

  private func indices(of count: Int, stream: RandomStream, parameter: Int) -> [Int] {
    if weightsPerTensor == 1 {
      switch position {
      case .fraction(let fraction): return [Int(fraction * Double(count - 1))]
      case .random: return [stream.integer(below: count, at: parameter)]
      }
    }
    let taken = min(weightsPerTensor, count)
    if taken == 1 { return [0] }
    // In integers: a product with the rounded step may end just below a whole number.
    return (0..<taken).map { $0 * (count - 1) / (taken - 1) }
  }
}
