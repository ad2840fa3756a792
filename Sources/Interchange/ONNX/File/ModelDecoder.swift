internal import ONNXSchema
internal import SwiftProtobuf

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// From the bytes of a file to a model in plain values.
struct ModelDecoder {
  /// Bytes that a file of this format may have: the limit of protocol buffers.
  static let byteLimit = 1 << 31 - 1
  /// The oldest and the newest version of ONNX's own operator set that is understood.
  static let opsets = 9...26
  /// The oldest version of the format.
  static let oldestFormat = 4

  private let file: String
  private var external: ExternalData
  private var opsets: [String: Int] = [:]
  /// What the exporter says of initialisers by name: whether they are parameters.
  private var isParameter: [String: Bool] = [:]
  private var producer = ""
  private var nodes = 0

  private init(file: String, external: ExternalData) {
    self.file = file
    self.external = external
  }

  /// Decodes a model.
  ///
  /// - Parameters:
  ///   - bytes: the whole file.
  ///   - file: its name in messages.
  ///   - path: where it lies, `nil` for a model that is no file.
  /// - Returns: the model.
  /// - Throws: ``ONNXError``.
  static func model(_ bytes: Data, file: String, path: String?) throws(ONNXError) -> Model {
    guard !bytes.isEmpty else {
      throw ONNXError(file: file, problem: .malformed("is empty"))
    }
    guard bytes.count <= byteLimit else {
      throw ONNXError(
        file: file,
        problem: .malformed(
          "has \(bytes.count) bytes, and a model has at most 2 GB beside its data"))
    }
    var options = BinaryDecodingOptions()
    options.discardUnknownFields = true
    let proto: Onnx_ModelProto
    do {
      proto = try Onnx_ModelProto(serializedBytes: bytes, options: options)
    } catch {
      throw ONNXError(file: file, problem: .malformed("is no ONNX model, or a damaged one"))
    }
    var decoder = ModelDecoder(file: file, external: ExternalData(model: path))
    return try decoder.model(proto)
  }

  private func error(_ text: String, at place: String? = nil) -> ONNXError {
    ONNXError(file: file, place: place, problem: .malformed(text))
  }

  private mutating func model(_ proto: Onnx_ModelProto) throws(ONNXError) -> Model {
    guard proto.hasGraph, proto.irVersion > 0 else { throw error("is no ONNX model") }
    guard proto.irVersion >= Self.oldestFormat else {
      throw error(
        "is of version \(proto.irVersion) of the format, and the oldest that is read is \(Self.oldestFormat)"
      )
    }
    opsets = try versions(proto.opsetImport)
    guard let version = opsets[""] else { throw error("does not say its operator set") }
    guard Self.opsets.contains(version) else {
      throw error(
        "is of operator set \(version), and \(Self.opsets.lowerBound) to \(Self.opsets.upperBound) are read"
      )
    }
    producer = proto.producerName
    var metadata: [String: String] = [:]
    for entry in proto.metadataProps { metadata[entry.key] = entry.value }
    // PyTorch says of each of its inputs whether it is a parameter.
    for value in proto.graph.valueInfo + proto.graph.input {
      for entry in value.metadataProps
      where entry.key == "pkg.torch.export.graph_signature.InputSpec.kind" {
        isParameter[value.name] = entry.value == "PARAMETER"
      }
    }
    let graph = try graph(proto.graph)
    var functions: [ModelFunction.Key: ModelFunction] = [:]
    for function in proto.functions {
      let key = ModelFunction.Key(
        domain: Self.domain(function.domain), name: function.name, overload: function.overload)
      guard functions[key] == nil else {
        throw error("is defined twice", at: "function \(key.name)")
      }
      functions[key] = try self.function(function)
    }
    return Model(
      producer: producer, opsets: opsets, graph: graph, functions: functions, metadata: metadata)
  }

  private func versions(_ list: [Onnx_OperatorSetIdProto]) throws(ONNXError) -> [String: Int] {
    var versions: [String: Int] = [:]
    for entry in list { versions[Self.domain(entry.domain)] = Int(entry.version) }
    return versions
  }

  /// The domain of ONNX's own operators has two names.
  private static func domain(_ name: String) -> String { name == "ai.onnx" ? "" : name }

  private mutating func function(_ proto: Onnx_FunctionProto) throws(ONNXError) -> ModelFunction {
    let outer = opsets
    defer { opsets = outer }
    opsets.merge(try versions(proto.opsetImport)) { $1 }
    var defaults: [String: AttributeValue] = [:]
    for attribute in proto.attributeProto {
      defaults[attribute.name] = try value(attribute, of: "function \(proto.name)")
    }
    var nodes: [ModelNode] = []
    for node in proto.node { nodes.append(try self.node(node)) }
    return ModelFunction(
      inputs: proto.input, outputs: proto.output, attributes: proto.attribute, defaults: defaults,
      nodes: nodes)
  }

