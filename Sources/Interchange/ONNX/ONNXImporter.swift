internal import Networks
internal import Operators
public import Tensors

#if canImport(FoundationEssentials)
  public import FoundationEssentials
#else
  public import Foundation
#endif

/// Reads networks from ONNX files.
///
/// A file is decoded, functions are put in the place of their calls, and everything that does not depend on the
/// images is carried out; the batch is taken out of every shape, so that layers compute the values of one image;
/// what exporters take apart is put together again; and the network is built.
public struct ONNXImporter: Sendable {
  /// The extents of an image, channels first, for axes that the file leaves open; `nil` to take the file's.
  public var inputShape: Shape?
  /// Rows and columns of an image for axes that the file leaves open.
  public var resolution: Int?
  /// Whether a softmax at the end is left out, so that the network gives logits.
  public var endsAtLogits: Bool
  /// Whether fresh batch normalisations are put behind biased convolutions.
  public var unfolds: Bool
  /// The output to end at; `nil` for the first.
  public var output: String?

  /// Creates an importer.
  public init(
    inputShape: Shape? = nil, resolution: Int? = nil, endsAtLogits: Bool = true,
    unfolds: Bool = false, output: String? = nil
  ) {
    self.inputShape = inputShape
    self.resolution = resolution
    self.endsAtLogits = endsAtLogits
    self.unfolds = unfolds
    self.output = output
  }

  /// Reads a file.
  ///
  /// - Parameter path: the path of the file; numbers may lie in other files below its folder.
  /// - Returns: the network with the numbers of the file.
  /// - Throws: ``ONNXError``.
  public func network(contentsOfFile path: String) throws(ONNXError) -> ImportedNetwork {
    let bytes = try ModelFile.bytes(path)
    return try network(ModelDecoder.model(bytes, file: path, path: path), file: path, bytes.count)
  }

  /// Reads a model in memory.
  ///
  /// - Parameters:
  ///   - bytes: the model; its numbers must all be inside.
  ///   - name: what messages call it.
  /// - Returns: the network with the numbers of the file.
  /// - Throws: ``ONNXError``.
  public func network(bytes: Data, name: String) throws(ONNXError) -> ImportedNetwork {
    try network(ModelDecoder.model(bytes, file: name, path: nil), file: name, bytes.count)
  }

  /// Looks through a file: its operators, and the network where all of them are supported.
  ///
  /// - Parameter path: the path of the file.
  /// - Returns: what the file has.
  /// - Throws: ``ONNXError`` where the file is to blame, not for what is unsupported.
  public func survey(contentsOfFile path: String) throws(ONNXError) -> ONNXSurvey {
    let bytes = try ModelFile.bytes(path)
    return try survey(ModelDecoder.model(bytes, file: path, path: path), file: path, bytes.count)
  }

  private func network(_ model: Model, file: String, _ bytes: Int) throws(ONNXError)
    -> ImportedNetwork
  {
    let survey = try survey(model, file: file, bytes)
    guard let network = survey.network else {
      throw ONNXError(file: file, problem: .unsupported(survey.unsupported))
    }
    return network
  }

  private func survey(_ model: Model, file: String, _ bytes: Int) throws(ONNXError) -> ONNXSurvey {
    func error(_ text: String, at place: String? = nil) -> ONNXError {
      ONNXError(file: file, place: place, problem: .malformed(text))
    }
    var graph = try FunctionInlining.graph(of: model, file: file)
    guard let wanted = try output(of: graph, file: file) else {
      throw error("has no output")
    }
    graph.outputs = [wanted]
    // A file of this library keeps what its network builds, edges that lead nowhere included.
    let own = ModelMetadata(model)
    let nodes = try NodeOrder(file: file, keepsAll: own.isOwn).nodes(of: graph)

    let input = try ModelInput(
      graph, read: nodes, shape: inputShape, resolution: resolution, file: file)
    let numbers = graph.tensors.reduce(0) { $0 + $1.count }
    var translator = Translator(
      Translation(
        batch: input.probe(above: graph), fixedBatch: input.fixedBatch, producer: model.producer,
        roles: own.roles, input: input.shape, elementLimit: 1 << 24 + 4 * max(numbers, bytes)),
      file: file)
    for tensor in graph.tensors { translator.define(tensor.name, .known(KnownTensor(tensor))) }
    try translator.define(input)
    try translator.translate(nodes)

    let counts = Self.counts(nodes, unsupported: translator.unsupported)
    guard translator.unsupported.isEmpty else {
      return ONNXSurvey(
        file: file, operators: counts, unsupported: translator.unsupported, network: nil)
    }
    guard case .traced(let traced)? = translator.value(wanted.name), let place = traced.batch else {
      throw error("does not depend on the images", at: "output \(wanted.name)")
    }
    guard place.axis == 0, !place.isKept else {
      throw error("is not one value for each image", at: "output \(wanted.name)")
    }
    try check(wanted, traced, translator.translation, file)
    var whole = translator.translation.graph
    whole.kept = own.isOwn ? translator.deadEnds(of: nodes) : []
    whole.blockEnds = own.blocks.compactMap(translator.layer)
    var layers = whole.pruned(to: traced.layer)
    layers = Idioms.normalized(layers)
    var remarks: [ImportedNetwork.Remark] = []
    layers = finished(layers, remarks: &remarks)
    var network = try LayerBuilder(
      layers, file: file, metadata: own
    ).network(
      output: wanted.name, input: input, operators: counts, remarks: remarks)
    network.architecture = own.architecture
    return ONNXSurvey(file: file, operators: counts, unsupported: [], network: network)
  }

