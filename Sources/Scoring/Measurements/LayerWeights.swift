package import Networks

extension Network {
  /// Positions of the weights of convolutions and linear layers in the parameter order.
  package var layerWeights: [Int] {
    parameters.indices.filter { parameters[$0].role.isLayerWeight }
  }
}

/// The saliency of weights: how much of a function goes away with each, to first order.
package enum Saliency {
  /// The sum of `|w g|` over the weights of each convolution and linear layer.
  ///
  /// - Parameters:
  ///   - network: the network.
  ///   - parameters: its numbers w.
  ///   - gradient: the derivatives g by each parameter tensor.
  /// - Returns: a number for each layer.
  package static func layers(
    of network: Network, parameters: Parameters, gradient: [[Double]]
  ) -> [Double] {
    network.layerWeights.map { position in
      var sum = 0.0
      for (w, g) in zip(parameters.values[position], gradient[position]) {
        sum += abs(Double(w) * g)
      }
      return sum
    }
  }
}
