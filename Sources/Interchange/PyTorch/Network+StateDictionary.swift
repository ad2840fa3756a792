public import Formats
public import Networks
internal import Tensors

extension Network {
  /// The tensors of the state dictionary of the network's PyTorch module.
  ///
  /// Besides the parameters these are the running statistics of batch normalisations, mean 0, variance
  /// 1 and 0 minibatches: the network was never run.
  ///
  /// - Parameter parameters: the numbers of the network.
  /// - Returns: the parameters in their order, and behind those of each node what its module keeps.
  public func stateDictionary(_ parameters: Parameters) -> [SafeTensors.Tensor] {
    registrationOrder.flatMap { place in
      let node = nodes[place]
      var tensors = node.parameters.map { position in
        let spec = self.parameters[position]
        return SafeTensors.Tensor(spec.name, shape: spec.shape, parameters.values[position])
      }
      tensors += node.buffers.map { position in
        let spec = buffers[position]
        return SafeTensors.Tensor(spec.name, shape: spec.shape, parameters.buffers[position])
      }
      let exported = node.op?.exported(
        inputs: node.inputs.map { nodes[$0].shape }, output: node.shape)
      tensors += (exported?.pyTorch.module?.counters ?? []).map {
        SafeTensors.Tensor("\(node.name).\($0)", shape: [], [Int32(0)])
      }
      return tensors
    }
  }
}
