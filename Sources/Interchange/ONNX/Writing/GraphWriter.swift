internal import Networks
internal import ONNXSchema
internal import Tensors

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The graph of a network in the terms of the format, without numbers.
struct GraphWriter {
  private let network: Network
  /// What each node's value is called.
  private var values: [String]
  /// What entries of the model say of the network.
  private(set) var metadata: [(String, String)] = []
  private var taken: Set<String> = []
  private var nodeNames: Set<String> = []
  private var tensors: [String: String] = [:]
  private var nodes: [Onnx_NodeProto] = []

  init(_ network: Network) {
    self.network = network
    values = network.nodes.map { _ in "" }
    for name in network.parameters.map(\.name) + network.buffers.map(\.name) {
      tensors[name] = name
      taken.insert(name)
    }
  }

  /// What a tensor is called in the model.
  func tensorName(_ name: String) -> String { tensors[name] ?? name }

  /// Writes the graph.
  mutating func proto(name: String) -> Onnx_GraphProto {
    let names = network.uniqueNames
    var output = network.output
    while network.nodes[output].op is Reorder { output = network.nodes[output].inputs[0] }
    for (position, node) in network.nodes.enumerated() {
      guard let op = node.op else {
        values[position] = free("input")
        continue
      }
      if op is Reorder {
        values[position] = values[node.inputs[0]]
        continue
      }
      write(position, op, named: position == output ? "logits" : names[position])
    }
    var graph = Onnx_GraphProto()
    graph.name = name
    graph.node = nodes
    graph.input = [value(values[0], network.inputShape)]
    graph.output = [value(values[network.output], network.outputShape)]
    metadata = ModelMetadata.entries(network, values: values)
    return graph
  }

  private mutating func write(_ position: Int, _ op: any Operator, named name: String) {
    let node = self.network.nodes[position]
    let state =
      network.parameters[node.parameters].map(\.name)
      + network.buffers[node.buffers].map(\.name)
    // What reads nothing takes the batch of the images.
    let inputs = node.inputs.isEmpty ? [values[0]] : node.inputs.map { values[$0] }
    let code = op.exported(inputs: network.inputShapes(of: position), output: node.shape).onnx
    var output = name
    var written: [ONNXCode.Node] = []
    var number = 1
    repeat {
      written = code.nodes(
        ONNXCode.Names(inputs: inputs, parameters: state.map(tensorName), output: output))
      number += 1
      output = "\(name)#\(number)"
    } while written.contains { taken.contains($0.output) }
    taken.formUnion(written.map(\.output))
    values[position] = written.last?.output ?? inputs[0]
    for (place, node) in written.enumerated() {
      let isLast = place == written.count - 1
      let wanted = isLast ? network.nodes[position].name : node.output
      nodes.append(proto(node, name: nodeName(wanted)))
    }
  }

  /// A name that no other node has: ONNX Runtime refuses a model in which two nodes share one.
  private mutating func nodeName(_ wanted: String) -> String {
    var (name, number) = (wanted, 1)
    while !nodeNames.insert(name).inserted {
      number += 1
      name = "\(wanted)#\(number)"
    }
    return name
  }

  private mutating func free(_ name: String) -> String {
    var (candidate, number) = (name, 1)
    while !taken.insert(candidate).inserted {
      number += 1
      candidate = "\(name)#\(number)"
    }
    return candidate
  }

  // MARK: Messages

  private func value(_ name: String, _ shape: Shape) -> Onnx_ValueInfoProto {
    var value = Onnx_ValueInfoProto()
    value.name = name
    var batch = Onnx_TensorShapeProto.Dimension()
    batch.dimParam = "batch"
    value.type.tensorType.elemType = ElementType.float.rawValue
    value.type.tensorType.shape.dim =
      [batch]
      + shape.extents.map { extent in
        var dimension = Onnx_TensorShapeProto.Dimension()
        dimension.dimValue = Int64(extent)
        return dimension
      }
    return value
  }

  private func proto(_ node: ONNXCode.Node, name: String) -> Onnx_NodeProto {
    var proto = Onnx_NodeProto()
    proto.name = name
    proto.opType = node.type
    proto.input = node.inputs
    proto.output = [node.output]
    proto.attribute = node.attributes.map(attribute)
    return proto
  }

  private func attribute(_ attribute: ONNXCode.Attribute) -> Onnx_AttributeProto {
    var proto = Onnx_AttributeProto()
    proto.name = attribute.name
    switch attribute.value {
    case .integer(let number):
      proto.type = .int
      proto.i = Int64(number)
    case .number(let number):
      proto.type = .float
      proto.f = number
    case .integers(let numbers):
      proto.type = .ints
      proto.ints = numbers.map(Int64.init)
    case .text(let text):
      proto.type = .string
      proto.s = Data(text.utf8)
    case .integerTensor(let numbers):
      proto.type = .tensor
      proto.t.dims = [Int64(numbers.count)]
      proto.t.dataType = ElementType.int64.rawValue
      proto.t.int64Data = numbers.map(Int64.init)
    case .tensor(let numbers, let shape):
      proto.type = .tensor
      proto.t.dims = shape.map(Int64.init)
      proto.t.dataType = ElementType.float.rawValue
      proto.t.rawData = Data(ONNXModel.bytes(numbers))
    }
    return proto
  }
}