  private func output(of graph: ModelGraph, file: String) throws(ONNXError) -> ModelValue? {
    guard let output else { return graph.outputs.first }
    guard let found = graph.outputs.first(where: { $0.name == output }) else {
      let names = graph.outputs.map(\.name).joined(separator: ", ")
      throw ONNXError(
        file: file, problem: .malformed("has no output \(output), but \(names)"))
    }
    return found
  }

  /// Compares the extents that the file promises with those that came out.
  private func check(
    _ value: ModelValue, _ traced: Traced, _ translation: Translation, _ file: String
  ) throws(ONNXError) {
    guard let promised = value.extents, inputShape == nil, resolution == nil else { return }
    let extents = translation.extents(traced)
    let agrees =
      promised.count == extents.count
      && zip(promised, extents).dropFirst().allSatisfy { $0 == nil || $0 == $1 }
    guard agrees else {
      let text = promised.map { $0.map(String.init) ?? "?" }.joined(separator: ", ")
      throw ONNXError(
        file: file, place: "output \(value.name)",
        problem: .malformed(
          "has the shape [\(text)] by the file, and \(traced.shape) for an image by its nodes"))
    }
  }

  /// The network as it is scored: without the softmax, or with batch normalisations, where that was asked for.
  private func finished(_ graph: LayerGraph, remarks: inout [ImportedNetwork.Remark])
    -> LayerGraph
  {
    var graph = graph
    // A vector of logits may still have axes of one place.
    let extents = graph.layers[graph.layers.count - 1].shape.extents
    if extents.count > 1, extents.dropFirst().allSatisfy({ $0 == 1 }) {
      let last = graph.layers.count - 1
      _ = try? graph.add(Reshape(to: [extents[0]]), [last], name: graph.layers[last].name)
    }
    if endsAtLogits, let last = graph.layers.last, last.op is Softmax || last.op is LogSoftmax {
      graph = graph.pruned(to: last.inputs[0])
      remarks.append(.softmaxLeftOut)
    }
    let convolutions = graph.layers.count { $0.op is Convolution }
    let hasNormalization = graph.layers.contains { $0.op?.kind == .normalization }
    if unfolds, convolutions > 0 {
      let before = graph.layers.count { $0.op is BatchNormalization }
      graph = graph.rewritten(by: UnfoldedNormalization(graph))
      remarks.append(
        .unfolded(
          normalizations: graph.layers.count { $0.op is BatchNormalization } - before))
    } else if convolutions > 1, !hasNormalization {
      remarks.append(.foldedNormalization(convolutions: convolutions))
    }
    return graph
  }

  private static func counts(
    _ nodes: [ModelNode], unsupported: [ONNXError.UnsupportedOperator]
  ) -> [ImportedNetwork.OperatorCount] {
    var order: [String] = []
    var counts: [String: (name: String, domain: String, count: Int)] = [:]
    for node in nodes {
      let key = "\(node.domain)/\(node.type)"
      if counts[key] == nil { order.append(key) }
      counts[key, default: (node.type, node.domain, 0)].count += 1
    }
    let missing = Set(unsupported.map { "\($0.domain)/\($0.name)" })
    return order.compactMap { key in
      counts[key].map {
        ImportedNetwork.OperatorCount(
          name: $0.name, domain: $0.domain, count: $0.count, isSupported: !missing.contains(key))
      }
    }
  }
}
