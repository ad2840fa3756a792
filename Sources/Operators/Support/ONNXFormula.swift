internal import Networks

/// A formula as nodes of an ONNX graph, written from the inside out.
struct ONNXFormula {
  private let names: ONNXCode.Names
  private(set) var nodes: [ONNXCode.Node] = []

  init(_ names: ONNXCode.Names) { self.names = names }

  /// A name for a value between.
  private var fresh: String { "\(names.output)/\(nodes.count)" }

  /// A node of any type.
  mutating func node(
    _ type: String, _ inputs: [String], _ attributes: [ONNXCode.Attribute] = []
  ) -> String {
    let name = fresh
    nodes.append(ONNXCode.Node(type, inputs, output: name, attributes))
    return name
  }

  /// A number.
  mutating func number(_ value: Float) -> String { numbers([value], shape: []) }

  /// A tensor of numbers.
  mutating func numbers(_ values: [Float], shape: [Int]) -> String {
    let name = fresh
    nodes.append(.constant(values, shape: shape, output: name))
    return name
  }

  /// A vector of whole numbers.
  mutating func integers(_ values: [Int]) -> String {
    let name = fresh
    nodes.append(.constant(values, output: name))
    return name
  }

  /// The sum of two values.
  mutating func add(_ a: String, _ b: String) -> String { node("Add", [a, b]) }

  /// The product of two values.
  mutating func multiply(_ a: String, _ b: String) -> String { node("Mul", [a, b]) }

  /// A value in another shape; a first extent of 0 keeps the batch.
  mutating func reshape(_ x: String, to extents: [Int]) -> String {
    node("Reshape", [x, integers(extents)])
  }

  /// A value of one image for as many images as another value has.
  mutating func repeated(_ value: String, for other: String, _ extents: [Int]) -> String {
    let shape = node("Shape", [other])
    let batch = node("Slice", [shape, integers([0]), integers([1]), integers([0])])
    let target =
      extents.isEmpty
      ? batch
      : node("Concat", [batch, integers(extents)], [ONNXCode.Attribute("axis", .integer(0))])
    return node("Expand", [value, target])
  }

  /// All nodes, where the value that was written last is the output.
  mutating func finished(_ value: String) -> [ONNXCode.Node] {
    if let last = nodes.indices.last, nodes[last].output == value {
      nodes[last].output = names.output
    } else {
      nodes.append(ONNXCode.Node("Identity", [value], output: names.output))
    }
    return nodes
  }
}