  private mutating func graph(_ proto: Onnx_GraphProto) throws(ONNXError) -> ModelGraph {
    if let sparse = proto.sparseInitializer.first {
      throw error("is sparse, which is not read", at: "tensor \(sparse.values.name)")
    }
    var graph = ModelGraph()
    var names: Set<String> = []
    for tensor in proto.initializer {
      guard !tensor.name.isEmpty else { throw error("has a tensor without a name") }
      guard names.insert(tensor.name).inserted else {
        throw error("is there twice", at: "tensor \(tensor.name)")
      }
      graph.tensors.append(try self.tensor(tensor, name: tensor.name, isInitializer: true))
    }
    // Up to version 3 of the format every initialiser was an input too, and some exporters still do so.
    graph.inputs = try proto.input.filter { !names.contains($0.name) }.map(value)
    graph.outputs = try proto.output.map(value)
    for node in proto.node { graph.nodes.append(try self.node(node)) }
    return graph
  }

  private func value(_ proto: Onnx_ValueInfoProto) throws(ONNXError) -> ModelValue {
    var value = ModelValue(name: proto.name)
    guard proto.hasType, proto.type.hasTensorType else { return value }
    let type = proto.type.tensorType
    do {
      value.type = type.elemType == 0 ? nil : try ElementType(number: type.elemType)
    } catch {
      throw error.error(file: file, place: "value \(proto.name)")
    }
    if type.hasShape {
      value.extents = try type.shape.dim.map { (dimension) throws(ONNXError) -> Int? in
        guard case .dimValue(let extent) = dimension.value, extent != -1 else { return nil }
        guard extent >= 0, extent < 1 << 31 else {
          throw error("has an axis of \(extent)", at: "value \(proto.name)")
        }
        // Nothing can be computed on no elements; exporters write 0 for what they do not know.
        return extent == 0 ? nil : Int(extent)
      }
    }
    return value
  }

  private mutating func node(_ proto: Onnx_NodeProto) throws(ONNXError) -> ModelNode {
    nodes += 1
    let place = proto.name.isEmpty ? proto.output.first { !$0.isEmpty } ?? "#\(nodes)" : proto.name
    guard !proto.opType.isEmpty else { throw error("has no operator", at: "node \(place)") }
    let domain = Self.domain(proto.domain)
    var attributes: [String: AttributeValue] = [:]
    for attribute in proto.attribute {
      guard attributes[attribute.name] == nil else {
        throw error("has the attribute \(attribute.name) twice", at: "node \(place)")
      }
      attributes[attribute.name] = try value(attribute, of: "node \(place)")
    }
    return ModelNode(
      name: place, type: proto.opType, domain: domain, overload: proto.overload,
      opset: opsets[domain] ?? 0, inputs: proto.input, outputs: proto.output,
      attributes: attributes)
  }

  private mutating func value(_ proto: Onnx_AttributeProto, of owner: String) throws(ONNXError)
    -> AttributeValue
  {
    if proto.hasRefAttrName, !proto.refAttrName.isEmpty { return .reference(proto.refAttrName) }
    func text(_ bytes: Data) throws(ONNXError) -> String {
      guard let text = String(data: bytes, encoding: .utf8) else {
        throw error("has an attribute \(proto.name) that is no text", at: owner)
      }
      return text
    }
    switch proto.type {
    case .int: return .integer(Int(proto.i))
    case .float: return .number(proto.f)
    case .string: return .text(try text(proto.s))
    case .ints: return .integers(proto.ints.map { Int($0) })
    case .floats: return .numbers(proto.floats)
    case .strings: return .texts(try proto.strings.map(text))
    case .tensor: return .tensor(try tensor(proto.t, name: owner, isInitializer: false))
    case .graph: return .graph(try graph(proto.g))
    default: return .other
    }
  }

  // MARK: Tensors

  private mutating func tensor(_ proto: Onnx_TensorProto, name: String, isInitializer: Bool)
    throws(ONNXError) -> StoredTensor
  {
    let shape = proto.dims.map { Int($0) }
    do {
      let type = try ElementType(number: proto.dataType)
      let payload = try payload(proto, type)
      let count = try Extents.count(shape)
      return try StoredTensor(
        name: name, type: type, shape: shape, payload: payload,
        isLearned: isInitializer
          && LearnedTensors.contains(
            name, type: type, count: count, producer: producer, says: isParameter[name]),
        isOfNode: !isInitializer)
    } catch {
      let place = name.hasPrefix("node ") ? name : "tensor \(name)"
      throw error.error(file: file, place: place)
    }
  }

  private mutating func payload(_ proto: Onnx_TensorProto, _ type: ElementType)
    throws(ModelProblem) -> StoredTensor.Payload
  {
    if proto.dataLocation == .external {
      var entries: [String: String] = [:]
      for entry in proto.externalData { entries[entry.key] = entry.value }
      return .raw(try external.bytes(entries))
    }
    if proto.hasRawData { return .raw([UInt8](proto.rawData)) }
    switch type {
    case .float: return .floats(proto.floatData)
    case .double: return .doubles(proto.doubleData)
    case .int64: return .integers(proto.int64Data)
    case .uint32, .uint64: return .unsigned(proto.uint64Data)
    default: return .integers(proto.int32Data.map { Int64($0) })
    }
  }
}
