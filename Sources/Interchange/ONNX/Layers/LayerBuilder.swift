internal import Networks
internal import Operators
internal import Tensors

/// From layers to a network with the numbers of the file.
struct LayerBuilder {
  private let graph: LayerGraph
  private let file: String
  /// The names of the parameters in their order; none where it is that of the layers.
  private let registration: [String]
  /// Whether this library wrote the file, which numbers nodes that share a name.
  private let isOwn: Bool
  private var taken: Set<String> = []
  /// The number behind the newest name of several that would be equal.
  private var numbers: [String: Int] = [:]
  private var uses: [String: Int] = [:]

  init(_ graph: LayerGraph, file: String, metadata: ModelMetadata) {
    self.graph = graph
    self.file = file
    registration = metadata.parameters
    isOwn = metadata.isOwn
    for layer in graph.layers {
      for case let name? in (layer.parameters + layer.buffers).map(\.name) {
        uses[name, default: 0] += 1
      }
    }
  }

  /// Builds.
  func network(
    output: String, input: ModelInput, operators: [ImportedNetwork.OperatorCount],
    remarks: [ImportedNetwork.Remark]
  ) throws(ONNXError) -> ImportedNetwork {
    var copy = self
    var builder = NetworkBuilder(input: graph.layers[0].shape)
    let blockEnds = Set(graph.blockEnds)
    /// The node of each layer.
    var nodes = [Int: Int]()
    for (position, layer) in graph.layers.enumerated().dropFirst() {
      guard var op = layer.op else { continue }
      if let reshape = op as? Reshape, reshape.extents.count == 1,
        graph[layer.inputs[0]].shape.rank > 0
      {
        op = Flatten()
      }
      let (name, names) = copy.names(layer, op)
      do throws(NetworkError) {
        nodes[position] = try builder.add(op, layer.inputs, name: name, stateNames: names)
        if blockEnds.contains(position) { builder.endBlock() }
      } catch {
        throw ONNXError(file: file, place: "node \(layer.name)", problem: .malformed(error.problem))
      }
    }
    let registered = registeredLayers()
    builder.register(inOrder: registered.compactMap { nodes[$0] })
    let order = RegistrationOrder([registered]).order(of: graph.layers.count)
    let layers = order.map { graph.layers[$0] }
    let network = builder.build()
    var parameters: [[Float]] = []
    var buffers: [[Float]] = []
    for layer in layers {
      parameters += layer.parameters.map { $0.floats() }
      buffers += layer.buffers.map { $0.floats() }
    }
    guard zip(parameters, network.parameters).allSatisfy({ $0.count == $1.count }),
      parameters.count == network.parameters.count, buffers.count == network.buffers.count,
      zip(buffers, network.buffers).allSatisfy({ $0.count == $1.count })
    else {
      throw ONNXError(file: file, problem: .malformed("has weights that do not fit its layers"))
    }
    let shared = sharedTensors(parameters, of: layers)
    return ImportedNetwork(
      file: file, network: network, stored: Parameters(parameters, buffers: buffers, for: network),
      input: input.name, output: output, isChannelsLast: input.isChannelsLast,
      fixedBatch: input.fixedBatch,
      operators: operators, remarks: remarks + shared.remarks, repeats: shared.repeats)
  }

  /// The layers whose parameters the file orders, in that order.
  private func registeredLayers() -> [Int] {
    let places = Dictionary(zip(registration, registration.indices)) { first, _ in first }
    return graph.layers.indices.compactMap { layer in
      graph.layers[layer].parameters.first?.name.flatMap { places[$0] }.map { (layer, $0) }
    }.sorted { $0.1 < $1.1 }.map(\.0)
  }

  /// Tensors that several layers read, and the places of all but their first reading among the parameters.
  ///
  /// Exporters merge tensors of equal numbers, such as all biases at 0: what is one number everywhere is not shared.
  private func sharedTensors(_ parameters: [[Float]], of layers: [Layer]) -> (
    remarks: [ImportedNetwork.Remark], repeats: [Int]
  ) {
    let names = layers.flatMap(\.parameters).map(\.name)
    var seen: Set<String> = []
    var repeated: [String] = []
    var repeats: [Int] = []
    for (place, name) in names.enumerated() {
      guard let name, uses[name, default: 0] > 1, let first = parameters[place].first,
        !parameters[place].allSatisfy({ $0 == first })
      else { continue }
      if seen.insert(name).inserted { repeated.append(name) } else { repeats.append(place) }
    }
    let remarks = repeated.filter { name in uses[name, default: 0] > 1 }.map { name in
      ImportedNetwork.Remark.sharedTensor(name: name, layers: uses[name, default: 0])
    }
    return (remarks, repeats)
  }

  /// The name of a node, and those of its tensors: what the file calls them, as far as it does.
  private mutating func names(_ layer: Layer, _ op: any Operator) -> (String, [String]?) {
    let tensors = layer.parameters + layer.buffers
    guard !tensors.isEmpty else { return (isOwn ? Self.unnumbered(layer.name) : layer.name, nil) }
    // A tensor is called after its module, as in `layer1.0.conv1.weight`.
    let module = tensors.compactMap(\.name).first { $0.contains(".") }
      .map { $0.split(separator: ".").dropLast().joined(separator: ".") }
    let name = module ?? layer.name
    let specs = op.parameters(named: name).map(\.name) + op.buffers(named: name).map(\.name)
    guard specs.count == tensors.count else { return (name, nil) }
    let names = zip(tensors, specs).map { tensor, spec in unique(tensor.name ?? spec) }
    return (name, names)
  }

  /// A name without the number that tells it from equal ones in a file.
  private static func unnumbered(_ name: String) -> String {
    guard let mark = name.lastIndex(of: "#"), Int(name[name.index(after: mark)...]) != nil else {
      return name
    }
    return String(name[..<mark])
  }

  private mutating func unique(_ name: String) -> String {
    var candidate = name
    while !taken.insert(candidate).inserted {
      numbers[name, default: 1] += 1
      candidate = "\(name)#\(numbers[name, default: 1])"
    }
    return candidate
  }
}
