public import Networks
public import Tensors

/// What the weights of one layer have to do with the spectrum of a network's Fisher information.
public struct LayerInfluence: Hashable, Sendable {
  /// What one tensor adds to the trace of the Fisher information, the sum of the eigenvalues.
  public struct Tensor: Hashable, Sendable {
    /// The name of the tensor.
    public let name: String
    /// How many of its weights are selected.
    public let weights: Int
    /// The sum of their diagonal entries.
    public let trace: Double

    /// Joins the parts.
    public init(name: String, weights: Int, trace: Double) {
      self.name = name
      self.weights = weights
      self.trace = trace
    }
  }

  /// The name of the layer: what the names of its tensors begin with.
  public let name: String
  /// Its tensors of which weights are selected, in registration order.
  public let tensors: [Tensor]
  /// Its share of the trace, 0 where the trace is.
  public let share: Double
  /// The entropy of the spectrum without the layer's rows and columns, less that of the whole; `nil` where
  /// nothing is left.
  ///
  /// A layer whose weights are much easier or much harder to estimate than the others makes the spectrum uneven, and
  /// the entropy grows without it.
  public let change: Double?
}

extension FisherInformation {
  /// What each tensor adds to the trace.
  ///
  /// - Parameter network: the network whose information it is.
  /// - Returns: the tensors of which weights are selected, in registration order.
  public func tensorTraces(in network: Network) -> [LayerInfluence.Tensor] {
    selectedTensors(of: network).map(\.tensor)
  }

  private func selectedTensors(
    of network: Network
  ) -> [(parameter: Int, tensor: LayerInfluence.Tensor)] {
    let rows = Dictionary(grouping: selection.indices) { selection[$0].parameter }
    return rows.sorted { $0.key < $1.key }.map { parameter, rows in
      let tensor = LayerInfluence.Tensor(
        name: network.parameters[parameter].name, weights: rows.count,
        trace: rows.reduce(0) { $0 + matrix[$1, $1] })
      return (parameter, tensor)
    }
  }

  /// What each layer has to do with the spectrum.
  ///
  /// The matrix without a layer is the Fisher information of the other weights, so that no further pass is taken: one
  /// eigenvalue problem for each layer. The matrix must be finite.
  ///
  /// - Parameters:
  ///   - network: the network whose information it is.
  ///   - quantiles: those whose entropy is taken.
  /// - Returns: the layers of which weights are selected, in registration order.
  /// - Throws: the failure of the eigenvalue solver.
  public func layerInfluences(
    in network: Network, quantiles: SpectrumQuantiles = .deciles
  ) throws(BackendError) -> [LayerInfluence] {
    let owners = network.parameterOwners
    // A convolution and the node of its bias have one name.
    func layer(_ parameter: Int) -> String { network.nodes[owners[parameter]].name }
    var order: [String] = []
    var tensors: [String: [LayerInfluence.Tensor]] = [:]
    for (parameter, tensor) in selectedTensors(of: network) {
      let name = layer(parameter)
      if tensors[name] == nil { order.append(name) }
      tensors[name, default: []].append(tensor)
    }
    let entropy = try spectrum(quantiles).entropy
    let trace = selection.indices.reduce(0) { $0 + matrix[$1, $1] }
    var influences: [LayerInfluence] = []
    for name in order {
      let own = tensors[name, default: []]
      let rest = selection.indices.filter { layer(selection[$0].parameter) != name }
      var change: Double?
      if !rest.isEmpty { change = try spectrum(of: rest, quantiles).entropy - entropy }
      influences.append(
        LayerInfluence(
          name: name, tensors: own,
          share: trace > 0 ? own.reduce(0) { $0 + $1.trace } / trace : 0, change: change))
    }
    return influences
  }
}
