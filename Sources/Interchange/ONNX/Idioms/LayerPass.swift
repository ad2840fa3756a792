internal import Networks

/// A change of a network that is being read that keeps its values: several layers become one that says what they
/// are together.
protocol LayerPass {
  /// What stands for a layer instead, `nil` to keep it.
  ///
  /// - Parameters:
  ///   - layer: the layer, whose inputs are layers of the new network.
  ///   - position: its place in the old network.
  ///   - network: the new network so far.
  /// - Returns: a layer of the new network.
  func replacement(for layer: Layer, at position: Int, in network: inout Rewriting) -> Int?
}

/// A network that is being made out of another.
struct Rewriting {
  private(set) var graph: LayerGraph
  /// How often each layer is read, counted in the network that this one is made of: an upper bound.
  private var readers: [Int]

  init(input: Layer, readers: Int) {
    graph = LayerGraph(input: input.shape)
    self.readers = [readers]
  }

  subscript(position: Int) -> Layer { graph[position] }

  /// The operator of a layer, if it is of a type.
  func op<Op: Operator>(_ position: Int, _ type: Op.Type = Op.self) -> Op? {
    graph[position].op as? Op
  }

  /// The operator of a layer that is read only once, if it is of a type.
  func sole<Op: Operator>(_ position: Int, _ type: Op.Type = Op.self) -> Op? {
    readers[position] == 1 ? op(position, type) : nil
  }

  /// Whether a layer is read only once.
  func isSole(_ position: Int) -> Bool { readers[position] == 1 }

  /// Adds a layer, or does not where its shapes do not fit.
  mutating func add(
    _ op: any Operator, _ inputs: [Int], name: String, parameters: [LayerTensor] = [],
    buffers: [LayerTensor] = [], readers count: Int = 1
  ) -> Int? {
    let position = try? graph.add(
      op, inputs, name: name, parameters: parameters, buffers: buffers)
    if position != nil { readers.append(count) }
    return position
  }

  /// Adds a layer as it is.
  mutating func add(_ layer: Layer, readers count: Int) -> Int {
    readers.append(count)
    return graph.append(layer)
  }

  /// Counts readers that a layer has besides, because it stands for another.
  mutating func share(_ position: Int, readers count: Int) {
    readers[position] = max(readers[position], count)
  }
}

extension LayerGraph {
  /// Adds a layer as it is.
  mutating func append(_ layer: Layer) -> Int {
    layers.append(layer)
    return layers.count - 1
  }

  /// The network without what the output does not depend on.
  ///
  /// - Parameter output: the layer of the output, which becomes the last one.
  /// - Returns: the graph.
  func pruned(to output: Int) -> LayerGraph {
    var isLive = [Bool](repeating: false, count: layers.count)
    isLive[output] = true
    // The output must come last.
    for position in kept where position < output { isLive[position] = true }
    for position in layers.indices.reversed() where isLive[position] {
      for input in layers[position].inputs { isLive[input] = true }
    }
    var graph = LayerGraph(input: layers[0].shape)
    var place = [Int](repeating: 0, count: layers.count)
    for position in layers.indices.dropFirst() where isLive[position] && position <= output {
      var layer = layers[position]
      layer.inputs = layer.inputs.map { place[$0] }
      place[position] = graph.append(layer)
    }
    graph.kept = kept.filter { isLive[$0] && $0 < output }.map { place[$0] }
    graph.blockEnds = blockEnds.filter { isLive[$0] && $0 <= output }.map { place[$0] }
    return graph
  }

  /// The network after a pass; the last layer is the output of both.
  func rewritten(by pass: some LayerPass) -> LayerGraph {
    let readers = self.readers
    var rewriting = Rewriting(input: layers[0], readers: readers[0])
    var place = [0]
    for (position, layer) in layers.enumerated().dropFirst() {
      var layer = layer
      layer.inputs = layer.inputs.map { place[$0] }
      if let other = pass.replacement(for: layer, at: position, in: &rewriting) {
        rewriting.share(other, readers: readers[position])
        place.append(other)
      } else {
        place.append(rewriting.add(layer, readers: readers[position]))
      }
    }
    var graph = rewriting.graph
    graph.kept = kept.map { place[$0] }
    graph.blockEnds = blockEnds.map { place[$0] }
    return graph.pruned(to: place[layers.count - 1])
  }
}
