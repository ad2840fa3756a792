public import Networks

extension Network {
  /// The tensors of the state dictionary of the network's PyTorch module.
  ///
  /// Besides the parameters these are the running statistics of batch normalisations, mean 0, variance
  /// 1 and 0 minibatches: the network was never run.
  ///
  /// - Parameter parameters: the numbers of the network.
  /// - Returns: the parameters in their order, and behind those of each node what its module keeps.
  public func stateDictionary(_ parameters: Parameters) -> [SafeTensors.Tensor] {
    nodes.flatMap { node in
      var tensors = node.parameters.map { position in
        let spec = self.parameters[position]
        return SafeTensors.Tensor(spec.name, shape: spec.shape, parameters.values[position])
      }
      for buffer in node.primitive?.exported.pyTorch.module?.buffers ?? [] {
        switch buffer {
        case .channels(let name, let count, let value):
          tensors.append(
            SafeTensors.Tensor(
              "\(node.name).\(name)", shape: [count], [Float](repeating: value, count: count)))
        case .counter(let name, let value):
          tensors.append(
            SafeTensors.Tensor("\(node.name).\(name)", shape: [], [Int32(clamping: value)]))
        }
      }
      return tensors
    }
  }
}
